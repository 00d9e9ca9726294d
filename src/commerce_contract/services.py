"""OpenAPI documents read into services and operations."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from commerce_contract.document import Document, Node
from commerce_contract.model import Action, Operation, ProblemType, Service
from commerce_contract.reading import Reading
from commerce_contract.requests import read_body, read_parameters
from commerce_contract.responses import FIRST_ERROR, names_status, read_problems, read_response, read_responses

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Declared:
    """An operation and the node that declares it.

    `whole` says that all its parameters and responses could be read, so that what is missing really is missing.
    """

    node: Node
    operation: Operation
    whole: bool


def read_service(reading: Reading, document: Document) -> tuple[Service, list[Declared]] | None:
    """The service that an OpenAPI document describes, its operations beside it; None where it is a part of others."""
    root = document.root
    if root.get("paths") is None and root.get("webhooks") is None:
        return None
    found = list(operation_nodes(reading, document))
    name = service_name(document, [node.text("operationId") for _, _, node in found])
    info = root.below("info")
    service = Service(
        name=name,
        title=info.text("title"),
        version=info.text("version"),
        description=info.text("description"),
        port=_port(root),
        operations=(),
        documents=(document.file,),
        location=root.location,
    )
    return service, [
        Declared(node, _operation(reading, name, path, item, node), whole=_whole(reading, item, node))
        for path, item, node in found
    ]


def operation_nodes(reading: Reading, document: Document) -> Iterator[tuple[str, Node, Node]]:
    """Path template, path item and operation of each operation, in the order of the document."""
    for path, element in document.root.below("paths").members():
        path_item = reading.follow(element)
        if path_item is not None and not path.startswith("x-"):
            for key, node in path_item.members():
                if key in METHODS and isinstance(node.value, dict):
                    yield path, path_item, node


def service_name(document: Document, operation_ids: list[str]) -> str:
    """What stands before the dot in the operationIds; the file's stem where they have no common prefix."""
    stem = PurePosixPath(document.file).stem
    prefixes = Counter(prefix for prefix, dot, _ in (each.partition(".") for each in operation_ids) if dot)
    if not prefixes:
        return stem
    name, times = prefixes.most_common(1)[0]
    return name if times * 2 > len(operation_ids) else stem


def _whole(reading: Reading, path_item: Node, operation: Node) -> bool:
    parameters = [holder.below("parameters") for holder in (path_item, operation)]
    responses = operation.below("responses")
    answers = [(key, node) for key, node in responses.members() if not key.startswith("x-")]
    if not isinstance(responses.value, dict | None) or not all(names_status(key) for key, _ in answers):
        return False
    if not all(isinstance(node.value, list | None) for node in parameters):
        return False
    parts = [*(element for node in parameters for element in node.elements()), *(node for _, node in answers)]
    return all(reading.follow(part) is not None for part in parts)


def _operation(reading: Reading, service: str, path: str, path_item: Node, node: Node) -> Operation:
    responses = read_responses(reading, node)
    return Operation(
        name=_name(service, path, node),
        service=service,
        method=node.name.upper(),
        path=path,
        summary=node.text("summary"),
        description=node.text("description"),
        parameters=read_parameters(reading, path_item, node),
        body=read_body(reading, node),
        responses=responses,
        secured=_secured(reading, node),
        resource=None,
        action=Action.NONE,
        moves_to=node.text("x-moves-to") or None,
        moves_by=None,
        emits=tuple(map(str, emits if isinstance(emits := node.get("x-emits"), list) else ())),
        problems=read_problems(response for response in responses.values() if response.status >= FIRST_ERROR),
        location=node.location,
    )


def _name(service: str, path: str, node: Node) -> str:
    """The operationId, below its service; made of method and path where there is none."""
    name = node.text("operationId") or re.sub(r"\W+", "_", f"{node.name}{path}").strip("_")
    return name if name.startswith(f"{service}.") else f"{service}.{name}"


def _secured(reading: Reading, node: Node) -> bool:
    """Whether a caller has to send a bearer token: no alternative goes without.

    Other schemes are not honoured (a foreign document may have them): who is asked only for those is let in.
    """
    root = node.document.root
    required = node.get("security")
    if required is None:
        required = root.get("security")
    if not isinstance(required, list) or not required:
        return False
    schemes = root.below("components", "securitySchemes")
    bearer = {name for name, each in schemes.members() if _is_bearer(reading.follow(each))}
    return all(isinstance(names, dict) and not bearer.isdisjoint(names) for names in required)


def _is_bearer(scheme: Node | None) -> bool:
    return scheme is not None and scheme.text("scheme").lower() == "bearer"


def _port(root: Node) -> int:
    """The port of the first server, 0 if it names none."""
    server = next(root.below("servers").elements(), None)
    if server is None:
        return 0
    url = server.text("url")
    for name, variable in server.below("variables").members():
        url = url.replace(f"{{{name}}}", variable.text("default"))
    try:
        return urlsplit(url).port or 0
    except ValueError:
        return 0


def read_shared_problems(reading: Reading, document: Document) -> Mapping[str, ProblemType]:
    """The problems of answers that a document without paths describes for all others."""
    responses = []
    for _, element in document.root.below("components", "responses").members():
        node = reading.follow(element)
        if node is not None:
            response = read_response(reading, node, 0)
            first = next(iter(response.examples.values()), None)
            status = first.get("status") if isinstance(first, dict) else None
            responses.append(read_response(reading, node, status if isinstance(status, int) else 0))
    return read_problems(responses)
