"""A bundled document as the values that the page shows: operations, answers, problems."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from commerce_contract import Operation, Service
from commerce_mock.http.curl import curl, examples, parameters
from commerce_mock.http.fields import Field, Node, field, kind, resolve, rows

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=:))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>-?\d[\d.eE+-]*|true|false|null)'
)


@dataclass(frozen=True, slots=True)
class ContentView:
    """A body or answer: `examples` are (name, summary, text)."""

    status: str | None
    description: str
    media_type: str | None
    kind: str
    rows: Sequence[Field]
    examples: Sequence[tuple[str, str, Markup]]
    headers: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One code that an operation may answer: `when` is its example's summary."""

    status: str
    code: str
    title: str
    when: str
    example: Markup | None


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation; `parameters` are (place, row), `links` (operation that it leads to, what that does)."""

    operation: Operation
    tag: str
    parameters: Sequence[tuple[str, Field]]
    body: ContentView | None
    answers: Sequence[ContentView]
    problems: Sequence[ProblemView]
    links: Sequence[tuple[str, str]]
    curl: str


def operations(service: Service, document: Node, url: str) -> Iterator[OperationView]:
    """The operations in the order of the document."""
    for operation in service.operations:
        item = document["paths"][operation.path]
        raw = item[operation.method.lower()]
        answers = [
            _content(resolve(node, document), document, status)
            for status, node in raw["responses"].items()
            if status[0] == "2"
        ]
        yield OperationView(
            operation,
            (raw.get("tags") or ["Operations"])[0],
            [_parameter(node, document) for node in parameters(document, item, raw)],
            _content(resolve(raw["requestBody"], document), document) if "requestBody" in raw else None,
            answers,
            list(_problems(raw, document)),
            _links(raw, document),
            curl(document, operation, url),
        )


def _parameter(node: Node, document: Node) -> tuple[str, Field]:
    row = field(node["name"], node.get("schema", {}), document, required=bool(node.get("required")))
    return node["in"], replace(row, description=str(node.get("description", row.description)))


def _content(node: Node, document: Node, status: str | None = None) -> ContentView:
    contents: Mapping[str, Node] = node.get("content", {})
    media_type = next(iter(contents), None)
    content = contents[media_type] if media_type is not None else {}
    schema = content.get("schema")
    shown = [
        (name, _summary(content, name, document), highlight(value))
        for name, value in examples(content, document).items()
    ]
    return ContentView(
        status,
        str(node.get("description", "")),
        media_type,
        kind(schema, document) if schema is not None else "",
        rows(schema, document) if schema is not None else [],
        shown,
        list(node.get("headers", {})),
    )


def _problems(raw: Node, document: Node) -> Iterator[ProblemView]:
    """A row for each code, in the order of status; a refusal without a code is one row."""
    for status, response in sorted(raw["responses"].items()):
        if status[0] == "2":
            continue
        node = resolve(response, document)
        description = str(node.get("description", ""))
        coded = [found for content in node.get("content", {}).values() for found in _coded(content, document)]
        if not coded:
            yield ProblemView(status, "", "", description, None)
        for summary, value in coded:
            yield ProblemView(
                status, value["code"], str(value.get("title", "")), summary or description, highlight(value)
            )


def _coded(content: Node, document: Node) -> list[tuple[str, Node]]:
    """Summary and value of the examples that are problem documents."""
    found = [(_summary(content, name, document), value) for name, value in examples(content, document).items()]
    return [(summary, value) for summary, value in found if isinstance(value, Mapping) and "code" in value]


def _summary(content: Node, name: str, document: Node) -> str:
    """What the example of that name shows."""
    named: Node = content.get("examples", {})
    return str(resolve(named[name], document).get("summary", "")) if name in named else ""


def _links(raw: Node, document: Node) -> list[tuple[str, str]]:
    answers = [resolve(node, document) for status, node in raw["responses"].items() if status[0] == "2"]
    links = [resolve(link, document) for answer in answers for link in answer.get("links", {}).values()]
    return [(link["operationId"], str(link.get("description", ""))) for link in links if "operationId" in link]


def problem_index(views: Sequence[OperationView]) -> list[tuple[ProblemView, list[str]]]:
    """Each code once, with the operations that may answer it, in the order of status and code."""
    index: dict[str, tuple[ProblemView, list[str]]] = {}
    for view in views:
        for problem in view.problems:
            if problem.code:
                index.setdefault(problem.code, (problem, []))[1].append(view.operation.name)
    return sorted(index.values(), key=lambda entry: (entry[0].status, entry[0].code))


def highlight(value: Any) -> Markup:
    """A value as indented JSON with its tokens marked for the style; text that is no JSON as it is."""
    if isinstance(value, str):
        return escape(value)
    text = json.dumps(value, indent=2, ensure_ascii=False)
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        parts += [
            escape(text[end : found.start()]),
            Markup('<span class="{}">{}</span>').format(found.lastgroup, found[0]),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
