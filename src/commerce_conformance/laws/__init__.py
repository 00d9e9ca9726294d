"""The laws, one module each, in the order in which they are tested; closing ones come late, what breaks things last."""

from typing import Final

from commerce_conformance.law import Law
from commerce_conformance.laws import (
    auth,
    codes,
    dependencies,
    documented,
    events,
    headers,
    idempotency,
    lifecycle,
    lists,
    messages,
    money,
    monitoring,
    problems,
    races,
    robustness,
    saga,
    secrets,
    storage,
    undocumented,
    uniqueness,
    validation,
    verification,
)

LAWS: Final[tuple[Law, ...]] = (
    lifecycle.LAW,
    storage.LAW,
    uniqueness.LAW,
    validation.LAW,
    lists.LAW,
    money.LAW,
    auth.LAW,
    idempotency.LAW,
    races.LAW,
    robustness.LAW,
    monitoring.LAW,
    events.LAW,
    saga.LAW,
    verification.LAW,
    messages.LAW,
    codes.LAW,
    headers.LAW,
    documented.LAW,
    problems.LAW,
    secrets.LAW,
    undocumented.LAW,
    dependencies.LAW,
)
