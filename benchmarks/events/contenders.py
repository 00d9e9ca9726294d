"""Mocks under the same load in turns; whoever's turn it is not does nothing, nor does what works for it."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.bench import Bench
from benchmarks.compare import QUANTITIES
from benchmarks.events.turns import send, turn
from benchmarks.figures import Figure, Spread
from benchmarks.load import Round, Traffic
from benchmarks.orders import place
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess
from benchmarks.sides import Side
from benchmarks.traffic import creates, reads


@dataclass(frozen=True, slots=True)
class Contender:
    """One running mock; `workers` are the processes that work for it, its own among them."""

    name: str
    server: ServerProcess
    traffic: Traffic
    workers: Sequence[int]
    rounds: list[Round] = field(default_factory=list)


def prepared(bench: Bench, operation: Measure, side: Side, server: ServerProcess) -> Traffic:
    """Have owners and orders in a running mock, and the requests that create more or read them."""
    owners = side.owners(server, bench.plan.owners)
    placed = place(server, bench.routes, owners, bench.plan.few_orders)
    requests = reads(placed) if operation is Measure.READ else creates(bench.routes.create, owners, bench.plan.bodies)
    return bench.traffic(requests)


def rounds(bench: Bench, what: str, contenders: Sequence[Contender]) -> None:
    """Load each in turns, as many rounds as the plan has, after each was warmed up."""
    with _only_in_turns(contenders):
        for contender in contenders:
            _load(bench, contender, bench.plan.warm_up_seconds)
        for number in range(1, bench.plan.rounds + 1):
            for contender in contenders:
                contender.rounds.append(_load(bench, contender, bench.plan.seconds))
            speeds = (f"{each.name} {each.rounds[-1].throughput:,.0f}/s" for each in contenders)
            bench.say(f"{what} {number}/{bench.plan.rounds}: {', '.join(speeds)}")


def figures(key: str, title: str, subject: Contender, reference: Contender) -> Iterator[Figure]:
    """All quantities of one set against those of the other."""
    for name, told, unit, take in QUANTITIES:
        yield Figure(f"{key}.{name}", f"{title}, {told}", unit, _spread(subject, take), _spread(reference, take))


def _spread(contender: Contender, take: Callable[[Round], float]) -> Spread:
    return Spread.of(map(take, contender.rounds))


def _load(bench: Bench, contender: Contender, seconds: int) -> Round:
    with turn(contender.workers):
        return bench.load(contender.server, contender.traffic, seconds)


@contextmanager
def _only_in_turns(contenders: Sequence[Contender]) -> Iterator[None]:
    workers = [process for each in contenders for process in each.workers]
    send(workers, signal.SIGSTOP)
    try:
        yield
    finally:
        send(workers, signal.SIGCONT)
