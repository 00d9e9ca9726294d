"""What each layer of the mock costs, in microseconds a request.

The engine is built in this process and asked directly: first as it is, then with its seams watched. What a server
spends on the same requests over the wire, less what the engine takes, is the cost of HTTP.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle, islice
from statistics import median
from time import perf_counter_ns

import orjson

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.orders import place
from benchmarks.plan import Measure
from benchmarks.process import pinned
from benchmarks.routes import LOADED, USERS, Routes
from benchmarks.sides import SECRET, registration, token
from benchmarks.stopwatch import Stopwatch
from benchmarks.traffic import Owner, creates, order_bodies, reads
from commerce_contract import load
from commerce_mock.auth import Authenticator
from commerce_mock.engine import Engine
from commerce_mock.reading import Reader
from commerce_mock.routing import Routes as Routing
from commerce_mock.settings import Settings
from commerce_mock.store.memory import MemoryTransaction
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from commerce_mock.world import World
from commerce_mock.writing import Writer

_CHUNKS = 20
_SEAMS: tuple[tuple[str, type, str], ...] = (
    ("route", Routing, "match"),
    ("authenticate", Authenticator, "authenticate"),
    ("read and validate the request", Reader, "read"),
    ("look up", Transaction, "get"),
    ("check, encode and index the resource", Transaction, "create"),
    ("make and log the event", Transaction, "emit"),
    ("commit", MemoryTransaction, "commit"),
    ("write the answer", Writer, "write"),
    ("deliver the event", World, "deliver"),
    ("journal and metrics", Engine, "_record"),
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of one operation; `share` is of the processor time that the whole request takes on the wire."""

    operation: str
    name: str
    microseconds: float
    share: float


def layers(bench: Bench) -> list[Layer]:
    """Profile a create and a read."""
    found: list[Layer] = []
    for operation in (Measure.CREATE, Measure.READ):
        wire = _on_the_wire(bench, operation)
        with pinned(bench.server_core):
            costs = _in_process(bench, operation)
        engine = sum(costs.values())
        costs["HTTP: kernel, uvicorn, ASGI app"] = max(0.0, wire - engine)
        for name, microseconds in sorted(costs.items(), key=lambda cost: -cost[1]):
            found.append(Layer(operation, name, microseconds, microseconds / wire))
        bench.say(f"layers, {operation}: {wire:.1f} µs on the wire, {engine:.1f} µs of it in the engine")
    return found


def _on_the_wire(bench: Bench, operation: Measure) -> float:
    side = bench.subject
    with side.server(bench.server_core) as server:
        owners = side.owners(server, bench.plan.owners)
        placed = place(server, bench.routes, owners, bench.plan.few_orders)
        bodies = creates(bench.routes.create, owners, bench.plan.bodies)
        traffic = bench.traffic(reads(placed) if operation is Measure.READ else bodies)
        bench.load(server, traffic, bench.plan.warm_up_seconds)
        return median(bench.load(server, traffic, bench.plan.seconds).processor for _ in range(bench.plan.rounds))


def _in_process(bench: Bench, operation: Measure) -> dict[str, float]:
    """Microseconds by layer, what is left of the engine included; each is the median of the chunks."""
    stopwatch = Stopwatch()
    contract = load()
    settings = Settings(jwt_secret=SECRET)
    name = f"{LOADED}.{'create' if operation is Measure.CREATE else 'get'}"
    plain = Engine(contract, settings)
    rule = stopwatch.watch("rule", plain.behaviour.handlers[name].rule)
    watched = Engine(contract, settings, rules={name: rule})
    calls = max(1, bench.plan.loops // _CHUNKS)
    whole = [_microseconds(plain, chunk) for chunk in _chunks(bench, plain, operation, calls)]
    chunks = _chunks(bench, watched, operation, calls)
    stopwatch.take()
    parts: list[dict[str, float]] = []
    with ExitStack() as stack:
        for seam in _SEAMS:
            stack.enter_context(stopwatch.watching(*seam))
        for chunk in chunks:
            _microseconds(watched, chunk)
            parts.append(stopwatch.take())
    costs = {layer: median(part.get(layer, 0.0) for part in parts) / calls for layer in parts[0]}
    costs["engine: lock, request id, transaction"] = max(0.0, median(whole) / calls - sum(costs.values()))
    return costs


def _microseconds(engine: Engine, requests: Sequence[Request]) -> float:
    """Answer all the requests; how long it took."""
    world, respond = engine.world, engine.respond
    started = perf_counter_ns()
    for request in requests:
        respond(world, request)
    return (perf_counter_ns() - started) / 1_000


def _chunks(bench: Bench, engine: Engine, operation: Measure, calls: int) -> list[list[Request]]:
    """Register owners, place orders, and deal requests out to the chunks."""
    routes = bench.routes
    owners = [_register(engine, routes, number) for number in range(bench.plan.owners)]
    requests = [
        (_request(routes.create, owner, body), owner) for owner, body in order_bodies(owners, bench.plan.bodies)
    ]
    if operation is Measure.READ:
        places = [(_answer(engine, request)["location"], owner) for request, owner in requests]
        requests = [(_request(place, owner), owner) for place, owner in places]
    endless = cycle(request for request, _ in requests)
    return [list(islice(endless, calls)) for _ in range(_CHUNKS)]


def _register(engine: Engine, routes: Routes, number: int) -> Owner:
    """Register a user; his path, which ends with his identifier, says who he is."""
    body = orjson.dumps(registration(number))
    headers = {b"content-type": b"application/json"}
    request = Request("POST", routes.register, headers=headers, body=body, service=USERS)
    user = _answer(engine, request)["location"].rpartition("/")[2]
    return Owner(user, token(user))


def _request(path: str, owner: Owner, body: bytes = b"") -> Request:
    headers = {b"authorization": owner.headers["authorization"].encode()}
    if body:
        headers[b"content-type"] = b"application/json"
    return Request("POST" if body else "GET", path, headers=headers, body=body, service=LOADED)


def _answer(engine: Engine, request: Request) -> dict[str, str]:
    """Answer one request that must succeed; the headers."""
    response = engine.respond(engine.world, request)
    if response.status != HTTPStatus.CREATED:
        message = f"{request.method} {request.path} answered {response.status} in process: {response.body.decode()}"
        raise BenchmarkError(message)
    return {name.decode(): value.decode() for name, value in response.headers}
