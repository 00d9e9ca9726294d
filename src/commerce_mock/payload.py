"""How events are made from resources: by the names of their properties, compiled once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from commerce_contract import MISSING, Event, Resource, Schema
from commerce_contract.lean import flat, lean
from commerce_mock.clock import timestamp
from commerce_mock.naming import snake
from commerce_mock.stored import Value

# What every time that `timestamp` writes is.
ANY_TIME = ({"type": "string"}, {"type": "string", "format": "date-time"})


# The name of a payload's property, that of the resource's property which fills it, and its constant.
Part = tuple[str, str | None, Any]


class Plan(NamedTuple):
    """Which property of a resource fills which of a payload: all that is needed to make one, also without a contract.

    `data` is None where the payload has no such property.
    """

    outer: list[Part]
    data: list[Part] | None

    def make(self, value: Value, now: int) -> Value:
        """The payload of an event about a resource, at `now` (milliseconds since the epoch)."""
        payload = _fill(self.outer, value, now)
        if self.data is not None:
            payload["data"] = _fill(self.data, value, now)
        return payload

    def document(self) -> list[Any]:
        """The same as JSON: parts without a constant have no third member."""

        def said(parts: list[Part]) -> list[Any]:
            return [[name, source] if const is MISSING else [name, source, const] for name, source, const in parts]

        return [said(self.outer), None if self.data is None else said(self.data)]


def plan_of(document: Sequence[Any]) -> Plan:
    """The plan of a document."""

    def read(parts: Sequence[Any]) -> list[Part]:
        return [(part[0], part[1], part[2] if part[2:] else MISSING) for part in parts]

    outer, data = document
    return Plan(read(outer), None if data is None else read(data))


class Payload:
    """How one event is made from one kind of resource, by the names of its properties; lives as long as the contract.

    It is `proven` where every part was judged when the resource was stored, or is the contract's own constant: then
    every payload is as the document says, and none needs to be judged.
    """

    def __init__(self, event: Event, resource: Resource) -> None:
        properties = {snake(name): name for name in resource.schema.properties}
        properties[f"{snake(resource.name)}_id"] = resource.key
        data = event.payload.properties.get("data")
        self._schema = event.payload
        self.plan = Plan(_parts_of(event.payload, properties), None if data is None else _parts_of(data, properties))
        parts = {path: part for path, part in _parts(event.payload) if _is_known(path[-1], part, properties, resource)}
        self._judge = lean(event.payload, list(parts)) or event.payload.is_valid
        self.proven = _is_complete(event.payload, parts, properties, resource)

    def make(self, value: Value, now: int) -> Value:
        """The payload of an event about a resource, at `now` (milliseconds since the epoch)."""
        return self.plan.make(value, now)

    def judged(self, value: Value, now: int, said: Mapping[str, Any]) -> tuple[Value, bool]:
        """The payload, and whether the contract allows it. `said` are entries of `data` that no name says."""
        payload = self.make(value, now)
        if said:
            payload["data"] = {**payload.get("data", {}), **said}
            return payload, self._schema.is_valid(payload)
        return payload, self._judge(payload)


def _parts(payload: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    for name, part in payload.properties.items():
        if name != "data":
            yield (name,), part
    if "data" in payload.properties:
        yield from ((("data", name), part) for name, part in payload.properties["data"].properties.items())


def _is_known(name: str, part: Schema, properties: Mapping[str, str], resource: Resource) -> bool:
    """Whether what fills a part is always as its schema says."""
    source = properties.get(snake(name))
    if part.const is not MISSING:
        return True
    form = flat(part)
    if source is None:
        return name.endswith("_at") and form in ANY_TIME
    return form is not None and form == flat(resource.schema.properties[source])


def _is_complete(
    payload: Schema, parts: Mapping[tuple[str, ...], Schema], properties: Mapping[str, str], resource: Resource
) -> bool:
    """Whether all parts are known, and none that is required can be missing."""
    form = flat(payload, list(parts))
    plain = {"type", "properties", "required"}
    if form is None or not form.keys() <= plain or not form["properties"].get("data", {}).keys() <= plain:
        return False
    data = payload.properties.get("data")
    required: set[tuple[str, ...]] = {(name,) for name in payload.required if name != "data"}
    required |= {("data", name) for name in data.required} if data is not None else set()
    always = {path for path in parts if _is_always_there(path[-1], parts[path], properties, resource)}
    return parts.keys() >= {path for path, _ in _parts(payload)} and required <= always


def _is_always_there(name: str, part: Schema, properties: Mapping[str, str], resource: Resource) -> bool:
    source = properties.get(snake(name))
    return part.const is not MISSING or name.endswith("_at") or source in resource.schema.required


def _parts_of(schema: Schema, properties: Mapping[str, str]) -> list[Part]:
    return [
        (name, properties.get(snake(name)), part.const) for name, part in schema.properties.items() if name != "data"
    ]


def _fill(plan: list[Part], value: Value, now: int) -> Value:
    filled: Value = {}
    for name, source, const in plan:
        if const is not MISSING:
            filled[name] = const
        elif source is not None and source in value:
            filled[name] = value[source]
        elif name.endswith("_at"):
            filled[name] = timestamp(now)
    return filled
