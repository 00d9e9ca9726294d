"""Events of a world's log: kept as what they are about, worded when somebody reads them."""

import re
from typing import Any, Final, NamedTuple, Protocol

import orjson

from commerce_contract import Event, Resource
from commerce_mock.clock import timestamp
from commerce_mock.encoding import kept_json
from commerce_mock.payload import Payload
from commerce_mock.store.memory import MemoryTransaction, Row, shown
from commerce_mock.stored import Stored, Value

LOG = "/events"
RECEIVED = "/received"  # the place in the log of each id that came from outside
OWN_ID: Final = re.compile(r"event-([1-9][0-9]*)", re.ASCII)


class Told(NamedTuple):
    """How an event came that no service here published: by hand, or from a real service.

    `source` is who published it where that was said, `received` the world's time when it came (milliseconds since the
    epoch), `publish` whether it goes to brokers. `known` is whether the world had the resource that it is about.
    """

    source: str | None
    received: int
    publish: bool
    known: bool


# The log's entry: the resource as it was then, and the payload where that says more than the resource does.
Kept = tuple[Event, int, int, str, str | None, Resource, Row, Payload, bytes | None, str | None, Told | None]


class Emitted:
    """One event. `time` is in milliseconds since the epoch, `number` its place in the log, from 0.

    `about` is the resource as it was then, `maker` words the payload, and `worded` is the payload where that was done
    already. `given_id` is the id that it came with, where it came from outside, and `told` how it came then.
    """

    __slots__ = (
        "about", "correlation_id", "event", "given_id", "maker", "number", "time", "told", "traceparent", "worded",
    )  # fmt: skip

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
        told: Told | None = None,
    ) -> None:
        self.event = event
        self.number = number
        self.time = time
        self.correlation_id = correlation_id
        self.traceparent = traceparent
        self.about = about
        self.maker = maker
        self.worded = payload
        self.given_id = given_id
        self.told = told

    @property
    def id(self) -> str:
        """Its identifier in its world."""
        return self.given_id or f"event-{self.number + 1}"

    @property
    def type(self) -> str:
        """Its type, as the document names it."""
        return self.event.type

    @property
    def source(self) -> str:
        """Who published it, as a URI reference."""
        told = self.told
        return f"/{self.event.service}" if told is None or told.source is None else told.source

    @property
    def heard(self) -> int:
        """When it is heard of, in milliseconds since the epoch: as it happens, or when it comes from outside."""
        return self.time if self.told is None else self.told.received

    @property
    def owner(self) -> str | None:
        """Whose resource it is about."""
        return self.about.owner

    @property
    def payload(self) -> Value:
        """The payload, as the document says."""
        if self.worded is None:
            self.worded = self.maker.make(self.about.value, self.time)
        return self.worded

    def kept(self) -> Kept:
        """The log's entry."""
        about, payload = self.about, self.worded
        return (
            self.event,
            self.number,
            self.time,
            self.correlation_id,
            self.traceparent,
            about.resource,
            shown(about.row),
            self.maker,
            None if payload is None else kept_json(payload),
            self.given_id,
            self.told,
        )

    def document(self, world: str) -> dict[str, Any]:
        """The event with its headers, under the names of the control document, as the world of that name has it."""
        content: Value = {
            "id": self.id,
            "source": self.source,
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
    event, number, time, correlation_id, traceparent, resource, row, maker, payload, given_id, told = kept
    said = None if payload is None else orjson.loads(payload)
    return Emitted(event, number, time, correlation_id, traceparent, Stored(resource, row), maker, said, given_id, told)


def append(store: MemoryTransaction, emitted: Emitted) -> None:
    """Write an event down as the next of the log."""
    about = emitted.about
    resource = about.resource
    # Whoever owns itself (a user) has its own events listed.
    store.append(LOG, emitted.kept(), about.owner if resource.owner == resource.key else None)


def find(store: MemoryTransaction, identifier: str) -> Emitted | None:
    """The event of the log with that id: one that came with it, or one of the world's own."""
    number: int | None = store.recall(RECEIVED, identifier)
    if number is not None:
        return from_log(store.entry(LOG, number))
    own = OWN_ID.fullmatch(identifier)
    if own is None or len(own[1]) > len(str(store.count(LOG))) or int(own[1]) > store.count(LOG):
        return None
    found = from_log(store.entry(LOG, int(own[1]) - 1))
    return found if found.given_id is None else None


class Outbox(Protocol):
    """Where a world's events go besides its own services; keeps each before it returns."""

    def append(self, world: str, event: Emitted) -> None:
        """Keep an event of the world of that name, to be published."""
