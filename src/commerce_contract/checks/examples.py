"""Every example is what it is an example of."""

from collections.abc import Iterator

from jsonschema_rs import ValidationError

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.examples import example_nodes
from commerce_contract.reading import Reading
from commerce_contract.requests import is_json
from commerce_contract.walk import Found


def check(subject: Subject) -> None:
    """Find examples and defaults that break their schema."""
    for found in subject.objects:
        for example, schema in _examples(subject.reading, found):
            _judge(subject, example, schema)


def _examples(reading: Reading, found: Found) -> Iterator[tuple[Node, Node]]:
    """Each example that stands in or beside a schema, with that schema."""
    node = found.node
    match found.kind:
        case "schema":
            yield from ((node.below(key), node) for key in ("default", "example") if key in node.value)
            yield from ((example, node) for example in node.below("examples").elements())
        case "parameter" | "header":
            yield from ((example, node.below("schema")) for _, example in example_nodes(reading, node))
        case "media" if is_json(node.name):
            yield from ((example, node.below("schema")) for _, example in example_nodes(reading, node))
        case "message":
            for element in node.below("examples").elements():
                for part in ("payload", "headers"):
                    if (example := element.below(part)).value is not None:
                        yield example, node.below(part)
        case _:
            pass


def _judge(subject: Subject, example: Node, schema: Node) -> None:
    if schema.value is None:
        return
    if isinstance(inner := schema.get("schema"), dict) and "schemaFormat" in schema.value:
        schema = schema.below("schema") if inner else schema
    try:
        errors = subject.reading.schemas.at(schema).errors(example.value)
    except ValidationError:
        return  # the schema itself is refused elsewhere
    for error in errors:
        place = Node(example.document, f"{example.pointer}{error.pointer}", None)
        what = "default" if example.name == "default" and example.pointer.startswith(schema.pointer) else "example"
        message = f"the {what} breaks its schema: {error.pointer or 'it'} {error.message}"
        subject.reading.cannot_honour(place, message, f"Correct the {what}, or the rule at {error.location}")
