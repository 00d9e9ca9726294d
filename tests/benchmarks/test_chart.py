"""The chart is well-formed SVG whose bars stand on the right side of the gate."""

from xml.etree import ElementTree as ET

from benchmarks.chart import Bar, chart
from benchmarks.figures import Spread
from benchmarks.gates import Gate, Judgement, Verdict

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*bars: Bar) -> ET.Element:
    return ET.fromstring(chart("The mock against the floor", "one & two < three", bars))  # noqa: S314 - made by us


def bar(value: float, verdict: Verdict, *, at_least: bool = True) -> Bar:
    return Bar("create, throughput", "", Judgement(Gate("x", 0.5, at_least=at_least), verdict, Spread.of([value])))


def only(picture: ET.Element, tag: str, kind: str) -> ET.Element:
    (found,) = (one for one in picture.iter(SVG + tag) if one.get("class") == kind)
    return found


def end(rectangle: ET.Element) -> float:
    return float(rectangle.get("x", "nan")) + float(rectangle.get("width", "nan"))


def test_a_value_at_its_limit_ends_on_the_gate() -> None:
    picture = drawn(bar(0.5, Verdict.PASSES))
    assert end(only(picture, "rect", "passes")) == float(only(picture, "line", "gate").get("x1", "nan"))


def test_a_missed_gate_is_coloured_as_failing_and_named_so_in_words() -> None:
    picture = drawn(bar(0.4, Verdict.FAILS))
    assert end(only(picture, "rect", "fails")) < float(only(picture, "line", "gate").get("x1", "nan"))
    assert any("0.400 (≥ 0.50) fails" in (text.text or "") for text in picture.iter(SVG + "text"))


def test_the_side_that_misses_is_shaded_before_a_lower_limit_and_behind_an_upper_one() -> None:
    gate = float(only(drawn(bar(1, Verdict.PASSES)), "line", "gate").get("x1", "nan"))
    assert end(only(drawn(bar(1, Verdict.PASSES)), "rect", "missed")) == gate
    upper = only(drawn(bar(0.1, Verdict.PASSES, at_least=False)), "rect", "missed")
    assert float(upper.get("x", "nan")) == gate


def test_a_value_far_beyond_its_limit_is_cut_at_the_end_of_the_axis() -> None:
    assert end(only(drawn(bar(50, Verdict.PASSES)), "rect", "passes")) == end(
        only(drawn(bar(51, Verdict.PASSES)), "rect", "passes")
    )


def test_the_spread_is_a_line_from_lowest_to_highest() -> None:
    judgement = Judgement(Gate("x", 1, at_least=True), Verdict.PASSES, Spread.of([0.5, 1.0, 1.5]))
    picture = drawn(Bar("read", "", judgement))
    line, gate = only(picture, "line", "spread"), float(only(picture, "line", "gate").get("x1", "nan"))
    assert float(line.get("x1", "nan")) < gate < float(line.get("x2", "nan"))


def test_what_was_not_measured_has_no_row() -> None:
    unmeasured = Bar("read", "", Judgement(Gate("x", 1, at_least=True), Verdict.NOT_MEASURED, None))
    picture = drawn(unmeasured)
    assert not [one for one in picture.iter(SVG + "rect") if one.get("class") != "page"]


def test_words_are_escaped() -> None:
    assert any(text.text == "one & two < three" for text in drawn().iter(SVG + "text"))
