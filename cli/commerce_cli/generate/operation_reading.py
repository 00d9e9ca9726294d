"""Operations of the contract read into methods."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from commerce_cli.generate.error_reading import ErrorReader
from commerce_cli.generate.names import argument, camel, snake, unused
from commerce_cli.generate.schema_reading import SchemaReader
from commerce_cli.generate.shapes import ANYTHING, ListOf, Nullable, ObjectModel, Shape
from commerce_cli.generate.texts import Texts
from commerce_cli.generate.values import Argument, Method, Move, Returned
from commerce_contract import Action, Operation, Parameter
from commerce_contract.requests import is_json

_IN_PATH: Final = re.compile(r"\{([^{}]+)\}")
_RESERVED: Final = frozenset({"self", "timeout", "headers", "idempotency_key", "result"})
# Names that annotations in the class would otherwise mean.
_NOT_METHODS: Final = frozenset({"str", "int", "float", "bool", "bytes", "dt"})
_KEY: Final = "idempotencykey"
_FIRST_REDIRECT: Final = 300


@dataclass(frozen=True)
class OperationReader:
    """Gives operations methods; lives for one run."""

    texts: Texts
    schemas: SchemaReader
    errors: ErrorReader
    operations: Mapping[str, Operation]
    left_out: list[str] = field(default_factory=list)

    def methods(self, operations: Sequence[Operation], module: str) -> Iterator[Method]:
        """The methods of one service; of an operation that a client cannot call a note is `left_out`."""
        taken: set[str] = set()
        for operation in operations:
            if (why := self._cannot_call(operation)) is not None:
                self.left_out.append(f"{operation.name} is left out: {why}")
                continue
            wanted = argument(operation.name.removeprefix(f"{operation.service}."), _NOT_METHODS)
            name = unused(wanted, taken, lambda number, name=wanted: f"{name}_{number}")  # type: ignore[misc]  # the default only binds the name early
            taken.add(name)
            yield self._method(operation, name, module)

    def _cannot_call(self, operation: Operation) -> str | None:
        """Why a client cannot call an operation; None if it can."""
        body = self.texts.at(operation.location).below("requestBody")
        if operation.body is None and body.value is not None and self.texts.at(body.location).get("required") is True:
            return "its body is not JSON"
        return None

    def _method(self, operation: Operation, name: str, module: str) -> Method:
        body = operation.body
        definition, shown = None, None
        if body is not None:
            definition = self.schemas.defined(body.schema, f"{camel(name)}Body", module)
            shown = self.schemas.models[definition]
        arguments = [*self._path(operation, module), *self._parameters(operation, module)]
        if isinstance(shown, ObjectModel):
            arguments += self._properties(shown)
        elif body is not None and definition is not None:
            told = self.texts.description(body.location)
            arguments.append(Argument("body", "", "whole", definition, body.required, told))
        key = next((each for each in operation.parameters if _is_key(each)), None)
        return Method(
            name=name,
            operation=operation.name,
            http=operation.method,
            path=operation.path,
            summary=operation.summary.strip(),
            description=operation.description.strip(),
            arguments=_told_apart(arguments),
            body=definition,
            is_whole=definition is not None and not isinstance(shown, ObjectModel),
            media_type=body.media_type if body else "application/json",
            returned=self._returned(operation, name, module),
            secured=operation.secured,
            idempotency_key=(key.name, self.texts.description(key.location)) if key else None,
            raised=self.errors.raised(operation),
            move=self._move(operation),
            page=None,
            source=f"{operation.location.file}#{operation.location.pointer}",
        )

    def _path(self, operation: Operation, module: str) -> Iterator[Argument]:
        """The parameters of the path, in its order."""
        declared = {each.name: each for each in operation.parameters if each.place == "path"}
        for name in _IN_PATH.findall(operation.path):
            yield replace(self._parameter(declared[name], module), required=True)

    def _parameters(self, operation: Operation, module: str) -> Iterator[Argument]:
        for parameter in operation.parameters:
            if parameter.place != "path" and not _is_key(parameter):
                yield self._parameter(parameter, module)

    def _parameter(self, parameter: Parameter, module: str) -> Argument:
        shape = _present(self.schemas.shape(parameter.schema, camel(snake(parameter.name)), module))
        told = self.texts.description(parameter.location) or str(parameter.schema.node.get("description", ""))
        return Argument(
            name=snake(parameter.name),
            wire=parameter.name,
            place=parameter.place,
            shape=shape,
            required=parameter.required,
            description=told.strip(),
            is_joined=isinstance(shape, ListOf),
        )

    def _properties(self, model: ObjectModel) -> Iterator[Argument]:
        for member in model.members:
            if not member.read_only:
                name, shape = snake(member.wire), member.shape
                yield Argument(name, member.wire, "body", shape, member.required, member.description)

    def _returned(self, operation: Operation, name: str, module: str) -> Returned:
        success = operation.success
        told = success.description.strip()
        if success.status >= _FIRST_REDIRECT or success.media_type is None:
            return Returned(None, None, told)
        if success.schema is not None:
            shape = self.schemas.defined(success.schema, f"{camel(name)}Result", module)
            return Returned(shape.reference, shape, told)
        if is_json(success.media_type):
            shape = self.schemas.alias(ANYTHING, f"{camel(name)}Result", module)
            return Returned(shape.reference, shape, told)
        kind = "text" if success.media_type.startswith("text/") else "bytes"
        return Returned(kind, None, told)

    def _move(self, operation: Operation) -> Move | None:
        """How to see whether the operation moved its resource."""
        resource = operation.resource
        if operation.action is not Action.MOVE or resource is None or resource.state is None:
            return None
        reads = (each for each in self.operations.values() if each.action is Action.READ and each.resource is resource)
        read = next(reads, None)
        if read is None or not set(_IN_PATH.findall(read.path)) <= set(_IN_PATH.findall(operation.path)):
            return None
        return Move(read.path, resource.state, operation.moves_to, operation.moves_by)


def _present(shape: Shape) -> Shape:
    """What a parameter can say: it has no null."""
    return shape.shape if isinstance(shape, Nullable) else shape


def _is_key(parameter: Parameter) -> bool:
    return parameter.place == "header" and re.sub(r"[^a-z]", "", parameter.name.lower()) == _KEY


def _told_apart(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """The arguments with names that stand in nobody's way, what must be given first."""
    taken = set(_RESERVED)
    found = []
    for each in arguments:
        name = each.name
        if name in taken:
            name = f"{name}_" if name in _RESERVED else f"{each.place}_{name}"
        name = unused(name, taken)
        taken.add(name)
        found.append(replace(each, name=name))
    return tuple(sorted(found, key=lambda each: (each.place != "path", not each.required)))
