"""The table of all faults of the reference services by what finds them: `docs/conformance-faults.md`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conformance.faults.outcomes import Outcome
from conformance.faults.survivors import SURVIVORS
from reference_services.faults import FAULTS

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "conformance-faults.md"
COMMAND: Final = "PYTHONPATH=tests python -m conformance.faults"


def written(found: Mapping[str, Outcome]) -> str:
    """The page."""
    killed = [fault for fault in FAULTS if found[fault].laws]
    return "\n".join([
        "# Faults of another implementation",
        "",
        f"<!-- Written by `{COMMAND}`. -->",
        "",
        "`tests/reference_services/` is the platform once more: FastAPI, in memory, Redis Streams, written from the",
        "documents alone. [The suite](conformance.md) finds nothing wrong with it. It can be told to make one mistake",
        "that a team might make, and the suite must find it.",
        "",
        f"**{len(killed)} of {len(FAULTS)} are found by the laws, {100 * len(killed) / len(FAULTS):.1f} %.**",
        "",
        "| fault | what it costs | laws that find it |",
        "|---|---|---|",
        *(f"| `{fault}` | {cost} | {', '.join(found[fault].laws) or '**none**'} |" for fault, cost in FAULTS.items()),
        "",
        "What no law finds is given to Schemathesis alone.",
        "",
        "| not found by a law | by Schemathesis | why |",
        "|---|---|---|",
        *(
            f"| `{fault}` | {', '.join(found[fault].generated or ()) or 'neither'} | {SURVIVORS.get(fault, 'a gap')} |"
            for fault in FAULTS
            if fault not in killed
        ),
        "",
    ])  # fmt: skip
