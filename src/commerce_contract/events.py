"""AsyncAPI documents read into events and channels: who sends what where, and who receives it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from commerce_contract.document import Document, Node
from commerce_contract.model import Channel, Event, EventEnd, EventExample
from commerce_contract.reading import Reading
from commerce_contract.schema import Schema


@dataclass(frozen=True, slots=True)
class Message:
    """One message of one channel as its document declares it. `event_type` is None where the payload names none.

    `key` is its name within the channel, `within` the channel itself.
    """

    node: Node
    key: str
    within: Node
    payload: Schema
    event_type: str | None
    channel: str
    service: str


def read_messages(reading: Reading, documents: Mapping[Document, str]) -> Iterator[Message]:
    """Every message that stands in a channel of a document (given with its service), each once."""
    for service, name, channel in _channels(reading, documents):
        for key, reference in channel.below("messages").members():
            node = reading.follow(reference)
            if node is not None:
                yield _message(reading, node, key, name, channel, service)


def read_channels(
    reading: Reading, messages: Iterable[Message], documents: Mapping[Document, str]
) -> Iterator[Channel]:
    """Every channel that stands in a document (given with its service), with those of the messages that are in it."""
    held: dict[tuple[Document, str], dict[str, str]] = {}
    for message in messages:
        if message.event_type is not None:
            held.setdefault(message.within.key, {})[message.key] = message.event_type
    for service, name, node in _channels(reading, documents):
        yield Channel(
            name=name,
            service=service,
            address=_address(node, name),
            title=node.text("title"),
            description=node.text("description") or node.text("summary"),
            messages=held.get(node.key, {}),
            bindings=_bindings(reading, node),
            location=node.location,
        )


def _channels(reading: Reading, documents: Mapping[Document, str]) -> Iterator[tuple[str, str, Node]]:
    """Service, name and node of each channel that stands in a document, not one that it takes from another."""
    for document, service in documents.items():
        for name, element in document.root.below("channels").members():
            channel = reading.follow(element)
            if channel is not None and channel.document is document:
                yield service, name, channel


def _address(channel: Node, name: str) -> str:
    return channel.text("address") or name


def _bindings(reading: Reading, node: Node) -> Mapping[str, Any]:
    found = reading.follow(node.below("bindings"))
    return found.value if found is not None and isinstance(found.value, dict) else {}


def _message(reading: Reading, node: Node, key: str, name: str, channel: Node, service: str) -> Message:  # noqa: PLR0913, PLR0917 - what a message is found by
    schema = reading.schemas.at(_schema(node, "payload"))
    declared = schema.properties.get("event_type")
    event_type = declared.const if declared and isinstance(declared.const, str) else None
    if event_type is None:
        reading.cannot_honour(
            node,
            f"the message `{key}` does not say its event type",
            "Give its payload a property `event_type` with a `const`",
        )
        event_type = None if node.document in reading.ours else node.text("name") or key
    return Message(node, key, channel, schema, event_type, _address(channel, name), service)


def _schema(message: Node, part: str) -> Node:
    """The schema of a message's payload or headers, also where it says in which language it is written."""
    node = message.below(part)
    return node.below("schema") if isinstance(node.get("schema"), dict) else node


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
            headers=reading.schemas.at(_schema(message.node, "headers")) if message.node.get("headers") else None,
            examples=tuple(_examples(reading, message.node)),
        )
    for action in ("send", "receive"):
        for document, service in documents.items():
            for operation, references in _operations(reading, document, action):
                for node in filter(None, map(reading.follow, references)):
                    event = found.get(by_node.get(node.uri, ""))
                    if event is not None:
                        found[event.type] = _with_end(event, _end(reading, operation, service, action))
    return found


def _with_end(event: Event, end: EventEnd) -> Event:
    hears = end.action == "receive" and end.service not in event.receivers
    return replace(
        event,
        ends=(*event.ends, end),
        receivers=(*event.receivers, end.service) if hears else event.receivers,
    )


def _end(reading: Reading, operation: Node, service: str, action: str) -> EventEnd:
    return EventEnd(
        service=service,
        action=action,
        summary=operation.text("summary") or operation.text("title"),
        description=operation.text("description"),
        bindings=_bindings(reading, operation),
        location=operation.location,
    )


def _examples(reading: Reading, message: Node) -> Iterator[EventExample]:
    for element in message.below("examples").elements():
        example = reading.follow(element)
        if example is not None:
            headers = example.get("headers")
            yield EventExample(
                name=example.text("name"),
                summary=example.text("summary"),
                headers=headers if isinstance(headers, dict) else None,
                payload=example.get("payload"),
            )


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
    for _, references in _operations(reading, document, action):
        for reference in references:
            if (node := reading.follow(reference)) is not None:
                yield node, reference


def _operations(reading: Reading, document: Document, action: str) -> Iterator[tuple[Node, Iterable[Node]]]:
    """The operations of a document that `send` or `receive`, each with the references to its messages."""
    for _, element in document.root.below("operations").members():
        operation = reading.follow(element)
        if operation is None or operation.text("action") != action:
            continue
        listed = operation.below("messages")
        channel = reading.follow(operation.below("channel")) if listed.value is None else None
        yield operation, [node for _, node in channel.below("messages").members()] if channel else listed.elements()
