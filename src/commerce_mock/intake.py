"""What of a request's body a resource keeps, and what an operation's success announces: compiled once an operation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from commerce_contract import Action, Operation, Resource
from commerce_contract.lean import flat
from commerce_mock.naming import snake


@dataclass(frozen=True, slots=True)
class Intake:
    """What one operation takes in; lives as long as the contract.

    `kept` are the body's properties that the resource shows. `judged` are those that need no further judgement, because
    the body's schema is the resource's own, or every new resource is given them.

    `fills` are properties that a new resource, or the answer to its creation, requires and that neither defaults nor
    names give a value: the body, a rule or the example does. `events` are the event types that the operation emits
    when it succeeds; one that is named after a state is emitted by entering the state instead.
    """

    kept: frozenset[str]
    judged: frozenset[str]
    fills: frozenset[str]
    events: tuple[str, ...]


def read_intake(operation: Operation, given: Mapping[str, Any]) -> Intake:
    """Compile what one operation takes in; `given` are properties that every new resource has, with such a value."""
    resource = operation.resource
    if resource is None:
        return Intake(frozenset(), frozenset(), frozenset(), operation.emits)
    properties = resource.schema.properties
    body = operation.body.schema.properties if operation.body is not None else {}
    kept = {
        name: part
        for name, part in body.items()
        if name in properties and not properties[name].write_only and not properties[name].read_only
    }
    for name in _fixed(operation, resource):
        kept.pop(name, None)
    judged = {
        name for name, part in kept.items() if (form := flat(part)) is not None and form == flat(properties[name])
    }
    judged |= {name for name, value in given.items() if name not in kept and properties[name].is_valid(value)}
    events = tuple(event for event in operation.emits if not _names_state(resource, event))
    return Intake(frozenset(kept), frozenset(judged), _fills(operation, resource, given), events)


def _fixed(operation: Operation, resource: Resource) -> set[str]:
    """Key and owner never change, and the state only by a transition."""
    state = {resource.state or ""}
    return state if operation.action is Action.CREATE else state | {resource.key, resource.owner or ""}


def _fills(operation: Operation, resource: Resource, given: Collection[str]) -> frozenset[str]:
    required = resource.schema.required
    answer = operation.success.schema
    if answer is not None and answer.uri != resource.schema.uri:
        required |= answer.required & resource.schema.properties.keys()
    return required - {resource.key, *given}


def _names_state(resource: Resource, event: str) -> bool:
    states = resource.lifecycle.transitions if resource.lifecycle else ()
    return event.removeprefix(f"{snake(resource.name)}_") in states
