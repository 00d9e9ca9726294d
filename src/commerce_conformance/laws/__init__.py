"""The laws, one module each, in the order in which they are tested; closing ones come last."""

from typing import Final

from commerce_conformance.law import Law
from commerce_conformance.laws import (
    auth,
    documented,
    idempotency,
    lifecycle,
    lists,
    money,
    problems,
    races,
    storage,
    uniqueness,
)

LAWS: Final[tuple[Law, ...]] = (
    lifecycle.LAW,
    storage.LAW,
    uniqueness.LAW,
    lists.LAW,
    money.LAW,
    auth.LAW,
    idempotency.LAW,
    races.LAW,
    documented.LAW,
    problems.LAW,
)
