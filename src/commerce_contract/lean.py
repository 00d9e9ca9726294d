"""Validators for hot paths: the judgement of `Schema.is_valid`, flattened and compiled for speed.

A schema whose keywords are plain (no branches, no conditions) is written out as one node without references. Two
schemas with the same flat form accept the same values, so what one has judged the other may trust.
"""

from collections.abc import Callable, Collection
from decimal import Decimal
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
    return Draft202012Validator(node, validate_formats=True, keywords={"multipleOf": _MultipleOf}).is_valid


class _MultipleOf:
    """`multipleOf` by rounding where its value is a power of ten: the validator's own arithmetic is slower by far."""

    def __init__(self, _parent: dict[str, Any], value: Any, _path: list[Any]) -> None:
        self._value = value
        exponent = -Decimal(repr(value)).normalize().as_tuple().exponent  # type: ignore[operator] # finite: it is JSON
        self._scale = 10**exponent if exponent >= 0 and Decimal(repr(value)) * 10**exponent == 1 else None

    def validate(self, instance: Any) -> None:
        """Raise ValueError where a number is no multiple."""
        kind, scale = type(instance), self._scale
        if kind is float and scale is not None:
            fits = round(instance * scale) / scale == instance
        elif kind is float or kind is int:
            fits = scale is not None or Decimal(repr(instance)) % Decimal(repr(self._value)) == 0
        else:
            return
        if not fits:
            raise ValueError(instance)
