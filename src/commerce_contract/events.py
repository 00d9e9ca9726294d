"""AsyncAPI documents read into events: who sends them on which channel, and who receives them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from commerce_contract.document import Document, Node
from commerce_contract.model import Event
from commerce_contract.reading import Reading
from commerce_contract.schema import Schema


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one channel as its document declares it. `event_type` is None where the payload names none."""

    node: Node
    payload: Schema
    event_type: str | None
    channel: str
    service: str


def read_messages(reading: Reading, documents: Mapping[Document, str]) -> Iterator[Message]:
    """Every message that stands in a channel of a document (given with its service), each once."""
    for document, service in documents.items():
        for name, element in document.root.below("channels").members():
            channel = reading.follow(element)
            if channel is None or channel.document is not document:
                continue
            address = channel.text("address") or name
            for key, reference in channel.below("messages").members():
                node = reading.follow(reference)
                if node is not None:
                    yield _message(reading, node, key, address, service)


def _message(reading: Reading, node: Node, key: str, channel: str, service: str) -> Message:
    payload = node.below("payload")
    if isinstance(payload.get("schema"), dict):
        payload = payload.below("schema")
    schema = reading.schemas.at(payload)
    declared = schema.properties.get("event_type")
    event_type = declared.const if declared and isinstance(declared.const, str) else None
    if event_type is None:
        reading.cannot_honour(
            node,
            f"the message `{key}` does not say its event type",
            "Give its payload a property `event_type` with a `const`",
        )
        event_type = None if node.document in reading.ours else node.text("name") or key
    return Message(node, schema, event_type, channel, service)


def read_events(
    reading: Reading, messages: Iterable[Message], documents: Mapping[Document, str]
) -> Mapping[str, Event]:
    """Event type to event, with the services whose documents receive it."""
    found: dict[str, Event] = {}
    by_node = {}
    for message in messages:
        if message.event_type is None or message.node.uri in by_node:
            continue
        by_node[message.node.uri] = message.event_type
        if message.event_type in found:
            first = found[message.event_type].location
            reading.fault(
                message.node, f"the event `{message.event_type}` is declared twice, first in {first}", "Keep one"
            )
            continue
        found[message.event_type] = Event(
            type=message.event_type,
            service=message.service,
            channel=message.channel,
            payload=message.payload,
            example=_example(reading, message.node),
            receivers=(),
            location=message.node.location,
        )
    for document, service in documents.items():
        for node, _ in ends_of(reading, document, "receive"):
            event = found.get(by_node.get(node.uri, ""))
            if event is not None and service not in event.receivers:
                found[event.type] = _with_receiver(event, service)
    return found


def _with_receiver(event: Event, service: str) -> Event:
    return replace(event, receivers=(*event.receivers, service))


def _example(reading: Reading, node: Node) -> Mapping[str, Any]:
    for element in node.below("examples").elements():
        example = reading.follow(element)
        if example is not None and isinstance(payload := example.get("payload"), dict):
            return payload
    payload_schema = reading.follow(node.below("payload"))
    examples = payload_schema.get("examples") if payload_schema else None
    return examples[0] if isinstance(examples, list) and examples and isinstance(examples[0], dict) else {}


def ends_of(reading: Reading, document: Document, action: str) -> Iterator[tuple[Node, Node]]:
    """The messages that a document's operations `send` or `receive`, each with the reference to it.

    Those that an operation lists, else all of its channel.
    """
    for _, element in document.root.below("operations").members():
        operation = reading.follow(element)
        if operation is None or operation.text("action") != action:
            continue
        listed = operation.below("messages")
        channel = reading.follow(operation.below("channel")) if listed.value is None else None
        references = [node for _, node in channel.below("messages").members()] if channel else listed.elements()
        for reference in references:
            if (node := reading.follow(reference)) is not None:
                yield node, reference
