"""Runs the whole suite on each mutant, and writes what found which to `docs/conformance-mutants.md`."""

import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

from conformance.mutants import MUTANTS
from conformance.mutants.running import killers
from conformance.mutants.table import PAGE, Row, written


def row(number: int) -> Row:
    """The row of one mutant."""
    logging.disable(logging.CRITICAL)  # a mutant may crash the mock: that is its fault
    return Row(MUTANTS[number], killers(MUTANTS[number]), None)


def main() -> None:
    """Run all mutants, several at once: a run waits for half of its time."""
    rows = []
    with ProcessPoolExecutor(2 * (cpu_count() or 1)) as pool:
        for number, (name, laws) in enumerate(pool.map(_told, range(len(MUTANTS))), 1):
            rows.append(Row(MUTANTS[number - 1], laws, None))
            sys.stderr.write(f"{number}/{len(MUTANTS)} {name}: {', '.join(laws) or 'survived'}\n")
    PAGE.write_text(written(rows), "utf-8")


def _told(number: int) -> tuple[str, list[str]]:
    """A mutant's name and the laws that find it: what goes from process to process."""
    found = row(number)
    return found.mutant.name, list(found.laws)


if __name__ == "__main__":
    main()
