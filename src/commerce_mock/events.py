"""Events: how a payload is made from a resource, and the record that the log keeps of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from commerce_contract import MISSING, Event, Resource, Schema
from commerce_mock.clock import timestamp

Value = dict[str, Any]
Builder = Callable[[Value, int], Any]

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`paymentId` as `payment_id`: users and events are snake_case on the wire, orders and payments camelCase."""
    return _HUMP.sub(r"_\1", name).lower()


@dataclass(frozen=True, slots=True)
class Emitted:
    """One event of a world's log. `time` is in milliseconds since the epoch; the payload is as the document says."""

    id: str
    type: str
    channel: str
    source: str
    time: int
    correlation_id: str
    traceparent: str | None
    payload: Mapping[str, Any]

    def record(self) -> bytes:
        """The log's entry: headers under the names of the control document, and the payload."""
        content = {
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "time": timestamp(self.time),
            "channel": self.channel,
            "correlation_id": self.correlation_id,
        }
        if self.traceparent is not None:
            content["traceparent"] = self.traceparent
        return orjson.dumps({**content, "payload": self.payload})


def payload_builder(event: Event, resource: Resource | None) -> Callable[[Value, int, Mapping[str, Any]], Value]:
    """Compile how `event` is made from `resource`: by the names of its properties (ARCHITECTURE, derived events).

    The function takes the resource's value, now in milliseconds, and entries of `data` that no name says.
    """
    properties = {snake(name): name for name in resource.schema.properties} if resource else {}
    if resource is not None:
        properties[f"{snake(resource.name)}_id"] = resource.key
    outer = _plan(event.payload, properties)
    data = event.payload.properties.get("data")
    inner = _plan(data, properties) if data is not None else None

    def build(value: Value, now: int, said: Mapping[str, Any]) -> Value:
        payload = _fill(outer, value, now)
        if inner is not None:
            payload["data"] = {**_fill(inner, value, now), **said}
        return payload

    return build


def _plan(schema: Schema, properties: Mapping[str, str]) -> list[tuple[str, str | None, Any]]:
    """For each property of a payload its name, the resource's property that fills it, and its constant."""
    return [
        (name, properties.get(snake(name)), part.const) for name, part in schema.properties.items() if name != "data"
    ]


def _fill(plan: list[tuple[str, str | None, Any]], value: Value, now: int) -> Value:
    filled: Value = {}
    for name, source, const in plan:
        if const is not MISSING:
            filled[name] = const
        elif source is not None and source in value:
            filled[name] = value[source]
        elif name.endswith("_at"):
            filled[name] = timestamp(now)
    return filled
