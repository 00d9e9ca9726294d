"""From arguments to a request: pure functions. What does not make one raises `InvalidRequestError`."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from commerce_sdk import _headers, _json
from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._omit import OMIT
from commerce_sdk._operation import Operation

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
# A server, or a proxy before it, would take these for steps in the path.
_STEPS: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation with its arguments, under their names on the wire; lives until it is answered.

    `timeout` is in seconds and total: attempts, waits and all. None means the client's.
    """

    operation: Operation
    path: Mapping[str, Any] = field(default_factory=dict, repr=False)
    query: Mapping[str, Any] = field(default_factory=dict, repr=False)
    header: Mapping[str, Any] = field(default_factory=dict, repr=False)
    body: Any = field(default=OMIT, repr=False)
    nullable: tuple[str, ...] = ()
    idempotency_key: str | None = field(default=None, repr=False)
    timeout: float | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all attempts of a call share; `model` is the validated body, kept to know which values are secret."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    model: Any = field(repr=False)


def prepare(call: Call, package: str, url: str, headers: Mapping[str, str]) -> Prepared:
    """The request that a call makes, with its idempotency key, which all attempts share."""
    operation = call.operation
    model, body = _body(call, package)
    given = {name: _text(operation, name, value) for name, value in call.header.items() if _is_given(value)}
    if operation.idempotency_key is not None:
        given[operation.idempotency_key] = call.idempotency_key or new_key()
    if call.headers:
        given.update(call.headers)
    if given and (fault := _headers.fault(given)):
        raise refusal(operation, fault)
    sent = {**headers, **given}
    if body is not None:
        sent["Content-Type"] = operation.media_type
    return Prepared(
        url + path_of(operation, operation.path, call.path) + _query(operation, call.query), sent, body, model
    )


def new_key() -> str:
    """A fresh idempotency key."""
    return os.urandom(16).hex()


def refusal(operation: Operation, message: str) -> InvalidRequestError:
    """The error of arguments that do not make a request of this operation."""
    return InvalidRequestError(f"{operation.name}: {message}", operation=operation.name)


def _is_given(value: Any) -> bool:
    return value is not None and value is not OMIT


def _body(call: Call, package: str) -> tuple[Any, bytes | None]:
    operation = call.operation
    if operation.body is None or call.body is OMIT:
        return None, None
    from pydantic import ValidationError  # noqa: PLC0415 - not imported before a call needs it

    from commerce_sdk._codec import faults, validator  # noqa: PLC0415 - the same

    value = call.body
    if isinstance(value, dict):
        value = {
            name: each
            for name, each in value.items()
            if each is not OMIT and (each is not None or name in call.nullable)
        }
    try:
        model = validator(package, operation.body)(value)
        return model, _json.encode(model)
    except ValidationError as error:
        fault = faults(error)
    except ValueError as error:
        fault = str(error)
    # Raised outside of the handler, so that the values which pydantic keeps do not travel along.
    raise refusal(operation, fault)


@cache
def _pieces(template: str) -> Sequence[str]:
    """A path's fixed parts and parameters, in turn."""
    return _PARAMETER.split(template)


def path_of(operation: Operation, template: str, values: Mapping[str, Any]) -> str:
    """A path with its parameters filled in, each as one segment."""
    pieces = _pieces(template)
    if len(pieces) == 1:
        return template
    return "".join(
        _segment(operation, piece, values[piece]) if index % 2 else piece for index, piece in enumerate(pieces)
    )


def _segment(operation: Operation, name: str, value: Any) -> str:
    """A path parameter as one segment, whatever it holds: it cannot change the route."""
    text = _text(operation, name, value) if _is_given(value) else ""
    if text in _STEPS:
        raise refusal(operation, f"{name} must not be {text!r}: it is a segment of the path")
    return quote(text, safe="")


def _query(operation: Operation, values: Mapping[str, Any]) -> str:
    pairs = [
        (name, _text(operation, name, each))
        for name, value in values.items()
        if _is_given(value)
        for each in _each(value)
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def _each(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def _text(operation: Operation, name: str, value: Any) -> str:  # noqa: PLR0911 - one line a type
    match value:
        case Enum():
            return str(value.value)
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _json.number(value)
        case date():
            try:
                return _json.timestamp(value)
            except ValueError as error:
                raise refusal(operation, f"{name}: {error}") from None
        case _ if (reveal := getattr(value, "get_secret_value", None)) is not None:
            return str(reveal())
        case None | dict() | list():
            raise refusal(operation, f"{name} cannot be a {type(value).__name__}")
        case _:
            return str(value)
