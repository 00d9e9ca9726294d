"""JSON, exact: a number with a fraction is a `Decimal` in both directions, never a float in between."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring_ascii as quote
from typing import Any, Final
from uuid import UUID

_UTC: Final = timedelta(0)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)


def decode(text: bytes | str) -> Any:
    """The value that a JSON text says. Raises `ValueError` (not JSON, not UTF-8, nested too deep)."""
    try:
        return _DECODER.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None


def encode(value: Any) -> bytes:
    """A value as JSON: plain values, `Decimal`, dates, UUIDs, enums, hidden strings and models.

    Raises `ValueError` for what JSON has no word for: NaN, infinity, other types.
    """
    parts: list[str] = []
    try:
        _write(value, parts)
    except RecursionError:
        raise ValueError("the value is nested too deep, or holds itself") from None
    return "".join(parts).encode()


def _write(value: Any, parts: list[str]) -> None:
    kind = type(value)
    if kind is str:
        parts.append(quote(value))
    elif kind is dict:
        _write_object(value, parts)
    elif kind is list:
        _write_array(value, parts)
    elif (scalar := _SCALARS.get(kind)) is not None:
        parts.append(scalar(value))
    else:
        _write_other(value, parts)


def _write_object(value: Mapping[Any, Any], parts: list[str]) -> None:
    separator = "{"
    for name, member in value.items():
        if not isinstance(name, str):
            raise ValueError(f"a JSON object has text as names, not {type(name).__name__}")  # noqa: TRY004 - what JSON cannot say is a ValueError, of whatever kind
        parts.append(separator + quote(name) + ":")
        _write(member, parts)
        separator = ","
    parts.append("}" if value else "{}")


def _write_array(value: Sequence[Any], parts: list[str]) -> None:
    separator = "["
    for element in value:
        parts.append(separator)
        _write(element, parts)
        separator = ","
    parts.append("]" if value else "[]")


def _write_other(value: Any, parts: list[str]) -> None:
    """What is none of the plain types, though it may derive from one."""
    if (reveal := getattr(value, "get_secret_value", None)) is not None:
        _write(reveal(), parts)
    elif (dump := getattr(value, "to_wire", None)) is not None:
        _write(dump(), parts)
    elif isinstance(value, Enum):
        _write(value.value, parts)
    elif isinstance(value, Mapping):
        _write_object(value, parts)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        _write_array(value, parts)
    else:
        parts.append(_derived(value))


def _derived(value: Any) -> str:
    for kind, scalar in _SCALARS.items():
        if isinstance(value, kind):
            return scalar(value)
    raise ValueError(f"{type(value).__name__} has no form in JSON")


def number(value: Decimal) -> str:
    """A decimal as a JSON number, digit for digit: `29.90` stays `29.90`. Raises `ValueError` for NaN and infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number in JSON")
    return format(value, "f") if -_LONG < value.adjusted() < _LONG else str(value)


# Beyond this many digits an exponent is shorter than zeros, and nobody means money.
_LONG: Final = 64


def timestamp(value: date) -> str:
    """A time as RFC 3339, in UTC with `Z`; a date as ISO 8601. Raises `ValueError` for a time without a zone."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if (offset := value.utcoffset()) is None:
        raise ValueError("a time without a time zone is ambiguous: give it one, for instance datetime.now(UTC)")
    if offset != _UTC:
        value = value.astimezone(timezone.utc)  # noqa: UP017 - datetime.UTC is the same
    return value.replace(tzinfo=None).isoformat() + "Z"


_SCALARS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: quote,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: int.__repr__,
    Decimal: number,
    float: lambda value: number(Decimal(repr(value))),
    datetime: lambda value: quote(timestamp(value)),
    date: lambda value: quote(timestamp(value)),
    UUID: lambda value: quote(str(value)),
}
