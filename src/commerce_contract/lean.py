"""Validators for hot paths: the judgement of `Schema.is_valid`, flattened and compiled for speed.

A schema whose keywords are plain (no branches, no conditions) is written out as one node without references. Two
schemas with the same flat form accept the same values, so what one has judged the other may trust.
"""

from collections.abc import Callable, Collection
from decimal import Decimal
from math import inf
from typing import Any, Final

from jsonschema_rs import Draft202012Validator

from commerce_contract.schema import Schema

Path = tuple[str, ...]
Flat = dict[str, Any]

_PLAIN: Final = frozenset(
    {
        *("type", "const", "enum", "format", "pattern", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("required", "minProperties", "maxProperties", "minItems", "maxItems", "uniqueItems"),
    }
)
_SILENT: Final = frozenset(
    {
        *("$ref", "allOf", "properties", "items", "title", "description", "default", "example", "examples"),
        *("readOnly", "writeOnly", "deprecated", "externalDocs", "xml"),
    }
)
_DEEPEST: Final = 32
_KEYWORD: Final = "decimals"
_DECIMAL: Final = ("multipleOf", "minimum", "maximum")
_EXACT: Final = 2.0**52  # steps; up to here neighbouring doubles are less than half a step apart


def flat(schema: Schema, trusted: Collection[Path] = (), *, closed: bool = False, depth: int = 0) -> Flat | None:
    """The schema as one node; None where it has a keyword that cannot be written out.

    What stands at a `trusted` path of property names accepts anything. `closed` accepts no property that is not named.
    """
    if depth > _DEEPEST or schema.branches:
        return None
    node = _keywords(schema)
    if node is None:
        return None
    inner: dict[str, Flat | bool | None] = {}
    for name, part in schema.properties.items():
        below = {path[1:] for path in trusted if path[0] == name}
        inner[name] = True if () in below else flat(part, below, closed=closed, depth=depth + 1)
    if inner:
        node["properties"] = inner
        if closed:
            node["additionalProperties"] = False
    if schema.items is not None:
        node["items"] = flat(schema.items, closed=closed, depth=depth + 1)
    return None if None in (*inner.values(), node.get("items", True)) else node


def _keywords(schema: Schema) -> Flat | None:
    """The plain keywords of all places that hold together; those that two of them say differently under `allOf`."""
    node: Flat = {}
    rest: list[Flat] = []
    for site in schema.sites:
        if not isinstance(site.value, dict):  # `true` or `false`
            return None
        keywords = {key: value for key, value in site.value.items() if key in _PLAIN}
        unknown = site.value.keys() - keywords.keys() - _SILENT
        if any(not key.startswith("x-") for key in unknown):
            return None
        if any(node.get(key, value) != value for key, value in keywords.items()):
            rest.append(keywords)
        else:
            node.update(keywords)
    return {**node, "allOf": rest} if rest else node


def lean(schema: Schema, trusted: Collection[Path] = (), *, closed: bool = False) -> Callable[[Any], bool] | None:
    """Whether a JSON value is accepted, as `is_valid` says; None where the schema cannot be flattened.

    `trusted` are paths to properties that were judged before by a schema of the same flat form; with `closed`, values
    with properties that the schema does not name are not accepted either.
    """
    node = flat(schema, trusted, closed=closed)
    if node is None:
        return None
    return Draft202012Validator(_with_decimals(node), validate_formats=True, keywords={_KEYWORD: _Decimals}).is_valid


def _with_decimals(node: Any) -> Any:
    """The same node, where `multipleOf` and the bounds beside it are one keyword of ours: the validator's are slow."""
    if isinstance(node, list):
        return [_with_decimals(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _with_decimals(value) for key, value in node.items()}
    if _scale(copy.get("multipleOf")) is not None:
        copy[_KEYWORD] = {key: copy.pop(key) for key in _DECIMAL if key in copy}
    return copy


def _scale(step: Any) -> int | None:
    """How many steps make one, where `step` is a decimal place such as 0.01."""
    places = {10.0**-exponent: 10**exponent for exponent in range(10)}
    return places.get(step) if type(step) in (int, float) else None


class _Decimals:
    """`multipleOf` for a decimal place, `minimum` and `maximum`: by rounding where a double cannot err."""

    def __init__(self, _parent: dict[str, Any], value: Any, _path: list[Any]) -> None:
        self._scale = _scale(value["multipleOf"]) or 1
        self._step = Decimal(repr(value["multipleOf"]))
        self._minimum = value.get("minimum", -inf)
        self._maximum = value.get("maximum", inf)

    def validate(self, instance: Any) -> None:
        """Raise ValueError where a number is out of bounds or no multiple."""
        kind = type(instance)
        if kind is float:
            scale = self._scale
            if -_EXACT < instance * scale < _EXACT:
                fits = round(instance * scale) / scale == instance
            else:
                fits = Decimal(repr(instance)) % self._step == 0
        elif kind is int:
            fits = True  # a whole number has every decimal place
        else:
            return
        if not fits or not self._minimum <= instance <= self._maximum:
            raise ValueError(instance)
