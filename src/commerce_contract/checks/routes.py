"""Each operation has one name, one route, a success, and the path parameters that its route names."""

import re
from collections.abc import Iterable

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.services import Declared

_PARAMETER = re.compile(r"\{([^{}]*)\}")


def check(subject: Subject) -> None:
    """Find operations that cannot be told apart or cannot be reached."""
    _services(subject)
    names: dict[str, Declared] = {}
    routes: dict[tuple[str, str, str], Declared] = {}
    for each in subject.operations:
        operation = each.operation
        _name(subject, each)
        _once(
            subject, names.setdefault(operation.name, each), each, f"the operationId `{operation.name}`", "operationId"
        )
        shape = operation.service, operation.method, _PARAMETER.sub("{}", operation.path)
        _once(subject, routes.setdefault(shape, each), each, f"the route {operation.method} {operation.path}", "")
        if not operation.path.startswith("/"):
            message = f"the path `{operation.path}` of {operation.name} does not start with /"
            subject.reading.fault(each.node, message, f"Write it as /{operation.path}")
        if each.whole:
            _success(subject, each)
            _path_parameters(subject, each)
    _links(subject, names)


def _services(subject: Subject) -> None:
    seen: dict[str, Node] = {}
    for document, service in subject.services.items():
        first = seen.setdefault(service.name, document.root)
        if first.document is not document:
            message = f"the service `{service.name}` is described here and in {first.document.file}"
            subject.reading.fault(document.root, message, "Keep one document a service")


def _name(subject: Subject, each: Declared) -> None:
    given, service = each.node.text("operationId"), each.operation.service
    if each.node.document in subject.reading.ours and not given:
        subject.reading.fault(each.node, "the operation has no operationId", f"Name it `{service}.<verb>`")
    elif each.node.document in subject.reading.ours and not given.startswith(f"{service}."):
        node, message = each.node.below("operationId"), f"`{given}` does not start with its service"
        subject.reading.fault(node, message, f"Name it `{service}.<verb>`, as the others of this document")


def _once(subject: Subject, first: Declared, each: Declared, what: str, field: str) -> None:
    if first is not each:
        node = each.node.below(field) if field and each.node.get(field) else each.node
        subject.reading.fault(node, f"{what} is taken by {first.operation.location}", "Give each its own")


def _success(subject: Subject, each: Declared) -> None:
    responses = each.operation.responses
    if not any(200 <= status < 300 for status in responses):  # noqa: PLR2004 - the HTTP class of success
        node = each.node.below("responses") if each.node.get("responses") else each.node
        what = f"{each.operation.name} declares no success"
        if responses:
            subject.reading.cannot_honour(node, what, "Declare a response from 200 to 299")
        else:
            subject.reading.fault(node, what, "Declare a response from 200 to 299")


def _path_parameters(subject: Subject, each: Declared) -> None:
    operation = each.operation
    named = _PARAMETER.findall(operation.path)
    declared = {parameter.name for parameter in operation.parameters if parameter.place == "path"}
    for name in _twice(named):
        subject.reading.fault(each.node, f"the path {operation.path} names {{{name}}} twice", "Rename one of them")
    for name in dict.fromkeys(named):
        if name not in declared:
            message = f"{operation.name} does not declare the path parameter `{name}` of {operation.path}"
            subject.reading.fault(each.node, message, "Add it to `parameters`, with `in: path` and `required: true`")
    for parameter in operation.parameters:
        if parameter.place == "path" and parameter.name not in named:
            message = f"the path parameter `{parameter.name}` does not stand in {operation.path}"
            subject.reading.fault(
                each.node, message, f"Write {{{parameter.name}}} in the path, or remove the parameter"
            )
        elif parameter.place == "path" and not parameter.required:
            message = f"the path parameter `{parameter.name}` of {operation.name} is not required"
            subject.reading.cannot_honour(each.node, message, "Add `required: true`")


def _twice(names: Iterable[str]) -> list[str]:
    listed = list(names)
    return [name for name in dict.fromkeys(listed) if listed.count(name) > 1]


def _links(subject: Subject, names: dict[str, Declared]) -> None:
    given = {each.node.text("operationId") for each in names.values()}
    for found in subject.of_kind("link"):
        target = found.node.text("operationId")
        if target and target not in given:
            message = f"the link leads to `{target}`, which is no operation"
            subject.reading.fault(found.node.below("operationId"), message, "Correct the operationId")
