"""What a person reads when a value breaks a schema: the rule, never the value, which may be a secret."""

from collections.abc import Sequence
from typing import Any

from jsonschema_rs import ValidationErrorKind as Kind

_ARTICLES = {"array": "an array", "integer": "an integer", "null": "null", "object": "an object"}


def wording(kind: Kind) -> str:
    """The rule that was broken, as the end of a sentence whose subject is the value."""
    if (limit := getattr(kind, "limit", None)) is not None and kind.name in _BOUNDS:
        return _limited(kind.name, limit)
    match kind:
        case Kind.Type(types):
            names = sorted(types, key=lambda name: name == "null")
            rule = f"must be {_either([_ARTICLES.get(name, f'a {name}') for name in names])}"
        case Kind.Enum(options):
            rule = f"must be {_either([_show(option) for option in options])}"
        case Kind.Constant(expected):
            rule = f"must be {_show(expected)}"
        case Kind.Format(name):
            rule = f"must be a valid {name}"
        case Kind.Pattern(pattern):
            rule = f"must match {pattern}"
        case Kind.MultipleOf(step):
            rule = f"must be a multiple of {step}"
        case _:
            rule = _SIMPLE.get(kind.name, f"must keep the rule `{kind.name}`")
    return rule


_SIMPLE = {
    "required": "is required",
    "additionalProperties": "is not a known property",
    "unevaluatedProperties": "is not a known property",
    "additionalItems": "has an element too many",
    "unevaluatedItems": "has an element too many",
    "anyOf": "must match one of the alternatives",
    "oneOf": "must match exactly one of the alternatives",
    "not": "must not have this form",
    "contains": "must contain a matching element",
    "uniqueItems": "must not hold the same element twice",
    "propertyNames": "has a property whose name is not allowed",
    "falseSchema": "is not allowed",
}


def _limited(name: str, limit: Any) -> str:
    bound, unit = _BOUNDS[name]
    if not unit:
        return f"must be {bound} {limit}"
    return f"must have {bound} {limit} {unit if limit == 1 else _PLURALS[unit]}"


_PLURALS = {"character": "characters", "element": "elements", "property": "properties"}
_BOUNDS = {
    "minimum": ("at least", ""),
    "maximum": ("at most", ""),
    "exclusiveMinimum": ("more than", ""),
    "exclusiveMaximum": ("less than", ""),
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "element"),
    "maxItems": ("at most", "element"),
    "minProperties": ("at least", "property"),
    "maxProperties": ("at most", "property"),
}


def _either(options: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(options[:-1]), *options[-1:]))) or "nothing"


def _show(option: Any) -> str:
    return "null" if option is None else str(option).lower() if isinstance(option, bool) else str(option)
