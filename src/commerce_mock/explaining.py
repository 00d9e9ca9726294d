"""Why a request was answered as it was: where that stands in the documents and in the code."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from commerce_contract import Contract, Location, Operation, Schema
from commerce_contract.pointer import split
from commerce_mock import derived, disclosure
from commerce_mock.delivery import steps
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.journal import Entry
from commerce_mock.nearest import nearest
from commerce_mock.patching import patch
from commerce_mock.reading import LONG_BODY
from commerce_mock.repairing import repaired
from commerce_mock.transaction import Transaction

UNAUTHORIZED = 401


def explain(tx: Transaction, entry: Entry) -> dict[str, Any]:
    """What the control document says of an explanation, but for the request itself."""
    behaviour = tx.world.behaviour
    operation = disclosure.operation_of(entry, behaviour.contract)
    events = caused(tx, entry)
    return {
        "operation": None if operation is None else _operation(operation),
        "behaviour": None if operation is None else _behaviour(operation, behaviour.handlers[operation.name].rule),
        "decided": list(_decisions(behaviour.contract, operation, entry)) if entry.code is not None else [],
        "changes": _changes(tx, entry),
        "events": [event.document(tx.world.name) for event in events],
        "deliveries": [step.document(tx.store) for step in steps(tx.store, {event.number for event in events})],
        "nearest": repaired(tx, entry) if entry.code is not None else None,
    }


def caused(tx: Transaction, entry: Entry) -> list[Emitted]:
    """The events that a request caused, at once or later by a timer, oldest first; none where they are undone."""
    found: list[Emitted] = []
    for kept in tx.store.latest(LOG):
        heard = kept[2] if kept[10] is None else kept[10].received  # what comes from outside may tell of any time
        if heard < entry.time or (entry.first_event is not None and kept[1] < entry.first_event):
            break
        if kept[3] == entry.request_id:
            found.append(from_log(kept))
    return found[::-1]


def _changes(tx: Transaction, entry: Entry) -> list[dict[str, Any]] | None:
    """What it changed, as a JSON Patch; None where the state before it is no longer kept."""
    try:
        version = tx.world.versions.of(entry.id)
    except LookupError:
        return None
    return list(patch(version.before, version.after, tx.world.behaviour.resources))


def _operation(operation: Operation) -> dict[str, Any]:
    location = _place(operation.location)
    return {"name": operation.name, "method": operation.method, "path": operation.path, "location": location}


def _behaviour(operation: Operation, rule: Callable[..., Any]) -> dict[str, Any]:
    kind = "derived" if rule is derived.derive(operation) else "rule"
    code = getattr(rule, "__code__", None)
    return {
        "kind": kind,
        "module": rule.__module__,
        "function": getattr(rule, "__qualname__", type(rule).__qualname__),
        "line": code.co_firstlineno if code is not None else 0,
    }


def _decisions(contract: Contract, operation: Operation | None, entry: Entry) -> Iterator[dict[str, Any]]:
    """What decided a refusal, the nearest cause first."""
    if entry.raised is not None:
        module, function, line = entry.raised
        file = f"{module.replace('.', '/')}.py"
        yield _decision("code", f"{module}.{function}", Location(file, "", line))
    if operation is None:
        near = nearest(contract, entry.service, entry.method, entry.path)
        if near is not None:
            yield _decision("paths", f"{near.operation.name}: {near.reason}", near.operation.location)
        return
    if entry.status == UNAUTHORIZED:
        yield _decision("security", "The operation needs a bearer token.", operation.location)
    yield from _of_schemas(operation, entry)
    yield from _of_resource(operation, entry)
    declared = operation.problems.get(str(entry.code)) or contract.problems.get(str(entry.code))
    if declared is not None:
        yield _decision("response", f"{declared.status} {declared.code}: {declared.title}", declared.location)


def _of_schemas(operation: Operation, entry: Entry) -> Iterator[dict[str, Any]]:
    """The rules of schemas that the request broke."""
    pointers = disclosure.errors(entry)
    for parameter in operation.parameters:
        pointer = f"/{parameter.place}/{parameter.name}"
        if pointer in pointers:
            yield _decision("parameters", f"{pointer} {pointers[pointer]}", parameter.location)
    if operation.body is None or not entry.body:
        return
    try:
        value = orjson.loads(entry.body)
    except orjson.JSONDecodeError:
        return
    for error in operation.body.schema.errors(value, first=len(entry.body) > LONG_BODY):
        if error.pointer not in pointers:
            continue
        keyword = error.location.pointer.rpartition("/")[2]
        yield _decision(keyword, f"{error.pointer or 'The body'} {error.message}", error.location)
        if error.code is not None and error.code == entry.code:
            where = _at(operation.body.schema, error.pointer).where("x-problem")
            yield _decision("x-problem", f"{error.pointer} is refused with {error.code}", where)


def _of_resource(operation: Operation, entry: Entry) -> Iterator[dict[str, Any]]:
    """What the resource's own keys decided."""
    resource = operation.resource
    if resource is None:
        return
    for name, code in resource.unique.items():
        if code == entry.code:
            yield _decision("x-resource", f"{name} is unique: another one is refused with {code}", resource.location)
    lifecycle = resource.lifecycle
    if lifecycle is not None and entry.raised is not None and entry.raised[1] == derived.check_move.__qualname__:
        moves = "; ".join(f"{state}: {', '.join(to) or 'nothing'}" for state, to in lifecycle.transitions.items())
        yield _decision("x-transitions", f"What each state may become. {moves}", lifecycle.location)


def _at(schema: Schema, pointer: str) -> Schema:
    for token in split(pointer):
        below = schema.items if token.isdecimal() and schema.items is not None else schema.properties.get(token)
        if below is None:
            return schema
        schema = below
    return schema


def _decision(by: str, says: str, location: Location) -> dict[str, Any]:
    return {"by": by, "says": says, "location": _place(location)}


def _place(location: Location) -> dict[str, Any]:
    return {"file": location.file, "line": location.line, "pointer": location.pointer}
