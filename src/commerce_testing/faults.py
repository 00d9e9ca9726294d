"""Faults that a test orders: they are the world's own, so that they strike in process and on real ports alike."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Final

from commerce_contract import Contract
from commerce_contract.responses import FIRST_ERROR
from commerce_mock import wire
from commerce_mock.controls import PREFIX
from commerce_mock.fault_effects import Effect, Occasion
from commerce_mock.fault_kinds import KINDS
from commerce_mock.faults import Fault, Faults, fault_of
from commerce_mock.problems import Problem
from commerce_sdk._errors import ConnectionFailedError, RequestTimeoutError, TransportError
from commerce_sdk._message import Request, Response
from commerce_sdk.transports._wire import incoming

__all__ = ["Fault", "Raised", "Refused", "carried", "ordered"]

_LAST_ERROR: Final = 599
_SHORT: Final[Mapping[str, str]] = {"connection": "reset", "cut": "truncate"}


@dataclass(frozen=True, slots=True)
class Refused:
    """No connection can be made. On a real port, which others need too, it is made and reset."""

    word: ClassVar[str] = "reset"
    goes_on: ClassVar[bool] = False

    def strike(self, _: Occasion) -> Effect:
        """No answer."""
        return Effect(reaches=False, ending="refused")


@dataclass(frozen=True, slots=True)
class Raised:
    """The transport in process raises an error of the test's own. On a real port the connection is reset instead."""

    word: ClassVar[str] = "reset"
    goes_on: ClassVar[bool] = False
    error: TransportError = field(repr=False)
    after_commit: bool = False

    def strike(self, _: Occasion) -> Effect:
        """No answer."""
        return Effect(reaches=self.after_commit, ending="reset")


def ordered(
    contract: Contract, operation: str, fault: int | str | TransportError, settings: Mapping[str, Any]
) -> Fault:
    """The fault that a test means, not set yet; `settings` are what else there is to say, as in the control API.

    Raises `ValueError` for an operation or fault that there is not.
    """
    names = [each.name for each in contract.operations.values() if not each.path.startswith(PREFIX)]
    if not any(fnmatchcase(name, operation) for name in names):
        raise ValueError(f"no operation is named {operation!r}: there are {', '.join(names)}")
    times, share, after = settings.get("times"), settings.get("share", 1), bool(settings.get("after_commit"))
    if times is not None and times < 1:
        raise ValueError(f"a fault cannot happen {times} times: give 1 or more, or None for always")
    if isinstance(fault, TransportError):
        return Fault(Raised(fault, after), operation, share, times)
    if fault == "connection" and not after:
        return Fault(Refused(), operation, share, times)
    said = {name: value for name, value in settings.items() if value not in (None, False)}
    document = {"operation": operation, **said, **_said(contract, fault)}
    if fault == "cut":
        document.pop("after_commit", None)  # it always comes after that
    create = contract.operations.get("admin.create_fault")
    if create is not None and create.body is not None and (errors := create.body.schema.errors(document)):
        raise ValueError("; ".join(f"{error.pointer[1:]} {error.message}" for error in errors))
    try:
        return fault_of(document, contract)
    except Problem as problem:
        raise ValueError("; ".join(f"{pointer[1:]} {message}" for pointer, message in problem.errors)) from None


def _said(contract: Contract, fault: int | str) -> Mapping[str, Any]:
    """What the control API calls a fault."""
    if isinstance(fault, int):
        if not FIRST_ERROR <= fault <= _LAST_ERROR:
            raise ValueError(f"{fault} is no status of failure: give one from {FIRST_ERROR} to {_LAST_ERROR}")
        return {"fault": "status", "status": fault}
    word = _SHORT.get(fault, fault)
    if word in KINDS:
        return {"fault": word}
    if any(fault in each.problems for each in contract.operations.values()):
        return {"fault": "problem", "code": fault}
    known = ", ".join((*_SHORT, *KINDS))
    raise ValueError(f"{fault!r} is no fault: give one of {known}, a status, a problem code or a TransportError")


def carried(request: Request, answered: wire.Response, faults: Faults, pass_time: Callable[[float], None]) -> Response:
    """An answer as it reaches the client of this process: what would take time passes on the world's clock.

    Raises `TransportError` where no whole answer comes.
    """
    delivery, name = answered.delivery, request.operation.name
    if isinstance(delivery, wire.Delivery):
        fault = faults.get(delivery.fault) if delivery.fault is not None else None
        if fault is not None and isinstance(fault.kind, Raised):
            raise copy.copy(fault.kind.error)  # each time a new one, with a traceback of its own
        seconds = delivery.delay + (len(answered.body) / delivery.rate if delivery.rate else 0.0)
        late = request.timeout is not None and seconds >= request.timeout
        if delivery.ending == "silence" or late:
            pass_time(request.timeout or 0.0)
            raise RequestTimeoutError("no answer came in time", operation=name, sent=True)
        if seconds:
            pass_time(seconds)
        if delivery.ending != "whole":
            raise ConnectionFailedError(_BROKEN[delivery.ending], operation=name, sent=delivery.ending != "refused")
    return Response(answered.status, incoming(answered.headers), answered.body)


_BROKEN: Final[Mapping[str, str]] = {
    "refused": "the connection was refused",
    "reset": "the connection broke before the answer",
    "truncated": "the connection broke in the answer's body",
}
