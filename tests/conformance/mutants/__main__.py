"""Runs the suite on each mutant, and writes what found which to `docs/conformance-mutants.md`.

`python -m conformance.mutants [laws|generated] [--again]`: the laws, or Schemathesis alone. What is known of a mutant
already, from a run that was stopped, is not run again unless `--again` says so.
"""

import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count

from conformance.mutants import MUTANTS, outcomes
from conformance.mutants.outcomes import GENERATED, LAWS
from conformance.mutants.running import generated, killers
from conformance.mutants.table import PAGE, written


def outcome(engine: str, number: int) -> tuple[str, list[str]]:
    """A mutant's name, and what of an engine finds it."""
    logging.disable(logging.CRITICAL)  # a mutant may crash the mock: that is its fault
    mutant = MUTANTS[number]
    return mutant.name, killers(mutant) if engine == LAWS else generated(mutant)


def main(arguments: list[str]) -> None:
    """Run what is not known, several at once: a run waits for half of its time."""
    engine = GENERATED if GENERATED in arguments else LAWS
    known = outcomes.known()
    unknown = [
        number
        for number, mutant in enumerate(MUTANTS)
        if "--again" in arguments or engine not in known.get(mutant.name, {})
    ]
    with ProcessPoolExecutor(2 * (cpu_count() or 1)) as pool:
        for done, (name, found) in enumerate(pool.map(partial(outcome, engine), unknown), 1):
            outcomes.keep(name, engine, found)
            sys.stderr.write(f"{done}/{len(unknown)} {name}: {', '.join(found) or 'survived'}\n")
    PAGE.write_text(written(outcomes.rows()), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
