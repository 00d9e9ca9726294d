"""Every problem code that may be answered is declared by the operation that answers it, with an example."""

from collections.abc import Iterator

from commerce_contract.checks.subject import Subject
from commerce_contract.model import Action, Operation, Response
from commerce_contract.reading import Reading
from commerce_contract.responses import codes_of
from commerce_contract.schema import Schema
from commerce_contract.services import Declared
from commerce_contract.source import Fault, Location


def check(subject: Subject) -> None:
    """Find codes without an example, with two statuses, or used where they are not declared."""
    for each in subject.our_operations:
        statuses: dict[str, int] = {}
        for response in each.operation.responses.values():
            for code in codes_of(response):
                _example(subject.reading, each.operation, response, code)
                first = statuses.setdefault(code, response.status)
                if first != response.status:
                    message = f"{each.operation.name} answers {code} with status {first} and with {response.status}"
                    _refuse(subject.reading, response.location, message, "Give a code one status in an operation")
        for code, place, when in _used(each):
            if each.whole and code not in statuses:
                message = f"{code} is answered where {when}, but {each.operation.name} does not declare it"
                _refuse(subject.reading, place, message, "Add the code, with an example, to one of its responses")


def _refuse(reading: Reading, place: Location, message: str, hint: str) -> None:
    reading.faults.append(Fault(place, message, hint))


def _example(reading: Reading, operation: Operation, response: Response, code: str) -> None:
    example = response.examples.get(code)
    if not isinstance(example, dict):
        message = f"the problem code {code} of {operation.name} has no example"
        _refuse(reading, response.location, message, f"Add an example named {code} to this response")
    elif example.get("code") != code or example.get("status") != response.status:
        shown = f"code {example.get('code')} and status {example.get('status')}"
        message = f"the example {code} of {operation.name} shows {shown} under status {response.status}"
        _refuse(reading, response.location, message, "Make name, code and status agree")


def _used(each: Declared) -> Iterator[tuple[str, Location, str]]:
    """Code, where it is demanded, and when it is answered."""
    operation = each.operation
    for parameter in operation.parameters:
        if parameter.schema.problem:
            place = parameter.schema.where("x-problem")
            yield parameter.schema.problem, place, f"the parameter `{parameter.name}` is wrong"
    body = operation.body.schema if operation.body else None
    if body is not None:
        for name, schema in _properties(body, set()):
            if schema.problem:
                yield schema.problem, schema.where("x-problem"), f"`{name}` is wrong"
    resource = operation.resource
    if resource and operation.action in {Action.CREATE, Action.UPDATE}:
        for name, code in resource.unique.items():
            if body is not None and name in body.properties:
                yield code, resource.location, f"`{name}` is taken"


def _properties(schema: Schema, seen: set[str]) -> Iterator[tuple[str, Schema]]:
    """Every property of a body, at any depth, each schema once."""
    if schema.uri not in seen:
        seen.add(schema.uri)
        for name, property_ in schema.properties.items():
            yield name, property_
            yield from _properties(property_, seen)
        if schema.items is not None:
            yield from _properties(schema.items, seen)
