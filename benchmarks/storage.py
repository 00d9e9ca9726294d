"""What stored orders cost: memory for each, and speed when there are many."""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.gates import STORED
from benchmarks.load import Round, Traffic
from benchmarks.orders import place, sample
from benchmarks.plan import Plan
from benchmarks.process import ServerProcess
from benchmarks.traffic import Owner, Placed, creates, reads, wire

_KIBIBYTE = 1024
_PAGES = 20


def memory(bench: Bench) -> list[Figure]:
    """Resident memory that an order adds, with all that comes with it: event, notification, journal, indexes."""
    with bench.subject.server(bench.server_core) as server:
        owners = bench.subject.owners(server, bench.plan.owners)
        place(server, bench.routes, owners, bench.plan.few_orders)
        before = server.resident_bytes()
        created = bench.fill(server, owners, bench.plan.memory_orders)
        grown = server.resident_bytes() - before
    each = grown / created / _KIBIBYTE
    bench.say(f"memory: {grown / _KIBIBYTE**2:,.0f} MiB for {created:,} orders, {each:.2f} KiB each")
    return [Figure("memory.order", "memory an order", "KiB", Spread.of([each]))]


def stored(bench: Bench) -> list[Figure]:
    """Speed with many orders stored against speed with few, and of an owner's list in both.

    The server with few is started anew for each round, so that creating does not make them many.
    """
    plan = bench.plan
    few: dict[str, list[Round]] = {name: [] for name in STORED}
    many: dict[str, list[Round]] = {name: [] for name in STORED}
    with bench.subject.server(bench.server_core) as server:
        bench.say(f"stored: filling up to {plan.many_orders:,} orders")
        large = _with_many(bench, server)
        for number in range(1, plan.rounds + 1):
            with bench.subject.server(bench.server_core) as fresh:
                small = _with_few(bench, fresh)
                for name in STORED:
                    few[name].append(bench.load(fresh, small[name], plan.seconds))
                    many[name].append(bench.load(server, large[name], plan.seconds))
            speeds = (f"{name} {many[name][-1].throughput:,.0f}/{few[name][-1].throughput:,.0f}" for name in STORED)
            bench.say(f"stored {number}/{plan.rounds}, answers a second with many/few: {', '.join(speeds)}")
    return [figure for name in STORED for figure in _compared(plan, name, many[name], few[name])]


def _compared(plan: Plan, name: str, many: Sequence[Round], few: Sequence[Round]) -> Iterator[Figure]:
    title = f"{name} with {plan.many_orders:,} stored"
    throughputs = [Spread.of(done.throughput for done in rounds) for rounds in (many, few)]
    yield Figure(f"stored.{name}.throughput", f"{title}, throughput", "/s", *throughputs)
    times = [Spread.of(done.processor for done in rounds) for rounds in (many, few)]
    yield Figure(f"stored.{name}.processor", f"{title}, processor time", "µs", *times)


def _with_many(bench: Bench, server: ServerProcess) -> dict[str, Traffic]:
    owners = _owners(bench, server)
    bench.fill(server, owners[1:], bench.plan.many_orders)
    return _traffic(bench, owners, sample(server, bench.routes, owners[1:], _PAGES))


def _with_few(bench: Bench, server: ServerProcess) -> dict[str, Traffic]:
    owners = _owners(bench, server)
    rest = bench.plan.few_orders - bench.plan.listed_orders
    return _traffic(bench, owners, place(server, bench.routes, owners[1:], rest))


def _owners(bench: Bench, server: ServerProcess) -> Sequence[Owner]:
    """Register the owners and give the first a few orders, the same in every server: it is the one who lists."""
    owners = bench.subject.owners(server, bench.plan.owners)
    place(server, bench.routes, owners[:1], bench.plan.listed_orders)
    return owners


def _traffic(bench: Bench, owners: Sequence[Owner], placed: Iterable[Placed]) -> dict[str, Traffic]:
    return {
        "read": bench.traffic(reads(placed)),
        "list": bench.traffic([wire("GET", bench.routes.list(owners[0].id), owners[0])]),
        "create": bench.traffic(creates(bench.routes.create, owners[1:], bench.plan.bodies)),
    }
