"""Values that break a schema at one place, each by one rule: made from a valid value, judged by the schema itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from commerce_contract import MISSING, Schema, SchemaError
from commerce_contract.pointer import join

Path = tuple[str | int, ...]
_WRONG: Final[Mapping[str, tuple[Any, ...]]] = {
    "string": (17, True, None, [], {}),
    "integer": ("1", 1.5, True, None, []),
    "number": ("1", True, None, []),
    "boolean": ("true", 1, None),
    "array": ({}, "text", None),
    "object": ([], "text", None),
}
_MALFORMED: Final[Mapping[str, tuple[str, ...]]] = {
    "uuid": ("not-a-uuid", "550e8400-e29b-41d4-a716-44665544000"),
    "email": ("nobody", "nobody@", "@example.com"),
    "date-time": ("yesterday", "2023-13-01T00:00:00Z", "2023-01-01"),
    "date": ("yesterday", "2023-02-30"),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that is wrong at one place; lives as long as a law wants. `codes` are what that place answers with.

    They are the `x-problem` of the property and of those around it, empty where none has one.
    """

    value: Any
    error: SchemaError
    codes: tuple[str, ...]


def violations(schema: Schema, valid: Any) -> Iterator[Violation]:
    """Every rule of a schema broken, one at a time, as far as a valid value has the place for it."""
    for path, part, here, codes in _places(schema, valid):
        found: dict[str, list[Violation]] = {}
        for keyword, wrong in _candidates(part, here):
            value = _put(valid, path, wrong)
            errors = schema.errors(value)
            pointers = {error.pointer for error in errors}
            if len(pointers) == 1 and next(iter(pointers)).startswith(join("", *path)):
                found.setdefault(keyword, []).append(_violation(part, value, errors, keyword, path, codes))
        for keyword, made in found.items():
            sharp = [each for each in made if each.error.location == part.where(keyword)]
            yield from made if keyword in {"type", "required"} else sharp or made[:1]


def _violation(  # noqa: PLR0913, PLR0917 - all that it knows
    part: Schema, value: Any, errors: tuple[SchemaError, ...], keyword: str, path: Path, codes: tuple[str, ...]
) -> Violation:
    """Of several rules that one value breaks at its place, the one that was meant."""
    meant = next((error for error in errors if error.location == part.where(keyword)), errors[0])
    inner = meant.pointer != join("", *path)
    return Violation(value, meant, (*((meant.code,) if inner and meant.code else ()), *codes))


def _places(
    schema: Schema, here: Any, path: Path = (), codes: tuple[str, ...] = ()
) -> Iterator[tuple[Path, Schema, Any, tuple[str, ...]]]:
    """Every place of a value with its schema, the value there (`MISSING` where it may be put) and its codes."""
    codes = (schema.problem, *codes) if schema.problem else codes
    yield path, schema, here, codes
    if isinstance(here, dict):
        for name, part in schema.properties.items():
            yield from _places(part, here.get(name, MISSING), (*path, name), codes)
    elif isinstance(here, list) and here and schema.items is not None:
        yield from _places(schema.items, here[0], (*path, 0), codes)


def _put(root: Any, path: Path, value: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return value
    name, *rest = path
    if isinstance(root, list):
        return [_put(each, tuple(rest), value) if index == name else each for index, each in enumerate(root)]
    return {**root, name: _put(root.get(name), tuple(rest), value)}


def _candidates(part: Schema, here: Any) -> Iterator[tuple[str, Any]]:
    """Values that may break a rule, by its keyword; whether they do, the schema says."""
    for kind in part.types:
        yield from (("type", wrong) for wrong in _WRONG.get(kind, ()))
    if isinstance(here, dict):
        yield from (("required", {n: v for n, v in here.items() if n != name}) for name in here)
        yield "additionalProperties", {**here, "unexpectedProperty": 1}
        yield "minProperties", {}
    for word in ("noSuchValue", *(str(value).upper() for value in part.enum[:1])):
        yield "enum" if part.enum else "const", word
    yield from _numbers(part, here)
    if "string" in part.types:
        yield from _texts(part, here if isinstance(here, str) else _text(part))
    if isinstance(here, list):
        least, most = part.keyword("minItems"), part.keyword("maxItems")
        yield "minItems", here[: least - 1] if isinstance(least, int) and least else here
        yield "maxItems", (here * (most + 1))[: most + 1] if isinstance(most, int) else here
        yield "uniqueItems", [*here, *here[:1]]


def _text(part: Schema) -> str:
    return next((text for text in (*part.examples, *part.enum, "text") if isinstance(text, str)), "")


def _numbers(part: Schema, here: Any) -> Iterator[tuple[str, Any]]:
    """Numbers a step beyond a bound, and one between two steps."""
    step = part.keyword("multipleOf")
    for keyword, sign in (("minimum", -1), ("maximum", 1), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        bound = part.keyword(keyword)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            yield keyword, number(Decimal(str(bound)) + sign * Decimal(str(1 if step is MISSING else step)))
    if isinstance(step, int | float):
        middle = here if isinstance(here, int | float) else 1
        yield "multipleOf", number(Decimal(str(middle)) + Decimal(str(step)) / 2)


def number(exact: Decimal) -> float:
    """A number as JSON has it: whole ones as integers."""
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _texts(part: Schema, here: str) -> Iterator[tuple[str, Any]]:
    """Texts that are too short, too long, or not of the form."""
    least, most = part.keyword("minLength"), part.keyword("maxLength")
    if isinstance(least, int) and least:
        yield "minLength", here[: least - 1]
    if isinstance(most, int):
        yield "maxLength", stretched(here, most + 1)
    if part.keyword("pattern") is not MISSING:
        # With `$` some languages let a last line break pass, and without anchors they find the form inside a text.
        wrong = (f"{here}\n", f"{here}!", f"!{here}", here[:-1], here.lower(), here * 2, f"{here[:3]}\0", "!")
        yield from (("pattern", text) for text in dict.fromkeys(wrong))
    if part.format is not None:
        yield from (("format", text) for text in _MALFORMED.get(part.format, (f"not a {part.format}",)))


def stretched(text: str, length: int, filling: str = "x") -> str:
    """A text made that long, or cut: an address by its host, whose labels have at most 63 characters."""
    if "@" not in text:
        return text[:length].ljust(length, filling)
    local, _, host = text.partition("@")
    missing = length - len(text)
    while missing > 1:
        size = min(missing - 1, 63)
        # One character alone cannot be a label with its dot: the label before leaves it none.
        size -= int(missing - 1 - size == 1)
        host, missing = f"{'x' * size}.{host}", missing - size - 1
    return f"{local}{'x' * max(missing, 0)}@{host}"
