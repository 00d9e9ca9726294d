"""What the contract implies about events: which resource one is about, what it says of it, and who follows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from commerce_conformance import reading
from commerce_contract import MISSING, Action, Contract, Event, EventEnd, Operation, Resource

_DATA: Final = "data"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a resource has once an event about it was published: `status` is `confirmed`, `is_verified` is True."""

    property: str
    value: Any

    def holds(self, value: Mapping[str, Any]) -> bool:
        """Whether a resource has it."""
        return bool(value.get(self.property) == self.value)


@dataclass(frozen=True, slots=True)
class Reaction:
    """One service that hears of an event and moves a resource of its own that the event names.

    `told` is the event that it publishes then, `name` the payload's property that names the resource.
    """

    end: EventEnd
    resource: Resource
    name: str
    told: Event
    outcome: Outcome


def subject(resource: Resource) -> str:
    """How payloads name a resource: `order_id`."""
    return f"{reading.snake(resource.name)}_id"


def about(contract: Contract, event: Event) -> Resource | None:
    """The resource of its service that an event tells of, by its type: `order_created` of an order."""
    known = [r for r in contract.resources.values() if r.service == event.service]
    named = [r for r in known if event.type.startswith(f"{reading.snake(r.name)}_")]
    return max(named, key=lambda resource: len(resource.name), default=None)


def outcome(event: Event, resource: Resource) -> Outcome | None:
    """What a resource has once the event was published; None where its type says none, as that of a creation."""
    word = event.type.removeprefix(f"{reading.snake(resource.name)}_")
    if resource.lifecycle is not None and resource.state is not None and word in resource.lifecycle.transitions:
        return Outcome(resource.state, word)
    for name, part in resource.schema.properties.items():
        if reading.snake(name) in {word, f"is_{word}"} and "boolean" in part.types:
            return Outcome(name, value=True)
    return None


def creation(contract: Contract, resource: Resource) -> frozenset[str]:
    """The types of events that the creation of a resource publishes at once."""
    make = reading.creator(contract, resource)
    told = [contract.events[kind] for kind in (make.emits if make is not None else ()) if kind in contract.events]
    return frozenset(event.type for event in told if not _comes_later(event, resource))


def _comes_later(event: Event, resource: Resource) -> bool:
    said = outcome(event, resource)
    return said is not None and resource.lifecycle is not None and said.value != resource.lifecycle.initial


def tellers(contract: Contract) -> Iterator[Operation]:
    """The operations that publish events, by `x-emits`."""
    return (o for o in contract.operations.values() if any(kind in contract.events for kind in o.emits))


def told_by(contract: Contract, operation: Operation) -> list[tuple[Event, Resource]]:
    """The events that an operation publishes about its own resource, each with it."""
    resource, events = (
        operation.resource,
        [contract.events[kind] for kind in operation.emits if kind in contract.events],
    )
    return [(event, resource) for event in events if resource is not None and about(contract, event) == resource]


def parts(event: Event, resource: Resource) -> Iterator[tuple[Path, str]]:
    """Which parts of a payload are which properties of the resource that it is about, by their names' words."""
    names = {reading.snake(name): name for name in resource.schema.properties}
    names[subject(resource)] = resource.key
    data = event.payload.properties.get(_DATA)
    for way, schema in (((), event.payload), ((_DATA,), data)):
        for name, part in schema.properties.items() if schema is not None else ():
            if name == _DATA or part.const is not MISSING:
                continue
            known = names.get(reading.snake(name)) or _shown_as(event, (*way, name), resource)
            if known is not None:
                yield (*way, name), known


def _shown_as(event: Event, path: Path, resource: Resource) -> str | None:
    """The property that a part's name ends, if both show the same: `reason` of a payment's `failureReason`."""
    shown, name = at(event.example, path), f"_{reading.snake(path[-1])}"
    found = [n for n, part in resource.schema.properties.items() if reading.snake(n).endswith(name)]
    same_shown = [n for n in found if shown in resource.schema.properties[n].examples]
    return same_shown[0] if len(found) == len(same_shown) == 1 else None


def at(payload: Any, path: Path) -> Any:
    """What a payload has at a path, `MISSING` where there is nothing."""
    for name in path:
        payload = payload.get(name, MISSING) if isinstance(payload, dict) else MISSING
    return payload


def same(said: Any, known: Any) -> bool:
    """Whether an event says what a resource has: a part of it may be less, a time may be spelt in another way."""
    if isinstance(said, dict) and isinstance(known, dict):
        return all(same(value, known.get(name, MISSING)) for name, value in said.items())
    if isinstance(said, list) and isinstance(known, list):
        return len(said) == len(known) and all(map(same, said, known))
    if isinstance(said, str) and isinstance(known, str) and said != known:
        try:
            return datetime.fromisoformat(said) == datetime.fromisoformat(known)
        except (ValueError, TypeError):
            return False
    return bool(said == known) and isinstance(said, bool) == isinstance(known, bool)


def reactions(contract: Contract, event: Event) -> list[Reaction]:
    """Who hears of an event and, as their own events say, moves what it names."""
    hearers = [end for end in event.ends if end.action == "receive" and end.service != event.service]
    named = [r for r in contract.resources.values() if subject(r) in event.payload.properties]
    found = []
    for end in hearers:
        for resource in (each for each in named if each.service == end.service):
            later = list(_later(contract, resource))
            if len(later) == 1:  # of several nobody says which
                found.append(Reaction(end, resource, subject(resource), *later[0]))
    return found


def _later(contract: Contract, resource: Resource) -> Iterator[tuple[Event, Outcome]]:
    """The events that tell what becomes of a resource after its creation."""
    for event in contract.events.values():
        said = outcome(event, resource) if about(contract, event) == resource else None
        if said is not None and event.type not in creation(contract, resource):
            yield event, said


def named_by(resource: Resource, other: Resource) -> str | None:
    """The property by which a resource names another one: `orderId` of a payment."""
    found = (name for name in resource.schema.properties if reading.snake(name) == subject(other))
    return next(found, None)


def code_of(contract: Contract, operation: Operation) -> str | None:
    """The property of a body that is a code which a person got by mail; None where the operation asks for none."""
    person = reading.person(contract)
    if person is None or operation.resource != person or operation.body is None or "{" not in operation.path:
        return None
    if operation.action in {Action.CREATE, Action.UPDATE}:
        return None
    properties = operation.body.schema.properties
    return next((n for n, part in properties.items() if part.write_only or {"token", "code"} & _words(n)), None)


def _words(name: str) -> set[str]:
    return set(reading.snake(name).split("_"))
