"""What OpenAPI and AsyncAPI allow and nothing here honours is refused, rather than left out in silence."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from commerce_contract.checks.subject import Subject
from commerce_contract.compiled import ALTERNATIVES
from commerce_contract.requests import is_json
from commerce_contract.walk import Found

Finding = tuple[str, str, str]
"""The field it is about (empty: the object itself), what cannot be honoured, and what to do."""

ASSERTED: Final = frozenset({
    "date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri",
    "iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference", "uri-template",
    "uuid",
})  # fmt: skip
ANNOTATIONS: Final = frozenset({"password", "int32", "int64", "float", "double", "byte", "binary"})
_NOT_IN_EVENTS: Final = frozenset({
    "$defs", "dependentRequired", "dependentSchemas", "maxContains", "minContains", "prefixItems", "unevaluatedItems",
    "unevaluatedProperties",
})  # fmt: skip
_IN_ASYNCAPI: Final = {"traits": "traits", "reply": "replies", "parameters": "channel parameters"}


def check(subject: Subject) -> None:
    """Find what nobody honours. In foreign documents it becomes a note."""
    for found in subject.objects:
        for kind, look in _LOOKS:
            if found.kind == kind:
                for name, message, hint in look(subject, found):
                    place = found.node.below(name) if name else found.node
                    subject.reading.cannot_honour(place, message, hint)


def _schema(subject: Subject, found: Found) -> Iterator[Finding]:
    if found.node.document not in subject.reading.ours:
        return  # a foreign schema may annotate what it likes
    format_ = found.node.get("format")
    if isinstance(format_, str) and format_ not in ASSERTED | ANNOTATIONS:
        yield "format", f"the format `{format_}` is not known", "Use a format of JSON Schema, or a pattern"
    if found.language == "asyncapi":
        for keyword in sorted(_NOT_IN_EVENTS.intersection(found.node.value)):
            message = f"`{keyword}` is not part of draft-07, which the schemas of events are read as"
            yield keyword, message, "Say it with keywords that both drafts have"
    chooser = found.node.get("discriminator")
    if isinstance(chooser, dict):
        yield from _discriminator(subject, found, chooser)


def _discriminator(subject: Subject, found: Found, chooser: Mapping[str, object]) -> Iterator[Finding]:
    compiler = subject.reading.schemas.compiler
    for keyword in ALTERNATIVES:
        branches = found.node.get(keyword)
        if branches is None:
            continue
        chosen = compiler.chosen(found.node.document, chooser, branches)
        if not isinstance(chooser.get("propertyName"), str) or not chosen:
            yield "discriminator", "the discriminator cannot choose", "Name its property, and make every branch a $ref"
        known = {
            compiler.absolute(found.node.document, branch.text("$ref"))
            for branch in found.node.below(keyword).elements()
        }
        for value, uri in chosen.items():
            if uri not in known:
                yield "discriminator", f"`{value}` is mapped to no branch of {keyword}", "Map it to one of the branches"


def _security_scheme(_: Subject, found: Found) -> Iterator[Finding]:
    kind, scheme = found.node.text("type"), found.node.text("scheme").lower()
    if (kind, scheme) != ("http", "bearer"):
        yield "type", f"the security scheme `{kind}{f' {scheme}' if scheme else ''}` is not honoured", "Use http bearer"


def _example(_: Subject, found: Found) -> Iterator[Finding]:
    if found.node.get("externalValue") is not None:
        yield "externalValue", "an example in another place is not read", "Write it here as `value`"


def _security(_: Subject, found: Found) -> Iterator[Finding]:
    """The demands of an OpenAPI document or operation: their schemes must be declared in the document."""
    schemes = found.node.document.root.below("components", "securitySchemes")
    for demand in found.node.below("security").elements():
        for name, _node in demand.members():
            if found.language == "openapi" and schemes.get(name) is None:
                yield (
                    "security",
                    f"the security scheme `{name}` is not declared",
                    "Add it to components/securitySchemes",
                )


def _operation(subject: Subject, found: Found) -> Iterator[Finding]:
    yield from _security(subject, found)
    if found.node.get("callbacks") is not None:
        yield "callbacks", "callbacks are not called", "Describe them as events in an AsyncAPI document"
    if found.node.get("servers") is not None:
        yield "servers", "servers of a single operation are not honoured", "Name them at the top of the document"


def _content(_: Subject, found: Found) -> Iterator[Finding]:
    kinds = [name for name, _ in found.node.below("content").members()]
    if len(kinds) > 1 and sum(map(is_json, kinds)) != 1:
        yield "content", f"the choice of {' and '.join(kinds)} is not honoured", "Declare one media type"
    elif len(kinds) > 1:
        yield "content", "only the JSON of several media types is honoured", "Declare one media type"


def _document(subject: Subject, found: Found) -> Iterator[Finding]:
    yield from _security(subject, found)
    if found.node.get("webhooks") is not None:
        yield "webhooks", "webhooks are not called", "Describe them as events in an AsyncAPI document"


def _asynchronous(_: Subject, found: Found) -> Iterator[Finding]:
    for field, name in _IN_ASYNCAPI.items():
        if found.node.get(field) is not None:
            yield field, f"{name} are not honoured", "Write out what they stand for"


def _payload(_: Subject, found: Found) -> Iterator[Finding]:
    message = f"payloads in {found.node.text('schemaFormat')} are not read"
    if "json" not in found.node.text("schemaFormat") and "asyncapi" not in found.node.text("schemaFormat"):
        yield "schemaFormat", message, "Describe the payload as JSON Schema"


_LOOKS: Final[tuple[tuple[str, Callable[[Subject, Found], Iterator[Finding]]], ...]] = (
    ("schema", _schema),
    ("security_scheme", _security_scheme),
    ("example", _example),
    ("operation", _operation),
    ("body", _content),
    ("response", _content),
    ("document", _document),
    ("channel", _asynchronous),
    ("message", _asynchronous),
    ("async_operation", _asynchronous),
    ("payload", _payload),
)
