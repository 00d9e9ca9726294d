"""Events by hand: what a test lets happen that no service of the mock does, and what comes twice."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack
from urllib.parse import quote

import orjson

from commerce_sdk._json import encode
from commerce_testing.records import event_of

if TYPE_CHECKING:
    from commerce_sdk.events import Event

Control = Callable[..., Any]  # asks one of the mock's own controls: its name, the body, and what its path names
_EMIT: Final = "admin.emit"
_REDELIVER: Final = "admin.redeliver"


class Envelope(TypedDict, total=False):
    """What may be said of an event besides its type and payload.

    `id` is by what it is known when it comes again, `source` who published it, `time` when it happened, `publish`
    whether it goes to brokers too (it does). `correlation_id` and `traceparent` are those of all that it causes.
    """

    id: str
    source: str
    time: datetime | str
    correlation_id: str
    traceparent: str
    publish: bool


def emit(control: Control, event_type: str, payload: Mapping[str, Any], **envelope: Unpack[Envelope]) -> "Event":
    """Emit an event. Raises `ValueError` with each place that does not fit the contract."""
    return event_of(control(_EMIT, _plain({"type": event_type, "payload": payload, **envelope})))


def redeliver(control: Control, event: "Event | str", receivers: tuple[str, ...]) -> "list[Event]":
    """Deliver an event once more; the events that this caused. Raises `ValueError`."""
    done = control(_REDELIVER, {"receivers": receivers} if receivers else {}, event_id=quote(_id(event), safe=""))
    return [event_of(caused) for caused in done["events"]]


def _id(event: "Event | str") -> str:
    if isinstance(event, str):
        return event
    if event.metadata is None:
        raise ValueError("the event has no id: take one of those that were published")
    return event.metadata.id


def _plain(value: Any) -> Any:
    """A value as JSON has it: money as a number, a time as text."""
    return orjson.loads(encode(value))
