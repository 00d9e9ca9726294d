"""Which commands the control document implies: `POST /__admin/clock/advance` is `commerce-mock clock advance`."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from commerce_contract import MISSING, Contract, Operation, Schema, load
from commerce_contract.discover import own_documents
from commerce_mock.controls import DOCUMENT, PREFIX

_PARAMETER: Final = re.compile(r"\{(.+)\}")
_VERBS: Final = {"GET": "show", "POST": "create", "PUT": "set", "PATCH": "change", "DELETE": "delete"}
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Input:
    """One value that a command takes: of the path, the query or the body; `place` says which.

    It is given by position where the operation cannot do without it, else as an option. `kind` is a JSON type; what is
    neither a scalar nor a list of them is given as JSON. `choices` are all that is allowed, where that is listed.
    """

    name: str
    place: str
    kind: str
    required: bool
    many: bool
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """One operation as a command: `verb` is empty where the noun alone is the command."""

    noun: str
    verb: str
    operation: Operation
    inputs: tuple[Input, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Controls:
    """All commands by noun and verb, where the mock is by default, and what each noun is about."""

    url: str
    nouns: Mapping[str, Mapping[str, Command]]


@cache
def controls() -> Controls:
    """The commands of the packaged control document; read once a process."""
    contract = load(own_documents() / DOCUMENT)
    (service,) = contract.services.values()
    nouns: dict[str, dict[str, Command]] = {}
    for command in _commands(contract):
        nouns.setdefault(command.noun, {})[command.verb] = command
    return Controls(f"http://localhost:{service.port}", nouns)


def operation_of(name: str) -> Operation:
    """The operation of the control document with that name."""
    verbs = (command for verbs in controls().nouns.values() for command in verbs.values())
    return next(command.operation for command in verbs if command.operation.name == name)


def request_of(name: str, url: str) -> dict[str, Any]:
    """The request, as httpx's arguments, to the operation of that name which has no parameters."""
    operation = operation_of(name)
    return {"method": operation.method, "url": url.rstrip("/") + operation.path}


def _commands(contract: Contract) -> Iterable[Command]:
    operations = contract.operations.values()
    counted = Counter(_segments(operation)[0] for operation in operations)
    said = Counter(_literal(operation) for operation in operations)
    taken = {(noun, verb) for noun, verb in said if verb}
    for operation in operations:
        noun, verb = _literal(operation)
        if not verb:
            verb = _verb(operation)
            if counted[noun] == 1 and verb in {"show", "create"}:
                verb = ""
            while (noun, verb) in taken:
                verb = f"{verb}-all"
        elif operation.method not in {"GET", "POST"}:
            verb = f"{_VERBS[operation.method]}-{verb}"
        elif said[noun, verb] > 1 and not _PARAMETER.search(operation.path):  # what is done to one is done to many too
            verb = f"{verb}-all"
        yield Command(noun, verb, operation, tuple(_inputs(operation)))


def _segments(operation: Operation) -> list[str]:
    return operation.path.removeprefix(f"{PREFIX}/").split("/")


def _literal(operation: Operation) -> tuple[str, str]:
    """The first segment, and what the later ones that are no parameters say."""
    noun, *rest = _segments(operation)
    return noun, "-".join(segment for segment in rest if not _PARAMETER.fullmatch(segment))


def _verb(operation: Operation) -> str:
    schema = operation.success.schema
    segments = _segments(operation)
    noun, whole = segments[0], _PARAMETER.fullmatch(segments[-1]) is None
    if operation.method == "GET" and schema is not None and {"total", noun} & schema.properties.keys():
        return "list"
    if operation.method == "DELETE" and whole:
        return "clear"
    return _VERBS[operation.method]


def _inputs(operation: Operation) -> Iterable[Input]:
    for parameter in operation.parameters:
        # Which world is meant, every command is told by `--world`, and tells by a header.
        if parameter.place == "path" or (parameter.place == "query" and parameter.name != "world"):
            yield _input(parameter.name, parameter.place, parameter.schema, required=parameter.required)
    if operation.body is not None:
        schema = operation.body.schema
        # Where a body must have more than one can type, it comes from a file, and nothing of it by position.
        typed = all(_SCALARS.issuperset(schema.properties[name].types) for name in schema.required)
        for name, member in schema.properties.items():
            yield _input(name, "body", member, required=typed and name in schema.required)


def _input(name: str, place: str, schema: Schema, *, required: bool) -> Input:
    many = "array" in schema.types and schema.items is not None and bool(_SCALARS.intersection(schema.items.types))
    inner = schema.items if many and schema.items is not None else schema
    kinds = [kind for kind in inner.types if kind in _SCALARS]
    choices = tuple(str(value) for value in inner.enum) if all(isinstance(value, str) for value in inner.enum) else ()
    # Several types, or none that one can type: JSON, which says them all.
    kind = kinds[0] if len(kinds) == 1 and len(inner.types) == 1 else "json"
    return Input(name, place, kind, required and not many, many, choices, _told(schema))


def _told(schema: Schema) -> str:
    said = schema.keyword("description")
    default = schema.default
    text = " ".join(str(said).split()) if said is not MISSING else ""
    return text if default is MISSING else f"{text} [default: {_plain(default)}]"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
