"""The chart of a run: one bar a gate, on a scale where the gate is a line and the bar is the measured value."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.gates import Judgement, Verdict

_WIDTH = 980
_LEFT = 330
_PLOT = 400
_ROW = 34
_TOP = 76
_BOTTOM = 30
# Where the gate stands on the axis, as a share of the plot: bars up to twice the limit fit, longer ones are cut.
_GATE_SHARE = 0.5

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2933 }
.title { font-size: 17px; font-weight: 600 } .quiet { fill: #616e7c } .page { fill: #ffffff }
.passes { fill: #1f77b4 } .fails { fill: #d1495b } .missed { fill: #d1495b; opacity: 0.12 }
.spread, .gate { stroke: #1f2933 }
.spread { stroke-width: 1.5 } .gate { stroke-width: 2; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb } .quiet { fill: #9aa5b1 } .page { fill: #14191f }
  .spread, .gate { stroke: #e4e7eb } .passes { fill: #4ea1d8 } .fails { fill: #f0788a }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: what it is, what it is about, and the judgement that it draws."""

    title: str
    unit: str
    judgement: Judgement


def chart(heading: str, subtitle: str, bars: Sequence[Bar]) -> str:
    """Draw the measured gates as SVG, light and dark; a gate that was not measured has no row."""
    measured = [bar for bar in bars if bar.judgement.value is not None]
    height = _TOP + _ROW * len(measured) + _BOTTOM
    line = _LEFT + _PLOT * _GATE_SHARE
    rows = "".join(_row(bar, _TOP + _ROW * number) for number, bar in enumerate(measured))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{escape(heading)}">\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>\n'
        f'<text class="title" x="20" y="32">{escape(heading)}</text>\n'
        f'<text class="quiet" x="20" y="54">{escape(subtitle)}</text>\n'
        f"{rows}"
        f'<line class="gate" x1="{line:.1f}" y1="{_TOP - 8}" x2="{line:.1f}" y2="{height - _BOTTOM + 4}"/>\n'
        f'<text class="quiet" x="{line:.1f}" y="{height - 10}" text-anchor="middle">gate (shaded: missed)</text>\n'
        "</svg>\n"
    )


def _row(bar: Bar, top: int) -> str:
    judgement = bar.judgement
    value = judgement.value
    if value is None:
        return ""
    limit = judgement.gate.limit
    middle = top + _ROW / 2
    end, low, high = (_place(number / limit) for number in (value.median, value.low, value.high))
    words = f"{value.median:.3f}{bar.unit} ({judgement.gate.requirement}{bar.unit}) {judgement.verdict}"
    kind = "passes" if judgement.verdict is Verdict.PASSES else "fails"
    missed = _LEFT if judgement.gate.at_least else _LEFT + _PLOT * _GATE_SHARE
    return (
        f'<text x="{_LEFT - 12}" y="{middle + 4:.1f}" text-anchor="end">{escape(bar.title)}</text>\n'
        f'<rect class="missed" x="{missed:.1f}" y="{top}" width="{_PLOT * _GATE_SHARE:.1f}" height="{_ROW}"/>\n'
        f'<rect class="{kind}" x="{_LEFT}" y="{top + 6}" width="{end - _LEFT:.1f}" height="{_ROW - 12}" rx="2"/>\n'
        f'<line class="spread" x1="{low:.1f}" y1="{middle:.1f}" x2="{high:.1f}" y2="{middle:.1f}"/>\n'
        f'<text class="quiet" x="{_LEFT + _PLOT + 10}" y="{middle + 4:.1f}">{escape(words)}</text>\n'
    )


def _place(share_of_limit: float) -> float:
    """Where a value stands on the axis, given as a multiple of its limit."""
    return _LEFT + _PLOT * min(1.0, share_of_limit * _GATE_SHARE)
