"""A schema of a bundled document as the rows that a person reads: one a property, nested ones indented."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commerce_contract.pointer import split, step

Node = Mapping[str, Any]
DEEPEST = 6

_LIMITS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusiveMinimum": "> {}",
    "exclusiveMaximum": "< {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} of the properties",
    "pattern": "matches {}",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row. `kind` is the type in words, `schema` the component that it links to, `code` what breaking it answers.

    `limits` are in words, `choice` says that the rows below it are one of several shapes.
    """

    depth: int
    name: str
    kind: str
    schema: str | None = None
    required: bool = False
    description: str = ""
    limits: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    code: str | None = None
    choice: bool = False


def resolve(node: Any, document: Node) -> Any:
    """The node with its reference followed; what stands beside the reference wins."""
    for _ in range(DEEPEST):
        if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
            break
        target: Any = document
        for token in split(node["$ref"].removeprefix("#")):
            target = step(target, token)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**target, **beside} if isinstance(target, Mapping) else target
    return node


def component(node: Any) -> str | None:
    """The name of the component that a node is a reference to, also by an `allOf` of one (how a draft-07 writes it)."""
    if isinstance(node, Mapping) and len(node.get("allOf", ())) == 1 and "properties" not in node:
        node = node["allOf"][0]
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    return split(reference[1:])[-1] if isinstance(reference, str) else None


def rows(schema: Any, document: Node) -> list[Field]:
    """The rows of an object's properties, of an array's items, or the one row of anything else."""
    found = list(_inside(schema, document, 0, ()))
    return found or [field("", schema, document)]


def kind(schema: Any, document: Node) -> str:
    """A schema's type in a few words: `array of OrderItem`, `string (uuid)`, `Money`."""
    node = resolve(schema, document)
    if not isinstance(node, Mapping):
        return "anything" if node is True else "nothing"
    name = component(schema)
    types = node.get("type", ())
    types = [types] if isinstance(types, str) else list(types)
    if "array" in types or "items" in node:
        return f"array of {kind(node.get('items', True), document)}"
    if name is not None and types not in (["string"], ["integer"], ["boolean"]):
        return name
    if not types:
        types = [_implied(node)]
    if node.get("format"):
        types[0] = f"{types[0]} ({node['format']})"
    return " or ".join(types)


def _implied(node: Node) -> str:
    if "const" in node or "enum" in node:
        return "value"
    if "properties" in node or "allOf" in node:
        return "object"
    return "one of several" if "oneOf" in node or "anyOf" in node else "anything"


def _inside(schema: Any, document: Node, depth: int, path: tuple[str, ...]) -> Iterator[Field]:
    """The rows of what is in a schema, unless it is in itself."""
    name = component(schema)
    node = resolve(schema, document)
    if not isinstance(node, Mapping) or depth > DEEPEST or (name is not None and name in path):
        return
    path = (*path, name) if name else path
    if "items" in node:
        yield from _inside(node["items"], document, depth, path)
        return
    properties, required, choices = merged(node, document)
    for key, part in properties.items():
        yield field(key, part, document, depth=depth, required=key in required)
        yield from _inside(part, document, depth + 1, path)
    for label, branch in choices:
        yield Field(depth, label, kind(branch, document), component(branch), choice=True)
        yield from _inside(branch, document, depth + 1, path)


def merged(node: Node, document: Node) -> tuple[dict[str, Any], set[str], list[tuple[str, Any]]]:
    """The properties of an object with those of its `allOf`, which of them are required, and its alternatives."""
    properties: dict[str, Any] = {}
    required: set[str] = set()
    choices: list[tuple[str, Any]] = []
    for part in node.get("allOf", ()):
        inner = merged(resolve(part, document), document)
        for key, schema in inner[0].items():
            known = properties.get(key)
            properties[key] = schema if known is None else {**resolve(known, document), **resolve(schema, document)}
        required |= inner[1]
        choices += inner[2]
    properties.update(node.get("properties", {}))
    required |= set(node.get("required", ()))
    discriminator = node.get("discriminator", {})
    for branch in [*node.get("oneOf", ()), *node.get("anyOf", ())]:
        chosen = [
            json.dumps(value)
            for value, target in discriminator.get("mapping", {}).items()
            if target == branch.get("$ref")
        ]
        label = f"if {discriminator.get('propertyName')} is {' or '.join(chosen)}" if chosen else "either"
        choices.append((label, branch))
    return properties, required, choices


def field(name: str, schema: Any, document: Node, *, depth: int = 0, required: bool = False) -> Field:
    """The row of one property or parameter, without those of what is inside it."""
    node = resolve(schema, document)
    node = node if isinstance(node, Mapping) else {}
    for part in node.get("allOf", ()):
        node = {**resolve(part, document), **node}
    enum = node.get("enum", [node["const"]] if "const" in node else [])
    marks = [mark for key, mark in (("writeOnly", "never shown"), ("readOnly", "set by the service")) if node.get(key)]
    limits = [_limit(text, node[key]) for key, text in _LIMITS.items() if key in node]
    if "default" in node:
        limits.append(f"default {_text(node['default'])}")
    return Field(
        depth,
        name,
        kind(schema, document),
        component(schema) or component(node.get("items")),
        required,
        str(node.get("description", "")),
        tuple(limits),
        tuple(_text(value) for value in enum),
        (*marks, *(["deprecated"] if node.get("deprecated") else [])),
        node.get("x-problem"),
    )


def _limit(text: str, bound: Any) -> str:
    words = text.format(_text(bound))
    return words.removesuffix("s") if bound == 1 and words.endswith("s") else words


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
