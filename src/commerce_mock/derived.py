"""Derived behaviour: what an operation does when no rule is written for it, read off the contract.

POST of a collection creates, GET by key reads, GET of a list lists, PUT and PATCH update, `x-moves-to` or a body
property that is the lifecycle's field moves. Rules call these functions too and add what only they know.
"""

from collections.abc import Mapping
from typing import Any

from commerce_contract import Action, Operation, Resource
from commerce_mock.call import Answer, Call, Rule, refusal, resource_of, shown_of
from commerce_mock.intake import Intake
from commerce_mock.listing import listing
from commerce_mock.problems import Problem, at
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction


def create(tx: Transaction, call: Call, extra: Mapping[str, Any] | None = None, hidden: Value | None = None) -> Stored:
    """Store what the body says, and `extra`; the owner is the caller where the body names none.

    What the resource requires and nothing says is as the operation's example shows it. 403, unique codes, and the
    409 code for a key that is taken.
    """
    operation = call.operation
    resource = resource_of(operation)
    intake = tx.world.behaviour.intake(operation)
    value = kept(intake, call.body)
    judged = intake.judged
    if extra:
        value.update(extra)
        judged = judged.difference(extra)
    owner = resource.owner
    if owner is not None and owner != resource.key:
        if owner not in value:
            value[owner] = _caller(resource, owner, call)
        if not call.caller.owns(value[owner]):
            raise Problem("FORBIDDEN")
    key = value.get(resource.key)
    if key is not None and tx.get(resource.collection, str(key)) is not None:
        raise at(refusal(operation, 409), f"/{resource.key}", f"{resource.name} {key} is there already.")
    for name in intake.fills:
        if name not in value:
            value = {**shown_of(operation, intake.fills), **value}
            break
    stored = tx.create(resource, value, hidden, judged)
    return _emit_all(tx, intake, stored)


def find(tx: Transaction, call: Call) -> Stored:
    """The resource that the path names, if the caller may have it. 404 and 403."""
    return find_in(tx, call, resource_of(call.operation).collection)


def find_in(tx: Transaction, call: Call, collection: str) -> Stored:
    """The same, for an operation that is about something else of that resource."""
    stored = tx.get(collection, str(next(reversed(call.path.values()))))
    if stored is None:
        raise Problem(refusal(call.operation, 404))
    if not call.caller.owns(stored.row[1]):
        raise Problem("FORBIDDEN")
    return stored


def update(tx: Transaction, call: Call) -> Stored:
    """Change what the body says; nested objects are merged. 404, 403, unique codes."""
    stored = find(tx, call)
    intake = tx.world.behaviour.intake(call.operation)
    changes = kept(intake, call.body)
    for name, change in changes.items():
        before = stored.value.get(name)
        if isinstance(change, dict) and isinstance(before, dict):
            changes[name] = {**before, **change}
    return _emit_all(tx, intake, tx.save(stored, changes))


def move(tx: Transaction, call: Call) -> Stored:
    """Let the resource become what the operation or its body says. 404, 403, and the 409 code where it may not."""
    operation = call.operation
    stored = find(tx, call)
    target = operation.moves_to or (call.body or {}).get(operation.moves_by)
    if target is None:
        return update(tx, call)
    check_move(operation, stored, target)
    intake = tx.world.behaviour.intake(operation)
    return _emit_all(tx, intake, tx.move(stored, target, kept(intake, call.body)))


def check_move(operation: Operation, stored: Stored, target: str) -> None:
    """Refuse with the operation's 409 code where the lifecycle has no such transition."""
    lifecycle = stored.resource.lifecycle
    if lifecycle is None or stored.state is None or not lifecycle.allows(stored.state, target):
        detail = f"{stored.resource.name} {stored.key} is {stored.state} and cannot become {target}."
        # Only where the request names the state is there a place in it to point at.
        by = operation.moves_by
        raise at(refusal(operation, 409), f"/{by}", detail) if by else Problem(refusal(operation, 409), detail)


def example(_: Transaction, call: Call) -> Answer:
    """The declared example: all that a foreign document says of an operation that nothing else can be derived for.

    Raises Problem NOT_IMPLEMENTED where it declares an answer with content and shows none.
    """
    success = call.operation.success
    shown = next(iter(success.examples.values()), None)
    if not success.examples and success.media_type is not None:
        detail = f"Nothing can be derived for {call.operation.name}: give its answer an example in the document."
        raise Problem("NOT_IMPLEMENTED", detail)
    if isinstance(shown, str) and success.schema is None:  # content that is not JSON goes out as it is shown
        shown = shown.encode()
    return Answer(shown, success.status, success.media_type)


def kept(intake: Intake, body: Any) -> Value:
    """The properties of a request's body that its resource keeps and shows."""
    if not isinstance(body, dict):
        return {}
    names = intake.kept
    return {name: value for name, value in body.items() if name in names}


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


def _caller(resource: Resource, owner: str, call: Call) -> str:
    """The caller as the owner of what they create, where the contract allows such an owner."""
    subject = call.caller.subject
    if not resource.schema.properties[owner].is_valid(subject):
        raise at("VALIDATION_ERROR", f"/{owner}", f"is required, because the caller {subject!r} cannot be the owner")
    return subject


def _emit_all(tx: Transaction, intake: Intake, stored: Stored) -> Stored:
    for event in intake.events:
        tx.emit(event, stored)
    return stored
