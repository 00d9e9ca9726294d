"""The measures of calls: a worker is given a server, or none, and what it tells becomes figures."""

from collections.abc import Iterator, Sequence

import orjson

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.orders import place
from benchmarks.sdk.worker import Task, work
from benchmarks.traffic import Owner, order_bodies

_MICRO = 1_000_000
_BODIES = 200
_OWNERS = 10

Spreads = dict[str, dict[str, Spread]]


def calls(bench: Bench) -> list[Figure]:
    """Compare calls one after the other with bare `httpx.Client`, on the floor."""
    told = _on_the_floor(bench, "benchmarks.sdk.calls", (bench.plan.turns, bench.plan.calls))
    return list(_pairs(bench, "call", "{}, httpx.Client", told))


def concurrent(bench: Bench) -> list[Figure]:
    """Compare many calls at once with bare `httpx.AsyncClient`, on the floor: the default and the fast transport."""
    plan = bench.plan
    told = _on_the_floor(bench, "benchmarks.sdk.concurrency", (1, plan.connections * plan.crowd_calls))
    rates = {name: Spread.of(_MICRO / each for each in kinds["elapsed"].samples) for name, kinds in told.items()}
    bench.say(f"concurrent: {', '.join(f'{name} {rate.median:,.0f}/s' for name, rate in rates.items())}")
    title = f"{plan.connections} at once, httpx.AsyncClient"
    return [
        Figure("sdk.concurrent.throughput", title, "/s", rates["default"], rates["bare"]),
        Figure("sdk.concurrent.fast", f"{title}, fast", "/s", rates["fast"], rates["bare"]),
    ]


def in_process(bench: Bench) -> list[Figure]:
    """Compare calls through the testing kit with calls through httpx's `MockTransport`."""
    task = _task(bench, "http://bare.test", "", [Owner("nobody", "")], (bench.plan.turns, bench.plan.calls))
    told = work(bench, "benchmarks.sdk.in_process", task)
    return list(_pairs(bench, "in_process", "{} in process, MockTransport", told))


def _pairs(bench: Bench, name: str, title: str, told: Spreads) -> Iterator[Figure]:
    for operation in dict.fromkeys(contender.partition(".")[0] for contender in told):
        typed, bare = told[f"{operation}.typed"], told[f"{operation}.bare"]
        bench.say(
            f"{name} {operation}: {typed['elapsed'].median:.1f} µs, bare {bare['elapsed'].median:.1f} µs; "
            f"processor {typed['processor'].median:.1f} µs, bare {bare['processor'].median:.1f} µs"
        )
        # The clock is disturbed by what else the machine does, the processor's time hardly.
        for kind, suffix in (("elapsed", ""), ("processor", ", processor")):
            key = f"sdk.{name}.{operation}.{kind}"
            yield Figure(key, title.format(operation) + suffix, "µs", typed[kind], bare[kind])


def _on_the_floor(bench: Bench, module: str, size: tuple[int, int]) -> Spreads:
    with bench.reference.server(bench.server_core) as server:
        owners = bench.reference.owners(server, _OWNERS)
        (order,) = place(server, bench.routes, owners, 1)
        return work(bench, module, _task(bench, f"http://127.0.0.1:{server.port}", order.path, owners, size))


def _task(bench: Bench, url: str, order: str, owners: Sequence[Owner], size: tuple[int, int]) -> Task:
    turns, calls = size
    return Task(
        url=url,
        create=bench.routes.create,
        order=order,
        bodies=tuple(orjson.loads(body) for _, body in order_bodies(owners, _BODIES)),
        rounds=bench.plan.rounds,
        turns=turns,
        calls=calls,
        tasks=bench.plan.connections,
    )
