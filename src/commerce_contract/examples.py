"""Examples of content: bodies and answers as the documents show them."""

from collections.abc import Iterator, Mapping
from typing import Any

from commerce_contract.document import Node
from commerce_contract.reading import Reading


def read_examples(reading: Reading, media: Node) -> Mapping[str, Any]:
    """The examples of some content by name; a single `example` is named `default`."""
    found = {name: node.value for name, node in example_nodes(reading, media)}
    return found or dict(_schema_examples(reading, media))


def example_nodes(reading: Reading, holder: Node) -> Iterator[tuple[str, Node]]:
    """Name and value of each example that stands beside a schema."""
    if isinstance(holder.value, dict) and "example" in holder.value:
        yield "default", holder.below("example")
    for name, element in holder.below("examples").members():
        node = reading.follow(element)
        if node is not None and isinstance(node.value, dict) and "value" in node.value:
            yield name, node.below("value")


def _schema_examples(reading: Reading, media: Node) -> Iterator[tuple[str, Any]]:
    schema = reading.follow(media.below("schema"))
    if schema is not None and isinstance(schema.value, dict):
        if "example" in schema.value:
            yield "default", schema.value["example"]
        if isinstance(examples := schema.get("examples"), list):
            yield from (("default", example) for example in examples[:1])
