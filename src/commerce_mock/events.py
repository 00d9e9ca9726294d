"""Events of a world's log: kept as what they are about, worded when somebody reads them."""

from typing import Any, Protocol

import orjson

from commerce_contract import Event, Resource
from commerce_mock.clock import timestamp
from commerce_mock.encoding import kept_json
from commerce_mock.payload import Payload
from commerce_mock.store.memory import Row, shown
from commerce_mock.stored import Stored, Value

LOG = "/events"
# The log's entry: the resource as it was then, and the payload where that says more than the resource does.
Kept = tuple[Event, int, int, str, str | None, Resource, Row, Payload, bytes | None, str | None]


class Emitted:
    """One event. `time` is in milliseconds since the epoch, `number` its place in the log, from 0.

    `about` is the resource as it was then, `maker` words the payload where that was not done yet. `given_id` is the id
    that it came with, where it came from outside.
    """

    __slots__ = ("_maker", "_payload", "about", "correlation_id", "event", "given_id", "number", "time", "traceparent")

    def __init__(  # noqa: PLR0913, PLR0917 - what an event has
        self,
        event: Event,
        number: int,
        time: int,
        correlation_id: str,
        traceparent: str | None,
        about: Stored,
        maker: Payload,
        payload: Value | None,
        given_id: str | None = None,
    ) -> None:
        self.event = event
        self.number = number
        self.time = time
        self.correlation_id = correlation_id
        self.traceparent = traceparent
        self.about = about
        self._maker = maker
        self._payload = payload
        self.given_id = given_id

    @property
    def id(self) -> str:
        """Its identifier in its world."""
        return self.given_id or f"event-{self.number + 1}"

    @property
    def type(self) -> str:
        """Its type, as the document names it."""
        return self.event.type

    @property
    def owner(self) -> str | None:
        """Whose resource it is about."""
        return self.about.owner

    @property
    def payload(self) -> Value:
        """The payload, as the document says."""
        if self._payload is None:
            self._payload = self._maker.make(self.about.value, self.time)
        return self._payload

    def kept(self) -> Kept:
        """The log's entry."""
        about, payload = self.about, self._payload
        return (
            self.event,
            self.number,
            self.time,
            self.correlation_id,
            self.traceparent,
            about.resource,
            shown(about.row),
            self._maker,
            None if payload is None else kept_json(payload),
            self.given_id,
        )

    def document(self, world: str) -> dict[str, Any]:
        """The event with its headers, under the names of the control document, as the world of that name has it."""
        content: Value = {
            "id": self.id,
            "source": f"/{self.event.service}",
            "type": self.type,
            "time": timestamp(self.time),
            "channel": self.event.channel,
            "correlation_id": self.correlation_id,
        }
        if self.traceparent is not None:
            content["traceparent"] = self.traceparent
        content["world"] = world
        content["payload"] = self.payload
        return content


def from_log(kept: Kept) -> Emitted:
    """The event that an entry of the log is."""
    event, number, time, correlation_id, traceparent, resource, row, maker, payload, given_id = kept
    told = None if payload is None else orjson.loads(payload)
    return Emitted(event, number, time, correlation_id, traceparent, Stored(resource, row), maker, told, given_id)


class Outbox(Protocol):
    """Where a world's events go besides its own services; keeps each before it returns."""

    def append(self, world: str, event: Emitted) -> None:
        """Keep an event of the world of that name, to be published."""
