"""Refusals on demand: a good token is taken for one that has expired, is forged, or is somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

from commerce_contract import Operation
from commerce_mock.auth import CUSTOMER, EXPIRED, INVALID, Caller, unauthorized
from commerce_mock.call import refusal
from commerce_mock.problems import Problem

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
FORBIDDEN: Final = 403


@dataclass(slots=True)
class Forcing:
    """What becomes of the callers of some operations; lives until it is lifted, its world is reset, or `left` is 0.

    `pattern` is an operation's name or a glob of names, `left` how many requests it is still for (None: all).
    """

    pattern: str
    outcome: str
    left: int | None = None

    def document(self) -> dict[str, Any]:
        """It as the control document shows it."""
        shown: dict[str, Any] = {"operation": self.pattern, "outcome": self.outcome}
        if self.left is not None:
            shown["times"] = self.left
        return shown

    def copy(self) -> "Forcing":
        """The same for another world."""
        return replace(self)


def forced(forcings: list[Forcing], operation: Operation, caller: Caller) -> Caller:
    """Whom the operation shall see. Raises Problem where it shall see nobody.

    Of several forcings that fit, the one that was set last counts.
    """
    for forcing in reversed(forcings):
        if fnmatchcase(operation.name, forcing.pattern):
            if forcing.left is not None:
                forcing.left -= 1
                if forcing.left == 0:
                    forcings.remove(forcing)
            return _OUTCOMES[forcing.outcome](operation, caller)
    return caller


def _expired(_operation: Operation, _caller: Caller) -> Caller:
    raise unauthorized(EXPIRED)


def _invalid(_operation: Operation, _caller: Caller) -> Caller:
    raise unauthorized(INVALID)


def _wrong_role(operation: Operation, caller: Caller) -> Caller:
    raise Problem(refusal(operation, FORBIDDEN), f"The role {caller.role} may not do this.")


def _not_owner(_operation: Operation, caller: Caller) -> Caller:
    return replace(caller, subject=NOBODY, role=CUSTOMER)


_OUTCOMES: Final[Mapping[str, Callable[[Operation, Caller], Caller]]] = {
    "expired": _expired,
    "invalid": _invalid,
    "wrong_role": _wrong_role,
    "not_owner": _not_owner,
}
OFF: Final = "off"
ALL: Final = "*"
OUTCOMES: Final = (*_OUTCOMES, OFF)
