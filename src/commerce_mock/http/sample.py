"""A value that a schema allows, for documents that give no example."""

from collections.abc import Callable, Mapping
from typing import Any

from commerce_mock.http.fields import Node, merged, resolve

_TEXTS = {
    "date-time": "2023-01-01T00:00:00Z",
    "date": "2023-01-01",
    "time": "00:00:00Z",
    "email": "user@example.com",
    "uuid": "550e8400-e29b-41d4-a716-446655440001",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
DEEPEST = 8


def sample(schema: Any, document: Node, depth: int = 0) -> Any:
    """The schema's own example, default or first value; else made of its types, with the required properties alone.

    A pattern is not looked at: whoever needs to be sure validates the value.
    """
    node = resolve(schema, document)
    if not isinstance(node, Mapping) or depth > DEEPEST:
        return None
    given = [node[key] for key in ("example", "default", "const") if key in node]
    given += [node[key][0] for key in ("examples", "enum") if node.get(key)]
    return given[0] if given else _MAKERS.get(_kind(node), _nothing)(node, document, depth)


def _kind(node: Node) -> str:
    kinds = node.get("type", "object" if {"properties", "allOf", "oneOf", "anyOf"} & node.keys() else "string")
    return str(kinds if isinstance(kinds, str) else next((kind for kind in kinds if kind != "null"), "null"))


def _object(node: Node, document: Node, depth: int) -> dict[str, Any]:
    properties, required, choices = merged(node, document)
    value = {name: sample(part, document, depth + 1) for name, part in properties.items() if name in required}
    for _, branch in choices[:1]:
        inner = sample(branch, document, depth + 1)
        value = {**inner, **value} if isinstance(inner, dict) else value
    return value


def _array(node: Node, document: Node, depth: int) -> list[Any]:
    return [sample(node.get("items", {}), document, depth + 1)] * max(1, node.get("minItems", 1))


def _number(node: Node, _: Node, _depth: int) -> int | float:
    lowest = node.get("minimum", node["exclusiveMinimum"] + 1 if "exclusiveMinimum" in node else 1)
    number: int | float = min(max(lowest, 0), node.get("maximum", max(lowest, 0)))
    return number


def _string(node: Node, _: Node, _depth: int) -> str:
    text = _TEXTS.get(node.get("format", ""), "text")
    return text.ljust(node.get("minLength", 0), "x")[: node.get("maxLength")]


def _boolean(_: Node, _document: Node, _depth: int) -> bool:
    return True


def _nothing(_: Node, _document: Node, _depth: int) -> None:
    return None


_MAKERS: Mapping[str, Callable[[Node, Node, int], Any]] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "string": _string,
    "boolean": _boolean,
}
