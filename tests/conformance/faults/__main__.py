"""Runs the suite on each fault of the reference services, and writes what found which to `docs/conformance-faults.md`.

`python -m conformance.faults [NAME …]`: all faults, or those named. Without a fault nothing may be found; that is run
first, and the rest is not where something is.
"""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.faults import outcomes
from conformance.faults.outcomes import Outcome
from conformance.faults.running import generated, killers, run
from conformance.faults.table import PAGE, written
from harness.brokers import valkey
from reference_services.faults import FAULTS


def outcome(redis: str, fault: str) -> Outcome:
    """What finds a fault; Schemathesis is asked where no law does."""
    laws = killers(redis, fault)
    return Outcome(laws, None if laws else generated(redis, fault))


def main(arguments: list[str]) -> int:
    """Run what is asked for, one by one: services and suite share a process and want all of it."""
    logging.disable(logging.CRITICAL)  # a service may crash: that is its fault
    with TemporaryDirectory() as directory, valkey(Path(directory)) as broker:
        sound = run(broker.url, None)
        if not sound.conforms:
            wrong = [f"{each.key}: {failure.message}" for each in sound.findings for failure in each.failures]
            sys.stderr.write("without a fault:\n  " + "\n  ".join(wrong) + "\n")
            return 1
        found = dict(outcomes.known())
        for fault in arguments or FAULTS:
            found[fault] = outcome(broker.url, fault)
            sys.stderr.write(f"{fault}: {', '.join(found[fault].laws) or 'survived'}\n")
            outcomes.keep(found)
    PAGE.write_text(written(found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
