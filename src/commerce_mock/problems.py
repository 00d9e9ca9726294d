"""Refusals: a rule raises a code, the contract supplies status, title, type and shape (RFC 9457)."""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from commerce_contract import Location, ProblemType

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction

PROBLEM_TYPE = b"application/problem+json"
RETRY_SECONDS = 5  # when to try a service again that is down, where nothing better is known
PointedError = tuple[str, str]  # a JSON pointer into the request, and a message
TOLD = 3  # of many errors so many are told in one sentence


class Problem(Exception):  # noqa: N818 - the field's term (RFC 9457), and what a rule says: `raise Problem("ORDER_004")`
    """A request is refused with one of the operation's problem codes; nothing that its transaction wrote stays.

    `aftermath` is what happens all the same, in a transaction of its own
    (a circuit breaker counts the failure). `status` is only for the few answers that are of no operation (413, 431).
    """

    def __init__(  # noqa: PLR0913 - each is a part of the answer, and all but the code are optional
        self,
        code: str,
        detail: str | None = None,
        *,
        errors: tuple[PointedError, ...] = (),
        headers: Mapping[bytes, bytes] | None = None,
        aftermath: "Callable[[Transaction], None] | None" = None,
        status: int | None = None,
        title: str | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}
        self.aftermath = aftermath
        self.status = status
        self.title = title


# Codes whose name is not the one that HTTP has for their status.
_STATUS = {
    "INTERNAL_ERROR": HTTPStatus.INTERNAL_SERVER_ERROR,
    "VALIDATION_ERROR": HTTPStatus.UNPROCESSABLE_ENTITY,
    "IDEMPOTENCY_KEY_REUSED": HTTPStatus.UNPROCESSABLE_ENTITY,
}


def fallback(code: str) -> ProblemType:
    """A general code as HTTP words it, for contracts that declare no problems (foreign documents).

    Raises KeyError where it is no such code.
    """
    status = _STATUS.get(code) or HTTPStatus[code]
    return ProblemType(
        code, status, status.phrase, "about:blank", status.description or status.phrase, Location("", "", 0)
    )


def at(code: str, pointer: str, message: str) -> Problem:
    """A problem that one place of the request causes."""
    return Problem(code, message, errors=((pointer, message),))


def invalid(pointer: str, message: str) -> Problem:
    """A place of the request is wrong, though its schema allows it; the message goes on after the pointer."""
    return Problem("VALIDATION_ERROR", errors=((pointer, message),))


def unavailable(detail: str | None = None, seconds: int = RETRY_SECONDS) -> Problem:
    """A service does not answer now, but may in so many seconds."""
    return Problem("SERVICE_UNAVAILABLE", detail, headers=retry_after(seconds))


def retry_after(seconds: int = RETRY_SECONDS) -> Mapping[bytes, bytes]:
    """The header that says when to try again."""
    return {b"retry-after": b"%d" % seconds}


def document(problem: Problem, kind: ProblemType, instance: str) -> dict[str, Any]:
    """The problem document of RFC 9457 that the client reads."""
    content: dict[str, Any] = {
        "type": kind.type,
        "title": problem.title or kind.title,
        "status": problem.status or kind.status,
        "detail": problem.detail or _told(problem.errors) or kind.detail,
        "instance": reference(instance),
        "code": problem.code,
    }
    if problem.errors:
        content["errors"] = [{"pointer": pointer, "message": message} for pointer, message in problem.errors]
    return content


_REFERENCE = re.compile(r"(?!//)(?:[\w/.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def reference(path: str) -> str:
    """A request's path as a URI reference, whatever bytes it came with."""
    if _REFERENCE.fullmatch(path):
        return path
    try:
        raw = path.encode("latin-1")  # as it came off the wire
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "surrogatepass")
    escaped = _BARE_PERCENT.sub("%25", quote(raw, safe="/%:@!$&'()*+,;=~"))
    # Two slashes at the start would name a host (RFC 3986, 4.2).
    return f"/.{escaped}" if escaped.startswith("//") else escaped


def _told(errors: tuple[PointedError, ...]) -> str:
    """The first few errors as one sentence."""
    told = "; ".join(f"{pointer or 'The body'} {message}" for pointer, message in errors[:TOLD])
    return told + ("; …" if len(errors) > TOLD else "")


def encode(content: Mapping[str, Any]) -> bytes:
    """The document as JSON; a lone surrogate, which no wire carries but a caller in process may send, is replaced."""
    try:
        return orjson.dumps(content)
    except orjson.JSONEncodeError:
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
