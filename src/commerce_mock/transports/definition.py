"""What many events of an outbox have in common, written once a file: so that each costs its request next to nothing.

An event is a list: which definition it refers to, its number, time, correlation id and trace, then either what it is
about, from which the definition's plan words the payload, or null and what `worded` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from commerce_mock.clock import timestamp
from commerce_mock.events import Emitted
from commerce_mock.payload import Plan, plan_of
from commerce_mock.transports.message import Message

_SPEC_VERSION: Final = "1.0"


@dataclass(frozen=True, slots=True)
class Definition:
    """What the events of one type in one world have in common; lives as long as the file that it stands in.

    `endings` say what follows an event's number in its id on brokers, each from a number on, the last one first.
    `collection` and `key` are of the resource that the events are about, `plan` words their payloads.
    """

    world: str
    endings: Sequence[tuple[int, str]]
    channel: str
    type: str
    source: str
    collection: str
    key: str
    plan: Plan

    def content(self) -> bytes:
        """The definition as a frame."""
        said = (self.world, self.endings, self.channel, self.type, self.source, self.collection, self.key)
        return orjson.dumps({"define": [*said, self.plan.document()]})

    def message(self, content: bytes, position: int, instance: str) -> Message:
        """The message that a frame of the outbox `instance` is."""
        _, number, time, correlation, trace, about, *worded = orjson.loads(content)
        if worded:
            payload, given, key, source = worded
        else:
            payload, given, key, source = self.plan.make(about, time), None, about[self.key], self.source
        ending = next(text for start, text in self.endings if start <= number)
        identity = given or f"event-{number + 1}{ending}"
        headers = {
            "ce-specversion": _SPEC_VERSION,
            "ce-id": identity,
            "ce-source": source,
            "ce-type": self.type,
            "ce-time": timestamp(time),
            "correlation-id": correlation,
            "mock-world": self.world,
            "mock-instance": instance,
        }
        if trace is not None:
            headers["traceparent"] = trace
        entity = f"{self.world}/{self.collection}/{key}"
        return Message(position, identity, self.channel, self.type, entity, headers, orjson.dumps(payload))


def definition(content: bytes) -> Definition:
    """The definition of a frame."""
    world, endings, channel, kind, source, collection, key, plan = orjson.loads(content)["define"]
    return Definition(world, endings, channel, kind, source, collection, key, plan_of(plan))


def is_event(content: bytes) -> bool:
    """Whether a frame is an event, and no definition."""
    return content.startswith(b"[")


def worded(defined: int, event: Emitted) -> bytes:
    """An event as a frame: with its payload, which says more than what it is about."""
    head = (defined, event.number, event.time, event.correlation_id, event.traceparent, None)
    return orjson.dumps((*head, event.payload, event.given_id, event.about.key, event.source))
