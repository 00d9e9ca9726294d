"""The table of all mutants by what finds them: `docs/conformance-mutants.md`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from commerce_conformance.laws import LAWS
from conformance.mutants.outcomes import Row
from conformance.mutants.survivors import SURVIVORS

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "conformance-mutants.md"
COMMAND: Final = "PYTHONPATH=tests python -m conformance.mutants"
NOT_RUN: Final = "not run"
SURVIVED: Final = "**survived**"
COLUMNS: Final = 4


def written(rows: Sequence[Row]) -> str:
    """The page."""
    killed = [row for row in rows if row.laws]
    survived = [row.mutant.name for row in rows if row.laws == []]
    return "\n".join([
        "# The mutants of the conformance suite",
        "",
        f"<!-- Written by `{COMMAND}`. -->",
        "",
        "Each mutant is one fault in the behaviour of the mock, a small named patch in `tests/conformance/mutants/`.",
        "The suite must find it; on the mock without a fault it finds nothing.",
        "",
        f"**{len(killed)} of {len(rows)} are found by the laws, {100 * len(killed) / len(rows):.1f} %.**",
        "",
        *_totals(rows),
        "",
        *_laws(rows),
        "",
        "## Survivors",
        "",
        "| mutant | why no law finds it |",
        "|---|---|",
        *(f"| `{name}` | {SURVIVORS.get(name, 'a gap')} |" for name in survived),
        "",
        *_groups(rows),
    ])  # fmt: skip


def _totals(rows: Sequence[Row]) -> Iterable[str]:
    run = [row for row in rows if row.generated is not None]
    yield "| found by | mutants | of |"
    yield "|---|---:|---:|"
    yield f"| laws | {sum(1 for row in rows if row.laws)} | {len(rows)} |"
    yield f"| Schemathesis alone | {sum(1 for row in run if row.generated)} | {len(run)} |"
    yield f"| both together | {sum(1 for row in run if row.generated or row.laws)} | {len(run)} |"


def _laws(rows: Sequence[Row]) -> Iterable[str]:
    found = Counter(law for row in rows for law in row.laws or ())
    alone = Counter(row.laws[0] for row in rows if row.laws and len(row.laws) == 1)
    yield "| law | mutants that it finds | that no other law finds |"
    yield "|---|---:|---:|"
    for law in LAWS:
        yield f"| {law.name} | {found[law.name]} | {alone[law.name]} |"


def _groups(rows: Sequence[Row]) -> Iterable[str]:
    for group in dict.fromkeys(row.mutant.group for row in rows):
        yield f"## {group.capitalize()}"
        yield ""
        yield "| mutant | what is wrong, and what it costs | laws | Schemathesis |"
        yield "|---|---|---|---|"
        for row in (row for row in rows if row.mutant.group == group):
            told = f"{_told(row.laws)} | {_told(row.generated)}"
            yield f"| `{row.mutant.name}` | {row.mutant.fault} | {told} |"
        yield ""


def _told(found: Sequence[str] | None) -> str:
    """What found a mutant, in a cell."""
    return NOT_RUN if found is None else ", ".join(found) or SURVIVED


def read(page: str) -> Mapping[str, bool]:
    """The mutants that a page names in its groups, and whether laws find them."""
    cells = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    return {each[0].strip("`"): each[2] not in {SURVIVED, NOT_RUN} for each in cells if len(each) == COLUMNS}
