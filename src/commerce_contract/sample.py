"""A value that a schema accepts, for foreign documents that show none."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from commerce_contract.schema import MISSING, Schema

_TEXTS: Final = {
    "date": "2023-01-01",
    "date-time": "2023-01-01T00:00:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "00:00:00Z",
    "uri": "https://example.com/",
    "uuid": "550e8400-e29b-41d4-a716-446655440001",
}
_DEEPEST: Final = 6  # levels; a schema that refers to itself has no end


def sample(schema: Schema) -> Any:
    """The simplest value that the schema accepts, `MISSING` where none was found."""
    for candidate in (schema, *schema.branches):
        for whole in (True, False):
            value = _make(candidate, 0, whole=whole)
            if schema.is_valid(value):
                return value
    return MISSING


def _make(schema: Schema, depth: int, *, whole: bool) -> Any:
    """A value with all properties, or only with the required ones."""
    for said in (schema.const, schema.default, *schema.examples, *schema.enum):
        if said is not MISSING:
            return said
    kind = next((name for name in schema.types if name != "null"), "object" if schema.properties else "null")
    make = _MAKERS.get(kind)
    return make(schema, depth, whole) if make else None


def _object(schema: Schema, depth: int, whole: bool) -> Any:  # noqa: FBT001 - the signature of a maker
    return {
        name: _make(member, depth + 1, whole=whole)
        for name, member in schema.properties.items()
        if (whole and depth < _DEEPEST) or (name in schema.required and depth < 2 * _DEEPEST)
    }


def _array(schema: Schema, depth: int, whole: bool) -> Any:  # noqa: FBT001 - the signature of a maker
    wanted = max(_number(schema, "minItems"), int(whole and depth < _DEEPEST))
    return [_make(schema.items, depth + 1, whole=whole)] * wanted if schema.items else []


def _string(schema: Schema, _depth: int, _whole: bool) -> Any:  # noqa: FBT001 - the signature of a maker
    return _TEXTS.get(schema.format or "", "string").ljust(_number(schema, "minLength"), "x")


def _numeral(schema: Schema, _depth: int, _whole: bool) -> Any:  # noqa: FBT001 - the signature of a maker
    return max(_number(schema, "minimum"), _number(schema, "exclusiveMinimum") + 1)


_MAKERS: Final[Mapping[str, Callable[[Schema, int, bool], Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _numeral,
    "number": _numeral,
    "boolean": lambda *_: True,
}


def _number(schema: Schema, keyword: str) -> int:
    said = schema.keyword(keyword)
    return math.ceil(said) if isinstance(said, int | float) else 0
