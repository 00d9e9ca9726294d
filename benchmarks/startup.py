"""How long it takes from the start of the process to the first answer."""

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.sides import Side


def startup(bench: Bench) -> list[Figure]:
    """Start both sides by turns. The first start of each is not counted: it may have to compile bytecode."""
    seconds: dict[str, list[float]] = {bench.subject.name: [], bench.reference.name: []}
    for number in range(bench.plan.starts + 1):
        for side in (bench.subject, bench.reference):
            taken = _start(bench, side)
            if number:
                seconds[side.name].append(taken)
                bench.say(f"startup {number}/{bench.plan.starts} {side.name}: {taken:.3f} s")
    return [
        Figure("startup.first_answer", "start to first answer", "s", Spread.of(seconds[bench.subject.name])),
        Figure("startup.floor", "start to first answer, floor", "s", Spread.of(seconds[bench.reference.name])),
    ]


def _start(bench: Bench, side: Side) -> float:
    with side.server(bench.server_core) as server:
        return server.seconds_to_first_answer
