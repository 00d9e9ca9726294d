"""Single faults of the mock, each a small patch of behaviour: what the conformance suite must find.

`MUTANTS` are all of them, in the order of their modules; `running.py` runs the suite on one.
"""

from typing import Final

from conformance.mutants import (
    auth,
    events,
    headers,
    idempotency,
    lifecycle,
    lists,
    money,
    monitoring,
    problems,
    races,
    robustness,
    saga,
    secrets,
    statuses,
    storage,
    validation,
)
from conformance.mutants.mutant import Mutant

MUTANTS: Final[tuple[Mutant, ...]] = tuple(
    mutant
    for module in (
        statuses, problems, headers, storage, lists, validation, money, lifecycle, auth, idempotency, races, secrets,
        monitoring, events, saga, robustness,
    )
    for mutant in module.GROUP.mutants
)  # fmt: skip
