"""Workers are started with a server, and what they tell becomes the figures that the gates are about."""

from collections.abc import Callable

import pytest

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.gates import GATES
from benchmarks.sdk.loaded import calls, concurrent, in_process


@pytest.mark.parametrize(
    ("measure", "prefix", "unit"),
    [(calls, "sdk.call.", "µs"), (concurrent, "sdk.concurrent.", "/s"), (in_process, "sdk.in_process.", "µs")],
)
def test_every_gate_on_calls_is_about_a_ratio_that_is_measured(
    measure: Callable[[Bench], list[Figure]], prefix: str, unit: str, bench: Bench, said: list[str]
) -> None:
    figures = {figure.key: figure for figure in measure(bench)}
    assert {gate.figure for gate in GATES if gate.figure.startswith(prefix)} <= set(figures)
    for figure in figures.values():
        assert figure.unit == unit
        assert figure.ratio is not None
        assert len(figure.subject.samples) == bench.plan.rounds
        assert figure.subject.low > 0
    assert said
