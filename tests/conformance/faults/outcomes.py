"""What was found of each fault when the suite was last run on it, kept so that a test need not run it whole."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reference_services.faults import FAULTS

FILE: Final = Path(__file__).with_name("outcomes.json")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The laws that find a fault, in the order in which a test tries them, and checks of Schemathesis alone.

    `generated` is None where it was not run, for the laws had found the fault.
    """

    laws: Sequence[str]
    generated: Sequence[str] | None = None


def known() -> Mapping[str, Outcome]:
    """By fault."""
    there = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return {fault: Outcome(**told) for fault, told in there.items()}


def keep(found: Mapping[str, Outcome]) -> None:
    """Note all, a line for each, in the order of the faults."""
    told = {
        fault: {"laws": each.laws} | ({} if each.generated is None else {"generated": each.generated})
        for fault in FAULTS
        if (each := found.get(fault)) is not None
    }
    lines = ",\n".join(f"{json.dumps(fault)}: {json.dumps(each)}" for fault, each in told.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", "utf-8")
