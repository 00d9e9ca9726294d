"""What a world keeps, read for tests: resources, events, mails and requests, oldest first."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from commerce_mock.controls import PREFIX
from commerce_mock.events import LOG, from_log
from commerce_mock.journal import Entry
from commerce_mock.services.notifications import mails
from commerce_mock.world import World
from commerce_sdk import events
from commerce_sdk._json import decode

if TYPE_CHECKING:
    from commerce_sdk.events import Event

Resource = dict[str, Any]


class State(Mapping[str, dict[str, Resource]]):
    """All resources of a world, as they are now: `state["orders"][order.id]["status"]`; lives as long as the world.

    A resource is what its service answers, under the names of the wire; numbers with a fraction are `Decimal`.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def __getitem__(self, collection: str) -> dict[str, Resource]:
        resource = self._world.behaviour.resources[collection]
        rows = [decode(row[0]) for row in self._world.store.begin().newest(collection)]
        return {str(value[resource.key]): value for value in reversed(rows)}

    def __iter__(self) -> Iterator[str]:
        return iter(self._world.behaviour.resources)

    def __len__(self) -> int:
        return len(self._world.behaviour.resources)

    def __repr__(self) -> str:
        return f"<State {', '.join(f'{name}: {len(self[name])}' for name in self)}>"


def published(world: World) -> "list[Event]":
    """The events, as a consumer of the client gets them."""
    return [event_of(from_log(entry).document(world.name)) for entry in world.store.begin().oldest(LOG)]


def event_of(document: Mapping[str, Any]) -> "Event":
    """An event of the control document, as a consumer of the client gets it."""
    headers = {f"ce-{name}": document[name] for name in ("id", "source", "type", "time")}
    tracing = {"correlation-id": document["correlation_id"], "traceparent": document.get("traceparent")}
    # As JSON: the client refuses money that was ever a float.
    return events.parse(orjson.dumps({"payload": document["payload"], "headers": headers | tracing}))


def mailed(world: World) -> list[dict[str, Any]]:
    """What users were written, each as the control document shows it."""
    with world.lock:
        return list(mails(world.transaction("test")))[::-1]


def asked(world: World) -> list[Entry]:
    """The requests that the services answered; the controls' own are left out."""
    with world.lock:
        return [entry for entry in world.journal.entries if not entry.path.startswith(PREFIX)]
