"""The laws, one module each, in the order in which they are tested; closing ones come last."""

from typing import Final

from commerce_conformance.law import Law
from commerce_conformance.laws import auth, documented, lifecycle, lists, problems, storage, uniqueness

LAWS: Final[tuple[Law, ...]] = (
    lifecycle.LAW,
    storage.LAW,
    uniqueness.LAW,
    lists.LAW,
    auth.LAW,
    documented.LAW,
    problems.LAW,
)
