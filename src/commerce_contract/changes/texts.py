"""Words for people: descriptions, titles, examples and the like, and what is deprecated."""

from collections.abc import Iterator
from typing import Final

from commerce_contract.changes.equality import written
from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.scope import Scope
from commerce_contract.checks.features import ASSERTED
from commerce_contract.document import Node
from commerce_contract.source import Location
from commerce_contract.walk import Found

_TEXT: Final = (
    "$comment", "bearerFormat", "contact", "correlationId", "description", "example", "examples", "externalDocs",
    "license", "links", "summary", "tags", "termsOfService", "title", "value", "xml",
)  # fmt: skip


def compare_texts(scope: Scope) -> Iterator[Finding]:
    """What changed in the words of objects that stand where they stood."""
    old = scope.old.objects
    for (file, pointer), found in scope.new.objects.items():
        before = old.get((scope.files.get(file, file), pointer))
        if before is not None and before.node.value != found.node.value:
            yield from _object(before, found)


def _object(old: Found, new: Found) -> Iterator[Finding]:
    file = new.node.document.file
    concern = Concern(file, "", (old.node.document.file, file))
    for key in _TEXT:
        if key in new.fields and _text(old, key) != _text(new, key):
            what = f"`{key}` of {new.kind.replace('_', ' ')} `{_name(new) or file}`"
            yield Finding("text-changed", what, concern, _where(old.node, key), _where(new.node, key))
    formats = old.node.get("format"), new.node.get("format")
    if new.kind == "schema" and formats[0] != formats[1] and ASSERTED.isdisjoint(map(str, formats)):
        what = f"`format` of schema `{new.node.name}`, which nobody checks"
        yield Finding("text-changed", what, concern, _where(old.node, "format"), _where(new.node, "format"))
    flags = old.node.get("deprecated") is True, new.node.get("deprecated") is True
    if flags[0] != flags[1]:
        rule, now = ("deprecated", "is") if flags[1] else ("not-deprecated", "is not")
        what = f"{new.kind.replace('_', ' ')} `{_name(new)}` {now} deprecated"
        yield Finding(rule, what, concern, old.node.location, new.node.location)


def _name(found: Found) -> str:
    node = found.node
    return node.text("operationId") or (node.text("name") if found.kind == "parameter" else "") or node.name


def _text(found: Found, key: str) -> str:
    value = found.node.get(key)
    return "" if value is None else written(value)


def _where(node: Node, key: str) -> Location:
    return node.below(key).location
