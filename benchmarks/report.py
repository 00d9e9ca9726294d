"""What is left of a run: a table on the terminal, and latest.json, latest.md and latest.svg."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson
from rich.console import Console, JustifyMethod
from rich.table import Table

from benchmarks.chart import Bar, chart
from benchmarks.figures import Figure, Spread
from benchmarks.gates import CLIENT, EVENTS, Judgement, Verdict
from benchmarks.layers import Layer
from benchmarks.plan import Plan

_DECIMALS = {"/s": 0, "µs": 1, "ms": 2, "s": 3, "KiB": 2, "kB": 1, "": 3}
_HEADINGS = ("measure", "unit", "measured", "against", "ratio", "gate", "verdict")
_NOTHING = "-"
_PEERS = {CLIENT: ("client", "what it replaces"), EVENTS: ("mock with brokers or listeners", "mock alone")}


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run found out; `when` is in UTC, `sides` names subject and reference."""

    plan: Plan
    when: datetime
    sides: tuple[str, str]
    machine: Mapping[str, str]
    figures: Sequence[Figure]
    judgements: Sequence[Judgement]
    layers: Sequence[Layer]

    @property
    def failed(self) -> tuple[str, ...]:
        """Gates that were missed, by their figure's key."""
        return tuple(one.gate.figure for one in self.judgements if one.verdict is Verdict.FAILS)

    def tables(self) -> dict[str, list[tuple[str, ...]]]:
        """Rows by what is compared, one a figure, as words, in the order of the headings; without empty tables."""
        judgements = {one.gate.figure: one for one in self.judgements}
        rows: dict[str, list[tuple[str, ...]]] = {}
        for figure in self.figures:
            compared = " against ".join(self._peers(figure))
            rows.setdefault(compared, []).append(_row(figure, judgements.get(figure.key)))
        return rows

    def _peers(self, figure: Figure) -> tuple[str, str]:
        return next((peers for prefix, peers in _PEERS.items() if figure.key.startswith(prefix)), self.sides)

    def missing(self) -> tuple[str, ...]:
        """Gates that this run did not measure."""
        return tuple(one.gate.figure for one in self.judgements if one.verdict is Verdict.NOT_MEASURED)


def told(spread: Spread | None, unit: str) -> str:
    """Median with lowest and highest, as a person reads it."""
    if spread is None:
        return _NOTHING
    decimals = _DECIMALS[unit]
    median = f"{spread.median:,.{decimals}f}"
    if len(spread.samples) == 1:
        return median
    return f"{median} ({spread.low:,.{decimals}f}..{spread.high:,.{decimals}f})"


def show(report: Report, console: Console) -> None:
    """Print the tables, and the gates that this run says nothing about."""
    for compared, rows in report.tables().items():
        console.print(_figures(compared, rows))
    if report.layers:
        console.print(_layers(report))
    for gate in report.missing():
        console.print(f"not measured: {gate}")


def _figures(compared: str, rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=f"{compared}, medians (lowest..highest)")
    for heading in _HEADINGS:
        justify: JustifyMethod = "left" if heading in {"measure", "unit", "verdict"} else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for *words, verdict in rows:
        style = {"fails": "bold red", "passes": "green"}.get(verdict, "")
        table.add_row(*words, f"[{style}]{verdict}[/]" if style else verdict)
    return table


def _layers(report: Report) -> Table:
    table = Table(title="microseconds a request, by layer")
    for heading in ("operation", "layer", "µs", "share"):
        table.add_column(heading, justify="right" if heading in {"µs", "share"} else "left")
    for layer in report.layers:
        table.add_row(layer.operation, layer.name, f"{layer.microseconds:.2f}", f"{layer.share:.0%}")
    return table


def write(report: Report, directory: Path) -> list[Path]:
    """Write the results, named after the plan; the files."""
    directory.mkdir(parents=True, exist_ok=True)
    name = directory / report.plan.name
    contents = {".json": _json(report), ".md": _markdown(report).encode(), ".svg": _chart(report).encode()}
    for suffix, content in contents.items():
        name.with_suffix(suffix).write_bytes(content)
    return [name.with_suffix(suffix) for suffix in contents]


def _row(figure: Figure, judgement: Judgement | None) -> tuple[str, ...]:
    return (
        figure.title,
        figure.unit,
        told(figure.subject, figure.unit),
        told(figure.reference, figure.unit),
        told(figure.ratio, ""),
        judgement.gate.requirement if judgement else _NOTHING,
        judgement.verdict if judgement else "",
    )


def _json(report: Report) -> bytes:
    content = {
        "when": report.when,
        "sides": report.sides,
        "machine": report.machine,
        "plan": asdict(report.plan),
        "figures": [{**asdict(figure), "ratio": figure.ratio} for figure in report.figures],
        "gates": [
            {"figure": one.gate.figure, "limit": one.gate.requirement, "value": one.value, "verdict": one.verdict}
            for one in report.judgements
        ],
        "layers": report.layers,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _markdown(report: Report) -> str:
    how = (
        f"{report.plan.rounds} interleaved rounds of {report.plan.seconds} s, {report.plan.connections} connections; "
        "medians (lowest..highest). Compare ratios, not figures."
    )
    lines = [
        f"# {_heading(report)}, {report.when:%Y-%m-%d}",
        "",
        how,
        "",
        f"![gates]({report.plan.name}.svg)",
        "",
    ]
    for compared, rows in report.tables().items():
        lines += [f"## {compared.capitalize()}", "", *_table(_HEADINGS, rows), ""]
    if report.layers:
        costs = [(one.operation, one.name, f"{one.microseconds:.2f}", f"{one.share:.0%}") for one in report.layers]
        lines += ["## What each layer costs", "", *_table(("operation", "layer", "µs", "share"), costs), ""]
    lines += ["## Machine", "", *(f"- {name}: {value}" for name, value in report.machine.items()), ""]
    return "\n".join(lines)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (headings, ["---"] * len(headings), *rows)]


def _chart(report: Report) -> str:
    figures = {figure.key: figure for figure in report.figures}
    bars = [
        Bar(figure.title, "" if figure.reference else f" {figure.unit}", one)
        for one in report.judgements
        # Nothing has no scale on which a limit of 0 could be drawn.
        if one.gate.limit and (figure := figures.get(one.gate.figure)) is not None
    ]
    rounds = f"{report.plan.rounds} interleaved rounds, medians with lowest and highest, {report.when:%Y-%m-%d}"
    return chart(_heading(report), rounds, bars)


def _heading(report: Report) -> str:
    return "; ".join(report.tables()).capitalize()
