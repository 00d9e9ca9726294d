"""Parameters and bodies of operations."""

from collections.abc import Iterator, Mapping
from typing import Final

from commerce_contract.document import Node
from commerce_contract.examples import read_examples
from commerce_contract.model import Body, Parameter
from commerce_contract.reading import Reading
from commerce_contract.schema import Schema

_STYLES: Final[Mapping[str, str]] = {"path": "simple", "query": "form", "header": "simple"}
_NOT_PARAMETERS: Final = frozenset({"accept", "content-type", "authorization"})  # OpenAPI says to ignore these


def is_json(media_type: str) -> bool:
    """Whether content of this media type is a JSON value."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def read_parameters(reading: Reading, path_item: Node, operation: Node) -> tuple[Parameter, ...]:
    """The parameters of an operation; its own replace those of its path with the same name and place."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (path_item, operation):
        own: set[tuple[str, str]] = set()
        for element in holder.below("parameters").elements():
            node = reading.follow(element)
            if node is None:
                continue
            key = node.text("in"), node.text("name")
            if key in own:
                reading.fault(element, f"the {key[0]} parameter `{key[1]}` stands here twice", "Keep one of them")
            own.add(key)
            if parameter := _parameter(reading, node):
                found[key] = parameter
    return tuple(found.values())


def _parameter(reading: Reading, node: Node) -> Parameter | None:
    name, place = node.text("name"), node.text("in")
    if not name or not place:
        reading.fault(node, "a parameter needs `name` and `in`", "Add both, or refer to a parameter with $ref")
        return None
    if place == "header" and name.lower() in _NOT_PARAMETERS:
        return None
    for message, hint in _unsupported(node, name, place):
        reading.cannot_honour(node, message, hint)
        return None
    schema = node.below("schema")
    if schema.value is None:
        reading.fault(node, f"the {place} parameter `{name}` has no schema", "Say what values it takes: `schema: …`")
        return None
    found = reading.schemas.at(schema)
    for message, hint in _unsplit(node, name, place, found):
        reading.cannot_honour(node, message, hint)
        return None
    return Parameter(
        name=name,
        place=place,
        required=node.get("required") is True,
        schema=found,
        location=node.location,
    )


def _unsupported(node: Node, name: str, place: str) -> Iterator[tuple[str, str]]:
    if place not in _STYLES:
        yield f"parameters in `{place}` are not read", "Use path, query or header"
        return
    if node.get("content") is not None:
        yield f"the {place} parameter `{name}` has `content`, which is not read", "Describe it with `schema`"
    style = node.text("style")
    if style not in {"", _STYLES[place]}:
        yield f"the {place} parameter style `{style}` is not read", f"Use {_STYLES[place]}, the default"


def _unsplit(node: Node, name: str, place: str, schema: Schema) -> Iterator[tuple[str, str]]:
    """Values of several parts: only lists of words, separated by commas, are told apart."""
    what = f"the {place} parameter `{name}`"
    if "object" in schema.types:
        yield f"{what} is an object, which is not read", "Write a parameter for each of its properties"
    elif "array" in schema.types:
        if place == "query" and node.get("explode") is not False:
            yield f"{what} is a list that repeats its name, which is not read", "Add `explode: false`, and use commas"
        elif schema.items is not None and not set(schema.items.types) <= {"string"}:
            yield f"{what} is a list of other things than strings, which is not read", "Make its elements strings"


def read_body(reading: Reading, operation: Node) -> Body | None:
    """The JSON request body of an operation, None if it has none."""
    node = reading.follow(operation.below("requestBody"))
    if node is None:
        return None
    for media_type, media in node.below("content").members():
        if is_json(media_type):
            schema = media.below("schema")
            return Body(
                media_type=media_type,
                required=node.get("required") is True,
                schema=reading.schemas.at(schema if schema.value is not None else media),
                examples=read_examples(reading, media),
                location=node.location,
            )
    found = ", ".join(media_type for media_type, _ in node.below("content").members())
    message = f"the request body is {found}, not JSON" if found else "the request body has no content"
    reading.cannot_honour(node, message, "Describe it under application/json")
    return None
