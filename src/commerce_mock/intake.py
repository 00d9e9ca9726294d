"""What of a request's body a resource keeps, and what an operation's success announces: compiled once an operation."""

from dataclasses import dataclass

from commerce_contract import Operation, Resource
from commerce_contract.lean import flat
from commerce_mock.events import snake


@dataclass(frozen=True, slots=True)
class Intake:
    """`kept` are the body's properties that the resource shows; `judged` those whose schema is the resource's own.

    `events` are the event types that the operation emits when it succeeds; one that is named after a state is emitted
    by entering the state instead.
    """

    kept: frozenset[str]
    judged: frozenset[str]
    events: tuple[str, ...]


def read_intake(operation: Operation) -> Intake:
    """Compile what one operation takes in."""
    resource = operation.resource
    if resource is None:
        return Intake(frozenset(), frozenset(), operation.emits)
    properties = resource.schema.properties
    given = operation.body.schema.properties if operation.body is not None else {}
    kept = {
        name: part
        for name, part in given.items()
        if name in properties and not properties[name].write_only and not properties[name].read_only
    }
    judged = {name for name, part in kept.items() if (form := flat(part)) is not None and form == flat(properties[name])}
    events = tuple(event for event in operation.emits if not _names_state(resource, event))
    return Intake(frozenset(kept), frozenset(judged), events)


def _names_state(resource: Resource, event: str) -> bool:
    states = resource.lifecycle.transitions if resource.lifecycle else ()
    return event.removeprefix(f"{snake(resource.name)}_") in states
