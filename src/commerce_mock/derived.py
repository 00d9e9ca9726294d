"""Derived behaviour: what an operation does when no rule is written for it, read off the contract.

POST of a collection creates, GET by key reads, GET of a list lists, PUT and PATCH update, `x-moves-to` or a body
property that is the lifecycle's field moves. Rules call these functions too and add what only they know.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from commerce_contract import Action, Operation, Resource
from commerce_mock.call import Answer, Call, Rule, refusal
from commerce_mock.events import Value, snake
from commerce_mock.problems import Problem, at
from commerce_mock.transaction import Stored, Transaction


def create(tx: Transaction, call: Call, extra: Mapping[str, Any] | None = None, hidden: Value | None = None) -> Stored:
    """Store what the body says, and `extra`; the owner is the caller where the body names none. 403, unique codes."""
    resource = _resource(call.operation)
    value = {**kept(resource, call.body), **(extra or {})}
    if resource.owner and resource.owner != resource.key:
        owner = value.setdefault(resource.owner, call.caller.subject)
        if not call.caller.owns(owner):
            raise Problem("FORBIDDEN")
    stored = tx.create(resource, value, hidden)
    for event in call.operation.emits:
        if not _names_state(resource, event):
            tx.emit(event, stored)
    return stored


def find(tx: Transaction, call: Call) -> Stored:
    """The resource that the path names, if the caller may have it. 404 and 403."""
    return find_in(tx, call, _resource(call.operation).collection)


def find_in(tx: Transaction, call: Call, collection: str) -> Stored:
    """The same, for an operation that is about something else of that resource."""
    operation = call.operation
    stored = tx.get(collection, next(reversed(call.path.values())))
    if stored is None:
        raise Problem(refusal(operation, 404))
    if not call.caller.owns(stored.owner):
        raise Problem("FORBIDDEN")
    return stored


def listing(tx: Transaction, call: Call) -> Answer:
    """One page of a collection, newest first, filtered by the parameters that name a property. 403."""
    resource = _resource(call.operation)
    names = {snake(name): name for name in resource.schema.properties}
    wanted = {names[snake(name)]: value for name, value in {**call.query, **call.path}.items() if snake(name) in names}
    owner = wanted.pop(resource.owner, None) if resource.owner else None
    if owner is None and resource.owner and not call.caller.privileged:
        owner = call.caller.subject
    if not call.caller.owns(owner):
        raise Problem("FORBIDDEN")
    limit, offset = call.query.get("limit"), call.query.get("offset", 0)
    stop = None if limit is None else offset + limit
    if wanted:
        matching = [
            s for s in tx.newest(resource.collection, owner) if all(s.value.get(k) == v for k, v in wanted.items())
        ]
        total, page = len(matching), matching[offset:stop]
    else:
        total = tx.store.count(resource.collection, owner)
        page = list(islice(tx.newest(resource.collection, owner, offset), limit))
    return Answer(envelope(call, [stored.value for stored in page], total))


def update(tx: Transaction, call: Call) -> Stored:
    """Change what the body says; nested objects are merged. 404, 403, unique codes."""
    stored = find(tx, call)
    resource = stored.resource
    changes = kept(resource, call.body)
    _keep_fixed(changes, resource.key, resource.owner, resource.state)
    for name, change in changes.items():
        before = stored.value.get(name)
        if isinstance(change, dict) and isinstance(before, dict):
            changes[name] = {**before, **change}
    return _emit_all(tx, call.operation, tx.save(stored, changes))


def move(tx: Transaction, call: Call) -> Stored:
    """Let the resource become what the operation or its body says. 404, 403, and the 409 code where it may not."""
    operation = call.operation
    stored = find(tx, call)
    target = operation.moves_to or call.body[operation.moves_by]
    check_move(operation, stored, target)
    changes = kept(stored.resource, call.body) if call.body else {}
    _keep_fixed(changes, stored.resource.key, stored.resource.owner)
    return _emit_all(tx, operation, tx.move(stored, target, changes))


def check_move(operation: Operation, stored: Stored, target: str) -> None:
    """Refuse with the operation's 409 code where the lifecycle has no such transition."""
    lifecycle = stored.resource.lifecycle
    if lifecycle is None or stored.state is None or not lifecycle.allows(stored.state, target):
        detail = f"{stored.resource.name} {stored.key} is {stored.state} and cannot become {target}."
        raise at(refusal(operation, 409), f"/{stored.resource.state}", detail)


def example(_: Transaction, call: Call) -> Answer:
    """The declared example: all that a foreign document says of an operation that nothing else can be derived for."""
    success = call.operation.success
    return Answer(next(iter(success.examples.values()), None), success.status, success.media_type)


def kept(resource: Resource, body: Mapping[str, Any]) -> Value:
    """The properties of a request body that its resource keeps and shows."""
    properties = resource.schema.properties
    return {name: value for name, value in body.items() if name in properties and not properties[name].write_only}


DERIVED: Mapping[Action, Rule] = {
    Action.CREATE: create,
    Action.READ: find,
    Action.LIST: listing,
    Action.UPDATE: update,
    Action.MOVE: move,
}


def derive(operation: Operation) -> Rule:
    """The behaviour that the contract implies for an operation."""
    if operation.resource is None:
        return example
    return DERIVED.get(operation.action, example)


def _resource(operation: Operation) -> Resource:
    resource = operation.resource
    if resource is None:
        message = f"{operation.name} is about no resource"
        raise TypeError(message)
    return resource


def _keep_fixed(changes: Value, *properties: str | None) -> None:
    """Key and owner never change, and the state only by a transition."""
    for name in properties:
        if name is not None:
            changes.pop(name, None)


def _names_state(resource: Resource, event: str) -> bool:
    """Whether an event is named after a state: entering the state emits it, not the operation."""
    states = resource.lifecycle.transitions if resource.lifecycle else ()
    return event.removeprefix(f"{snake(resource.name)}_") in states


def _emit_all(tx: Transaction, operation: Operation, stored: Stored) -> Stored:
    for event in operation.emits:
        if not _names_state(stored.resource, event):
            tx.emit(event, stored)
    return stored


def envelope(call: Call, items: list[Any], total: int) -> Any:
    """A page as the success response shapes it: a bare list, or under its list property beside total, limit, offset."""
    schema = call.operation.success.schema
    if schema is None or schema.items is not None:
        return items
    counts = {"total": total, "limit": call.query.get("limit", len(items)), "offset": call.query.get("offset", 0)}
    return {
        name: items if part.items is not None else counts[name]
        for name, part in schema.properties.items()
        if part.items is not None or name in counts
    }
