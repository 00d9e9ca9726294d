"""What was found on each mutant when it was last run, kept beside the mutants so that a long run can be stopped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.mutants import MUTANTS
from conformance.mutants.mutant import Mutant

FILE: Final = Path(__file__).with_name("outcomes.json")
LAWS: Final = "laws"
GENERATED: Final = "generated"


@dataclass(frozen=True, slots=True)
class Row:
    """What finds one mutant: laws, and checks of Schemathesis alone; None where that was not run."""

    mutant: Mutant
    laws: Sequence[str] | None
    generated: Sequence[str] | None


def known() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """By mutant and engine what found it."""
    found: dict[str, dict[str, list[str]]] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return found


def keep(name: str, engine: str, found: Sequence[str]) -> None:
    """Note what an engine found."""
    there = {**known()}
    there[name] = {**there.get(name, {}), engine: found}
    ordered = {mutant.name: there[mutant.name] for mutant in MUTANTS if mutant.name in there}
    lines = ",\n".join(f"{json.dumps(each)}: {json.dumps(said)}" for each, said in ordered.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", "utf-8")


def rows() -> list[Row]:
    """All mutants, each with what is known of it."""
    there = known()
    told = [(mutant, there.get(mutant.name, {})) for mutant in MUTANTS]
    return [Row(mutant, found.get(LAWS), found.get(GENERATED)) for mutant, found in told]
