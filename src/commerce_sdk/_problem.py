"""From an answer of failure to its exception, in whatever form the failure is told."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from commerce_sdk import _json
from commerce_sdk._errors import (
    BY_STATUS,
    ApiError,
    Failure,
    FieldError,
    Problem,
    ServerError,
)
from commerce_sdk._message import Response
from commerce_sdk._secrecy import hide

Codes = Mapping[str, Mapping[int, type[ApiError]]]
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_LONGEST_TEXT: Final = 500


def api_error(
    operation: str, response: Response, codes: Codes, *, attempts: int = 1, secrets: frozenset[str] = frozenset()
) -> ApiError:
    """The exception of an answer of failure: the class of its code, else of its status."""
    problem = read_problem(response, secrets)
    headers = {name: hide(value, secrets) for name, value in response.headers.items()}
    failure = Failure(operation, response.status, problem, headers, attempts)
    return error_class(codes, problem.code, response.status)(failure)


def error_class(codes: Codes, code: str | None, status: int) -> type[ApiError]:
    """The class for a code under a status; a code that is not known gets the class of its status."""
    if code is not None and (known := codes.get(code)):
        return known.get(status) or next(iter(known.values()))
    if (found := BY_STATUS.get(status)) is not None:
        return found
    return ServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ApiError


def read_problem(response: Response, secrets: frozenset[str] = frozenset()) -> Problem:
    """What an answer says of the failure: RFC 9457, FastAPI's `detail`, an `error`, HTML, text, nothing."""
    try:
        raw = _json.decode(response.body)
    except ValueError:
        text = hide(response.body.decode(errors="replace").strip(), secrets)
        return Problem(detail=_summary(text) or _phrase(response.status), raw=text or None)
    raw = hide(raw, secrets)
    if not isinstance(raw, dict):
        return Problem(detail=_word(raw) or _phrase(response.status), raw=raw)
    inner = raw["error"] if isinstance(raw.get("error"), dict) else raw
    detail = _word(inner.get("detail")) or _word(inner.get("message")) or _word(raw.get("error"))
    title = _word(inner.get("title"))
    return Problem(
        code=_word(inner.get("code")),
        title=title,
        detail=detail or (None if title else _phrase(response.status)),
        type=_word(inner.get("type")),
        instance=_word(inner.get("instance")),
        errors=tuple(_places(inner)),
        raw=raw,
    )


def _places(problem: Mapping[str, Any]) -> list[FieldError]:
    """`errors` of our problems, and FastAPI's `detail`, a list of `loc` and `msg`."""
    listed = [*_list(problem.get("errors")), *_list(problem.get("detail"))]
    return [place for each in listed if isinstance(each, dict) and (place := _place(each)) is not None]


def _place(error: Mapping[str, Any]) -> FieldError | None:
    message = _word(error.get("message")) or _word(error.get("msg"))
    if message is None:
        return None
    if isinstance(pointer := error.get("pointer"), str):
        return FieldError(pointer, message)
    path = _list(error.get("loc"))
    steps = path[1:] if path[:1] == ["body"] else path
    return FieldError("".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps), message)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value) or None


def _summary(text: str) -> str:
    title = _TITLE.search(text)
    return (title.group(1).strip() if title else text)[:_LONGEST_TEXT]


def _phrase(status: int) -> str | None:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return None
