"""A bundled AsyncAPI document as the values that its page shows: channels, messages, who sends and receives them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from commerce_contract import Channel, Contract, Event, EventEnd, EventExample, Service
from commerce_mock.http.fields import Field, Node, resolve, rows
from commerce_mock.http.sample import sample
from commerce_mock.http.travelling import RABBITMQ, REDIS, on_rabbitmq, on_redis
from commerce_mock.http.views import highlight

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class ExampleView:
    """One example of a message: `parts` are (title, what it is in words, text), the payload first."""

    title: str
    parts: Sequence[tuple[str, str, Markup | str]]


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message of the service's own channels; `emitters` are service and name of operations that may cause it."""

    event: Event
    title: str
    description: str
    content_type: str
    senders: Sequence[EventEnd]
    receivers: Sequence[EventEnd]
    emitters: Sequence[tuple[str, str]]
    headers: Sequence[Field]
    payload: Sequence[Field]
    examples: Sequence[ExampleView]


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One of the service's own channels; `bindings` are (protocol, name, value)."""

    channel: Channel
    bindings: Sequence[tuple[str, str, str]]
    messages: Sequence[MessageView]


def channels(service: Service, contract: Contract, document: Node) -> Iterator[ChannelView]:
    """The service's own channels with their messages, in the order of the document."""
    shown: set[str] = set()
    for channel in contract.channels:
        if channel.service == service.name and channel.name in document.get("channels", {}):
            raw = resolve(document["channels"][channel.name], document)
            messages = [
                _message(contract.events[name], channel, raw["messages"][key], contract, document)
                for key, name in channel.messages.items()
                if name not in shown and key in raw.get("messages", {})
            ]
            shown |= set(channel.messages.values())
            yield ChannelView(channel, list(_flat(channel.bindings)), messages)


def received(service: Service, contract: Contract) -> list[tuple[Event, EventEnd]]:
    """The events that the service hears of, with what it does then."""
    ends = [(event, end) for event in contract.events.values() for end in event.ends if end.action == "receive"]
    return [(event, end) for event, end in ends if end.service == service.name]


def servers(document: Node) -> list[tuple[str, Node]]:
    """The document's brokers by name."""
    return [(name, resolve(node, document)) for name, node in document.get("servers", {}).items()]


def schemas(views: Iterable[ChannelView], document: Node) -> dict[str, tuple[Node, Sequence[Field]]]:
    """The components that the rows of messages lead to, by name, each with rows of its own."""
    declared: Mapping[str, Node] = document.get("components", {}).get("schemas", {})
    found: dict[str, tuple[Node, Sequence[Field]]] = {}
    messages = [message for view in views for message in view.messages]
    pending = [row.schema for message in messages for row in (*message.headers, *message.payload)]
    while pending:
        name = pending.pop()
        if name is not None and name in declared and name not in found:
            found[name] = declared[name], _rows(declared[name], document)
            pending += [row.schema for row in found[name][1]]
    return dict(sorted(found.items()))


def _message(event: Event, channel: Channel, node: Node, contract: Contract, document: Node) -> MessageView:
    raw = resolve(node, document)
    payload = _schema(raw.get("payload", True))
    examples = event.examples or (_made(event, payload, document),)
    protocols = {str(server.get("protocol")) for _, server in servers(document)}
    media_type = str(raw.get("contentType") or document.get("defaultContentType") or JSON)
    return MessageView(
        event,
        str(raw.get("title") or raw.get("summary") or event.type),
        str(raw.get("description") or raw.get("summary") or ""),
        media_type,
        [end for end in event.ends if end.action == "send"],
        [end for end in event.ends if end.action == "receive"],
        [
            (operation.service, operation.name)
            for operation in contract.operations.values()
            if event.type in operation.emits
        ],
        _rows(_schema(raw["headers"]), document) if "headers" in raw else [],
        _rows(payload, document),
        [_example(example, event, channel, protocols, media_type) for example in examples],
    )


def _example(
    example: EventExample, event: Event, channel: Channel, protocols: set[str], media_type: str
) -> ExampleView:
    payload, headers = example.payload, example.headers or {}
    parts: list[tuple[str, str, Markup | str]] = []
    if payload is not None:
        parts.append(("Payload", "", highlight(payload)))
    if headers:
        parts.append(("Headers", "what travels beside the payload", highlight(headers)))
    if isinstance(payload, Mapping) and media_type == JSON:
        if protocols & REDIS:
            parts.append(("On Redis", "an entry of the stream", on_redis(channel.address, payload, headers)))
        if protocols & RABBITMQ:
            amqp = [end.bindings.get("amqp", {}) for end in event.ends if end.action == "send"]
            persistence = [binding["deliveryMode"] for binding in amqp if "deliveryMode" in binding]
            properties = {"content_type": media_type, **({"delivery_mode": persistence[0]} if persistence else {})}
            exchange = channel.bindings.get("amqp", {}).get("exchange", {}).get("name") or channel.address
            published = on_rabbitmq(exchange, event.type, payload, headers, properties)
            parts.append(("On RabbitMQ", "what is published", highlight(published)))
    return ExampleView(example.summary or example.name, parts)


def _made(event: Event, payload: Any, document: Node) -> EventExample:
    """An example where the message has none: its payload's own, else a value that the schema allows."""
    if event.example:
        return EventExample("", "", None, event.example)
    return EventExample("", "Made from the schema", None, sample(payload, document))


def _schema(node: Any) -> Any:
    """The schema of a payload or of headers, also where it says in which language it is written."""
    return node["schema"] if isinstance(node, Mapping) and "schemaFormat" in node else node


def _rows(schema: Any, document: Node) -> list[Field]:
    """Rows without the codes that a request is answered with: nobody answers an event."""
    return [replace(row, code=None) for row in rows(schema, document)]


def _flat(bindings: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for protocol, binding in bindings.items():
        yield from ((protocol, name, value) for name, value in _leaves(binding, ""))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}".lstrip("."))
    else:
        yield name, str(highlight(value).striptags()) if not isinstance(value, str) else value
