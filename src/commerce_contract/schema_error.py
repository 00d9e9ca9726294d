"""Why a value breaks a schema: which value, which rule, which problem code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from jsonschema_rs import Draft202012Validator, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from commerce_contract.compiled import Compiler
from commerce_contract.pointer import join
from commerce_contract.source import Location
from commerce_contract.wording import wording


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One broken rule.

    `pointer` leads into the value, to the missing property itself where one is missing. `message` is the end of a
    sentence about it and never shows the value. `code` is the `x-problem` of the property at that very pointer.
    `location` is where the rule stands in the documents.
    """

    pointer: str
    message: str
    code: str | None
    location: Location


class Judge(Protocol):
    """What is asked of a schema to tell its errors."""

    @property
    def validator(self) -> Draft202012Validator: ...  # noqa: D102 - see Schema
    @property
    def properties(self) -> Mapping[str, "Judge"]: ...  # noqa: D102 - see Schema
    @property
    def items(self) -> "Judge | None": ...  # noqa: D102 - see Schema
    @property
    def problem(self) -> str | None: ...  # noqa: D102 - see Schema
    @property
    def location(self) -> Location: ...  # noqa: D102 - see Schema


Path = tuple[str | int, ...]
_LAST: Final = 1 << 30  # the rank of a property that the schema does not name


def schema_errors(schema: Judge, compiler: Compiler, value: Any, *, first: bool = False) -> tuple[SchemaError, ...]:
    """Every rule of `schema` that `value` breaks, in the order of the schema's properties, or the `first` found."""
    found: dict[tuple[Path, str], SchemaError] = {}
    try:
        errors = _first_error(schema.validator, value) if first else list(schema.validator.iter_errors(value))
    except UnicodeEncodeError:  # half a character: a query may hold it, no JSON text does
        return (SchemaError("", "must be text without lone surrogates", schema.problem, schema.location),)
    for error in errors:
        message = wording(error.kind)
        place = compiler.location(error.absolute_keyword_location or "") or schema.location
        for path in _paths(error):
            judge = _at(schema, path)
            code = judge.problem if judge else None
            found.setdefault((path, message), SchemaError(join("", *path), message, code, place))
    return tuple(found[key] for key in sorted(found, key=lambda key: _rank(schema, key[0])))


def _first_error(validator: Draft202012Validator, value: Any) -> list[ValidationError]:
    try:
        validator.validate(value)
    except ValidationError as error:
        return [error]
    return []


def _paths(error: ValidationError) -> Iterator[Path]:
    """Where an error points to: the missing or the unexpected property itself, else the value."""
    here = tuple(error.instance_path)
    match error.kind:
        case Kind.Required(name):
            yield (*here, name)
        case Kind.AdditionalProperties(names) | Kind.UnevaluatedProperties(names):
            yield from ((*here, name) for name in names)
        case _:
            yield here


def _steps(schema: Judge | None, path: Path) -> Iterator[tuple[int, Judge | None]]:
    """For each step of a path its rank among its siblings, and the schema it leads to."""
    for token in path:
        if isinstance(token, int):
            rank, schema = token, schema and schema.items
        else:
            names: Mapping[str, Judge] = schema.properties if schema else {}
            rank, schema = next((i for i, name in enumerate(names) if name == token), _LAST), names.get(token)
        yield rank, schema


def _at(schema: Judge, path: Path) -> Judge | None:
    found: Judge | None = schema
    for _, below in _steps(schema, path):
        found = below
    return found


def _rank(schema: Judge, path: Path) -> tuple[Sequence[int], str]:
    return [rank for rank, _ in _steps(schema, path)], join("", *path)
