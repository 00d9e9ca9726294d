"""Create and read against the floor: interleaved rounds of load on two running servers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.load import Round, Traffic
from benchmarks.orders import place
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess
from benchmarks.sides import Side
from benchmarks.traffic import creates, reads

_MILLI = 1_000
_BUSY_ENOUGH = 0.9
# Key, title, unit, and how the number is taken from a round.
QUANTITIES: tuple[tuple[str, str, str, Callable[[Round], float]], ...] = (
    ("throughput", "throughput", "/s", lambda done: done.throughput),
    ("processor", "processor time", "µs", lambda done: done.processor),
    ("p50", "median latency", "ms", lambda done: done.p50 / _MILLI),
    ("p99", "p99 latency", "ms", lambda done: done.p99 / _MILLI),
)


@dataclass(slots=True)
class _Contender:
    name: str
    server: ServerProcess
    traffic: Traffic
    rounds: list[Round] = field(default_factory=list)


def compare(bench: Bench, operation: Measure, key: str = "") -> list[Figure]:
    """Measure `create` or `read` of subject and reference; both run for the whole time, one is loaded at a time.

    The figures' keys begin with `key`, else with the operation.
    """
    with bench.subject.server(bench.server_core) as subject, bench.reference.server(bench.server_core) as reference:
        contenders = [
            _contender(bench, operation, bench.subject, subject),
            _contender(bench, operation, bench.reference, reference),
        ]
        for contender in contenders:
            bench.load(contender.server, contender.traffic, bench.plan.warm_up_seconds)
        for number in range(1, bench.plan.rounds + 1):
            for contender in contenders:
                done = bench.load(contender.server, contender.traffic, bench.plan.seconds)
                contender.rounds.append(done)
                bench.say(f"{operation} {number}/{bench.plan.rounds} {contender.name}: {_told(done)}")
    one, other = (contender.rounds for contender in contenders)
    if bench.server_core is not None and min(done.busy for done in other) < _BUSY_ENOUGH:
        bench.say(f"{operation}: the {bench.reference.name} was not kept busy; look at processor time, not throughput")
    return list(_figures(key or operation, one, other))


def _contender(bench: Bench, operation: Measure, side: Side, server: ServerProcess) -> _Contender:
    owners = side.owners(server, bench.plan.owners)
    # Both sides do the same work, and this proves it before anything is measured.
    placed = place(server, bench.routes, owners, bench.plan.few_orders)
    requests = reads(placed) if operation is Measure.READ else creates(bench.routes.create, owners, bench.plan.bodies)
    return _Contender(side.name, server, bench.traffic(requests))


def _figures(key: str, subject: Sequence[Round], reference: Sequence[Round]) -> Iterator[Figure]:
    for quantity, title, unit, take in QUANTITIES:
        yield Figure(
            f"{key}.{quantity}",
            f"{key.replace('.', ', ')}, {title}",
            unit,
            Spread.of(map(take, subject)),
            Spread.of(map(take, reference)),
        )


def _told(done: Round) -> str:
    return (
        f"{done.throughput:,.0f}/s, {done.processor:.1f} µs, "
        f"p50 {done.p50 / _MILLI:.2f} ms, p99 {done.p99 / _MILLI:.2f} ms"
    )
