"""What controls of a large world cost: a fork, a snapshot, a reset, and a page of its state."""

from collections.abc import Callable
from itertools import count
from time import perf_counter

import orjson

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure, Spread
from commerce_contract import load
from commerce_mock.engine import Engine
from commerce_mock.services.filling import fill
from commerce_mock.services.generating import Wanted
from commerce_mock.settings import Settings
from commerce_mock.wire import Request

_TIMES = 20  # of one control in a round
_SECOND = 1_000_000  # microseconds
_JSON = {b"content-type": b"application/json"}


def controls(bench: Bench) -> list[Figure]:
    """Microseconds of each, asked in process, of a world with the plan's many orders. None may grow with the world."""
    orders = bench.plan.many_orders
    engine = Engine(load(), Settings(clock="frozen"))
    bench.say(f"controls: filling a world with {orders:,} orders")
    fill(engine.world, Wanted(users=bench.plan.owners, orders=orders, seed=1, now=engine.world.clock.now()))
    numbers = count()

    def fork() -> None:
        _ask(engine, "POST", "/__admin/worlds/default/fork", {"name": f"w{next(numbers)}"})

    def snapshot() -> None:
        name = f"s{next(numbers)}"
        _ask(engine, "POST", "/__admin/snapshots", {"name": name})
        _ask(engine, "DELETE", f"/__admin/snapshots/{name}")

    def page() -> None:
        _ask(engine, "GET", "/__admin/state", query=b"collection=orders&limit=10&offset=1000")

    def reset() -> None:
        _ask(engine, "POST", "/__admin/reset")

    figures = [
        _figure(bench, "fork", "fork", fork),
        _figure(bench, "snapshot", "snapshot, made and deleted", snapshot),
        _figure(bench, "page", "a page of its state", page),
        _figure(bench, "reset", "reset", reset),
    ]
    bench.say(f"controls: {', '.join(f'{figure.title} {figure.subject.median:,.0f} µs' for figure in figures)}")
    return figures


def _figure(bench: Bench, key: str, title: str, control: Callable[[], None]) -> Figure:
    control()
    return Figure(
        f"controls.{key}",
        f"{title}, {bench.plan.many_orders:,} orders",
        "µs",
        Spread.of(_timed(control) for _ in range(bench.plan.rounds)),
    )


def _timed(control: Callable[[], None]) -> float:
    began = perf_counter()
    for _ in range(_TIMES):
        control()
    return (perf_counter() - began) / _TIMES * _SECOND


def _ask(engine: Engine, method: str, path: str, body: object = None, query: bytes = b"") -> None:
    sent = b"" if body is None else orjson.dumps(body)
    answered = engine.answer(Request(method, path, query, dict(_JSON) if sent else {}, sent, "admin"))
    if answered.status >= 300:  # noqa: PLR2004 - the HTTP class of success ends there
        raise BenchmarkError(f"{method} {path} was answered with {answered.status}: {answered.body.decode()}")
