"""The report tells every figure with its gate, in three files that agree."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from benchmarks.figures import Figure, Spread
from benchmarks.gates import judge
from benchmarks.layers import Layer
from benchmarks.plan import QUICK
from benchmarks.report import Report, show, told, write

FIGURES = [
    Figure("create.throughput", "create, throughput", "/s", Spread.of([20_000, 21_000]), Spread.of([40_000, 35_000])),
    Figure("memory.order", "memory an order", "KiB", Spread.of([3.456])),
    Figure("sdk.wheel.size", "wheel", "kB", Spread.of([250])),
    Figure("sdk.import.heavy", "heavy modules", "", Spread.of([0])),
    Figure("events.relay.redis.throughput", "relay", "/s", Spread.of([30_000])),
]


@pytest.fixture
def report() -> Report:
    return Report(
        plan=QUICK,
        when=datetime(2026, 11, 24, tzinfo=UTC),
        sides=("mock", "floor"),
        machine={"python": "CPython 3.11"},
        figures=FIGURES,
        judgements=judge(FIGURES),
        layers=[Layer("create", "commit", 1.25, 0.05)],
    )


def test_a_spread_is_told_with_the_decimals_of_its_unit() -> None:
    assert told(Spread.of([20_000, 21_000]), "/s") == "20,500 (20,000..21,000)"
    assert told(Spread.of([0.5123]), "s") == "0.512"
    assert told(None, "s") == "-"


def test_missed_gates_and_gates_that_were_not_measured_are_named(report: Report) -> None:
    assert report.failed == ("memory.order",)
    assert "read.throughput" in report.missing()
    assert "create.throughput" not in report.missing()


def test_the_terminal_shows_verdicts_layers_and_what_was_not_measured(report: Report) -> None:
    console = Console(width=130, record=True, quiet=True)
    console.quiet = False
    with console.capture() as capture:
        show(report, console)
    text = capture.get()
    assert "0.550 (0.500..0.600)" in text
    assert "fails" in text
    assert "commit" in text
    assert "not measured: read.throughput" in text


def test_the_results_are_json_markdown_and_a_chart_named_after_the_plan(report: Report, tmp_path: Path) -> None:
    files = write(report, tmp_path / "results")
    assert [file.name for file in files] == ["quick.json", "quick.md", "quick.svg"]
    content = orjson.loads(files[0].read_bytes())
    assert content["figures"][0]["ratio"] == {"samples": [0.5, 0.6]}
    assert {"figure": "memory.order", "limit": "≤ 3.00", "value": {"samples": [3.456]}, "verdict": "fails"} in content[
        "gates"
    ]
    markdown = files[1].read_text()
    assert "| memory an order | KiB | 3.46 | - | - | ≤ 3.00 | fails |" in markdown
    assert "![gates](quick.svg)" in markdown
    assert "memory an order" in files[2].read_text()


def test_what_is_compared_with_something_else_stands_in_a_table_of_its_own(report: Report, tmp_path: Path) -> None:
    assert {compared: [row[0] for row in rows] for compared, rows in report.tables().items()} == {
        "mock against floor": ["create, throughput", "memory an order"],
        "client against what it replaces": ["wheel", "heavy modules"],
        "mock with brokers or listeners against mock alone": ["relay"],
    }
    markdown = write(report, tmp_path)[1].read_text()
    assert "## Mock against floor" in markdown
    assert "## Client against what it replaces" in markdown


def test_a_limit_of_nothing_is_judged_but_not_drawn(report: Report, tmp_path: Path) -> None:
    _, markdown, drawing = write(report, tmp_path)
    assert "| heavy modules |  | 0.000 | - | - | ≤ 0.00 | passes |" in markdown.read_text()
    assert "wheel" in drawing.read_text()
    assert "heavy modules" not in drawing.read_text()
