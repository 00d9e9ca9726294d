"""A request body as JSON: exact about what JSON leaves open, and about what the contract does not know."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from commerce_contract import Schema
from commerce_contract.pointer import join
from commerce_mock.problems import Problem

DEEPEST = 64
_EXACT = 2**53  # below it a double names each integer
_EXPONENT = re.compile(rb"[0-9][eE][+-]?[0-9]")


def parse(body: bytes) -> Any:
    """The JSON value of a body.

    Raises Problem BAD_REQUEST where it is no JSON, is nested deeper than 254 levels, repeats a key or has a NUL.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(
            "BAD_REQUEST", f"The body is not JSON: {error.msg} (line {error.lineno} column {error.colno})."
        ) from None
    # What is written out to the same bytes repeats no key, for a repeated one is read once; it has no NUL either.
    usual = _canonical(value, body)
    if not usual:
        json.loads(body, object_pairs_hook=_distinct, parse_int=float)
        if b"\\u0000" in body and _has_nul(value):
            raise Problem("BAD_REQUEST", "The body has a NUL character in a string.")
    return _whole_numbers(value) if b".0" in body or (not usual and _EXPONENT.search(body)) else value


def _whole_numbers(value: Any) -> Any:
    """The value with integers for what was written as `1.0`, `1e3` or `-0.0`.

    They are the same numbers, but an answer that shows `1.0` breaks clients that read an integer.
    """
    if type(value) is dict:
        return {name: _whole_numbers(item) for name, item in value.items()}
    if type(value) is list:
        return [_whole_numbers(item) for item in value]
    return whole(value) if type(value) is float else value


def whole(number: float) -> float:
    """An integer for a number without a fraction, where a double names it exactly; else the number itself."""
    return int(number) if abs(number) < _EXACT and number.is_integer() else number


def _canonical(value: Any, body: bytes) -> bool:
    try:
        return orjson.dumps(value) == body and b"\\u0000" not in body
    except orjson.JSONEncodeError:
        raise Problem("BAD_REQUEST", "The body is nested too deeply.") from None


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\x00" in value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated = next(name for name, count in counts.items() if count > 1)
        raise Problem("BAD_REQUEST", f"The body repeats the key {repeated[:100]!r}.")
    return members


@dataclass(frozen=True, slots=True)
class Known:
    """Which properties the contract knows at one place of a body; compiled once an operation."""

    names: frozenset[str]
    nested: Mapping[str, "Known"]
    items: "Known | None"

    def prune(self, value: Any, pointer: str = "") -> tuple[Any, tuple[str, ...]]:
        """The value without unknown properties, and their pointers."""
        if isinstance(value, list):
            if self.items is None:
                return value, ()
            pruned = [self.items.prune(item, join(pointer, index)) for index, item in enumerate(value)]
            return [item for item, _ in pruned], tuple(name for _, names in pruned for name in names)
        if not isinstance(value, dict) or not self.names:
            return value, ()
        kept, unknown = {}, [join(pointer, name) for name in value if name not in self.names]
        for name, item in value.items():
            if name in self.names:
                inner = self.nested.get(name)
                kept[name], more = (item, ()) if inner is None else inner.prune(item, join(pointer, name))
                unknown.extend(more)
        return kept, tuple(unknown)

    def covers(self, value: Any) -> bool:
        """Whether the contract knows every property in a value."""
        if type(value) is list:
            inner = self.items
            return inner is None or all(map(inner.covers, value))
        if type(value) is not dict:
            return True
        if self.names and not value.keys() <= self.names:
            return False
        return all(inner.covers(value[name]) for name, inner in self.nested.items() if name in value)


def known(schema: Schema, depth: int = 0) -> Known | None:
    """Compile what a schema knows; None where it names nothing, or allows any further property on purpose."""
    if depth > DEEPEST or schema.node.get("additionalProperties") not in (None, False):
        return None
    nested = {name: inner for name, part in schema.properties.items() if (inner := known(part, depth + 1)) is not None}
    items = known(schema.items, depth + 1) if schema.items is not None else None
    if not schema.properties and items is None:
        return None
    return Known(frozenset(schema.properties), nested, items)
