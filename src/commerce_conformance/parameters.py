"""What texts a parameter refuses, and which it takes at its bounds."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from commerce_conformance.violations import violations
from commerce_contract import MISSING, Operation, Parameter, Schema, SchemaError

_NUMBERS = frozenset({"integer", "number"})


def constrained(operation: Operation) -> Iterator[tuple[Parameter, Mapping[str, SchemaError]]]:
    """The parameters that not every text is good for, with texts that they refuse, and why."""
    for parameter in operation.parameters:
        wrong = dict(_wrong(parameter))
        if wrong:
            yield parameter, wrong


def right(schema: Schema) -> list[str]:
    """The texts of every value that is listed, of the default and of both bounds."""
    found = [*schema.enum, schema.default, schema.keyword("minimum"), schema.keyword("maximum")]
    return list(dict.fromkeys(str(value) for value in found if value is not MISSING and schema.is_valid(value)))


def _wrong(parameter: Parameter) -> Iterator[tuple[str, SchemaError]]:
    schema = parameter.schema
    shown = (*schema.examples, *schema.enum, schema.default, schema.keyword("minimum"))
    valid = next((value for value in shown if value is not MISSING), "text")
    if "array" in schema.types:
        return  # every text is a list of texts
    for each in violations(schema, valid):
        text = _text(each.value, schema.types)
        if text is not None and _travels(text, parameter.place):
            yield text, each.error


def _text(value: Any, types: Collection[str]) -> str | None:
    """A value as a parameter has it; None where it would be another one there: every number is a text too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        return value if "string" in types else f"no{value}"
    return None if _NUMBERS.isdisjoint(types) else str(value)


def _travels(text: str, place: str) -> bool:
    """Whether a text comes through to the operation: not as another path, and not as no header."""
    return text.isascii() and text.isprintable() and (place == "query" or (bool(text) and "/" not in text))
