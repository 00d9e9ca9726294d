"""The page that a person reads of one service: rendered from its document when it is first asked for, offline."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from commerce_contract import Contract, Operation, Service
from commerce_mock.http.bundle import Read, excerpt
from commerce_mock.http.curl import body_example, curl, examples, parameter_example, parameters
from commerce_mock.http.diagram import draw
from commerce_mock.http.fields import Field, kind, resolve, rows

Node = Mapping[str, Any]

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=:))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>-?\d[\d.eE+-]*|true|false|null)'
)


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter as the page shows it: its row, where it stands, and its first example."""

    place: str
    row: Field
    example: str


@dataclass(frozen=True, slots=True)
class ContentView:
    """A body or answer: `examples` are (name, summary, text)."""

    status: int | None
    description: str
    media_type: str | None
    kind: str
    rows: Sequence[Field]
    examples: Sequence[tuple[str, str, Markup]]
    headers: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One code that an operation may answer: `when` is its example's summary."""

    status: int
    code: str
    title: str
    when: str
    example: Markup | None


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation; `links` are (name of the link, operation it leads to)."""

    operation: Operation
    tag: str
    parameters: Sequence[ParameterView]
    body: ContentView | None
    answers: Sequence[ContentView]
    problems: Sequence[ProblemView]
    links: Sequence[tuple[str, str]]
    curl: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One event that the service emits: `emitters` are the operations that may cause it."""

    type: str
    channel: str
    emitters: Sequence[str]
    receivers: Sequence[str]
    rows: Sequence[Field]
    example: Markup


def page(service: Service, contract: Contract, document: Node, read: Read, addresses: Mapping[str, str]) -> str:
    """The page as HTML. `document` is the service's, bundled; `addresses` are the pages of the services by name."""
    url = str(document["servers"][0]["url"])
    views = list(_operations(service, document, url))
    described = {tag["name"]: str(tag.get("description", "")) for tag in document.get("tags", ())}
    tags = list(dict.fromkeys([*described, *(view.tag for view in views)]))
    secured = any(view.operation.secured for view in views)
    return (
        _environment()
        .get_template("docs.html")
        .render(
            service=service,
            url=url,
            addresses=addresses,
            info=document.get("info", {}),
            groups=[
                (tag, described.get(tag, ""), found) for tag in tags if (found := [v for v in views if v.tag == tag])
            ],
            secured=secured,
            problems=_problem_index(views),
            lifecycles=[
                (r, Markup(draw(r.name, r.lifecycle)))
                for r in contract.resources.values()
                if r.service == service.name and r.lifecycle
            ],  # noqa: S704 - `draw` escapes every name
            schemas=[
                (name, schema, rows(schema, document))
                for name, schema in document.get("components", {}).get("schemas", {}).items()
            ],
            events=list(_events(service, contract, read)),
            received=[event for event in contract.events.values() if service.name in event.receivers],
            title=document.get("info", {}).get("title", service.name),
        )
    )


def index(services: Sequence[Service], addresses: Mapping[str, str]) -> str:
    """The page of the gateway as HTML: which services there are, and where their pages are."""
    return _environment().get_template("index.html").render(services=services, addresses=addresses)


def _operations(service: Service, document: Node, url: str) -> Iterator[OperationView]:
    """The operations in the order of the document."""
    for operation in service.operations:
        item = document["paths"][operation.path]
        raw = item[operation.method.lower()]
        answers = [
            _content(resolve(node, document), document, int(status))
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
            curl(document, operation.path, operation.method, url, secured=operation.secured),
        )


def _parameter(node: Node, document: Node) -> ParameterView:
    schema = node.get("schema", {})
    row = rows(
        {
            "type": "object",
            "properties": {node["name"]: schema},
            "required": [node["name"]] if node.get("required") else [],
        },
        document,
    )[0]
    example = parameter_example(node, document)
    described = Field(
        row.depth,
        row.name,
        kind(schema, document),
        row.schema,
        row.required,
        str(node.get("description", row.description)),
        row.limits,
        row.values,
        row.marks,
        row.code,
    )
    return ParameterView(node["in"], described, "" if example is None else str(example))


def _content(node: Node, document: Node, status: int | None = None) -> ContentView:
    media_type, content = next(iter(node.get("content", {}).items()), (None, {}))
    schema = content.get("schema")
    shown = [
        (name, str(resolve(content.get("examples", {}).get(name, {}), document).get("summary", "")), highlight(value))
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
        number = int(status) if status.isdigit() else 0
        description = str(node.get("description", ""))
        coded = [found for content in node.get("content", {}).values() for found in _coded(content, document)]
        if not coded:
            yield ProblemView(number, "", "", description, None)
        for summary, value in coded:
            yield ProblemView(
                number, value["code"], str(value.get("title", "")), summary or description, highlight(value)
            )


def _coded(content: Node, document: Node) -> list[tuple[str, Node]]:
    """Summary and value of the examples that are problem documents."""
    nodes = {name: resolve(node, document) for name, node in content.get("examples", {}).items()}
    found = [
        (str(nodes.get(name, {}).get("summary", "")), value) for name, value in examples(content, document).items()
    ]
    return [(summary, value) for summary, value in found if isinstance(value, Mapping) and "code" in value]


def _links(raw: Node, document: Node) -> list[tuple[str, str]]:
    links: dict[str, str] = {}
    for status, response in raw["responses"].items():
        if status[0] == "2":
            for node in resolve(response, document).get("links", {}).values():
                link = resolve(node, document)
                if "operationId" in link:
                    links[link["operationId"]] = str(link.get("description", ""))
    return list(links.items())


def _problem_index(views: Sequence[OperationView]) -> list[tuple[ProblemView, list[str]]]:
    index: dict[str, tuple[ProblemView, list[str]]] = {}
    for view in views:
        for problem in view.problems:
            if problem.code:
                index.setdefault(problem.code, (problem, []))[1].append(view.operation.name)
    return sorted(index.values(), key=lambda entry: (entry[0].status, entry[0].code))


def _events(service: Service, contract: Contract, read: Read) -> Iterator[EventView]:
    for event in contract.events.values():
        if event.service == service.name:
            payload, document = excerpt(event.payload.location.file, event.payload.location.pointer, read)
            emitters = [operation.name for operation in contract.operations.values() if event.type in operation.emits]
            yield EventView(
                event.type, event.channel, emitters, event.receivers, rows(payload, document), highlight(event.example)
            )


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


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))  # noqa: S704 - HTML in the text is escaped
    environment.filters["inline"] = lambda text: Markup(markdown.renderInline(text))  # noqa: S704 - as above
    return environment
