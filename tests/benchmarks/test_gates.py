"""Gates judge medians of one run, and never pass what was not measured."""

import pytest

from benchmarks.compare import QUANTITIES
from benchmarks.figures import Figure, Spread
from benchmarks.gates import GATES, Gate, Verdict, judge
from benchmarks.plan import Measure


def ratio(key: str, *ratios: float) -> Figure:
    return Figure(key, key, "/s", Spread.of(ratios), Spread.of([1.0] * len(ratios)))


@pytest.mark.parametrize(
    ("ratios", "verdict"),
    [
        ((0.55,), Verdict.PASSES),
        ((0.54,), Verdict.FAILS),
        ((0.1, 0.6, 0.7), Verdict.PASSES),
        ((0.9, 0.5, 0.4), Verdict.FAILS),
    ],
)
def test_a_lower_limit_is_held_against_the_median_of_the_ratios(ratios: tuple[float, ...], verdict: Verdict) -> None:
    (judgement,) = judge([ratio("create.throughput", *ratios)], [Gate("create.throughput", 0.55, at_least=True)])
    assert judgement.verdict is verdict


@pytest.mark.parametrize(("value", "verdict"), [(1.5, Verdict.PASSES), (1.51, Verdict.FAILS)])
def test_an_upper_limit_includes_itself(value: float, verdict: Verdict) -> None:
    (judgement,) = judge([ratio("read.p99", value)], [Gate("read.p99", 1.5, at_least=False)])
    assert judgement.verdict is verdict


def test_a_figure_without_a_reference_is_judged_by_its_own_value() -> None:
    figure = Figure("startup.first_answer", "start", "s", Spread.of([0.7, 0.9, 0.75]))
    (judgement,) = judge([figure], [Gate("startup.first_answer", 0.8, at_least=False)])
    assert judgement.verdict is Verdict.PASSES
    assert judgement.value == figure.subject


def test_what_was_not_measured_does_not_pass() -> None:
    assert {one.verdict for one in judge([])} == {Verdict.NOT_MEASURED}


def test_every_gate_of_create_and_read_is_about_a_quantity_that_is_measured() -> None:
    measured = {f"{operation}.{quantity[0]}" for operation in (Measure.CREATE, Measure.READ) for quantity in QUANTITIES}
    compared = {gate.figure for gate in GATES if gate.figure.split(".")[0] in (Measure.CREATE, Measure.READ)}
    assert compared <= measured


def test_processor_time_may_exceed_the_floor_as_far_as_throughput_may_fall_short() -> None:
    limits = {gate.figure: gate.limit for gate in GATES}
    assert limits["create.processor"] * limits["create.throughput"] == pytest.approx(1)
    assert limits["read.processor"] * limits["read.throughput"] == pytest.approx(1)


def test_a_requirement_reads_as_a_person_writes_it() -> None:
    assert Gate("a", 0.9, at_least=True).requirement == "≥ 0.90"
    assert Gate("a", 3, at_least=False).requirement == "≤ 3.00"
