"""What was written is what is read: nothing is lost, nothing comes to others, an update keeps the rest."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.supply import Live, Value
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation, Resource, Schema

_WORD: Final = "Changed"


def _applies(contract: Contract) -> Iterable[Operation]:
    return (
        o for o in contract.operations.values() if o.action in (Action.CREATE, Action.UPDATE) and o.resource is not None
    )


def _check(trial: Trial, operation: Operation) -> None:
    if operation.resource is None or reading.reader(trial.contract, operation.resource) is None:
        trial.unreachable("what it writes is read by no operation")
    elif operation.action is Action.CREATE:
        _created(trial, operation, operation.resource)
    else:
        _updated(trial, operation, operation.resource)


def _created(trial: Trial, operation: Operation, resource: Resource) -> None:
    first, second = trial.supply.fresh(resource.collection), trial.supply.fresh(resource.collection)
    trial.check(
        first.key != second.key, "two resources have two identifiers", expected="another one", got=second.key,
        exchanges=[first.made, second.made],
    )  # fmt: skip
    for live in (first, second):
        after = trial.supply.read(live)
        _kept(trial, live.value, after, live.made, "what a creation answers is what a read shows")
        _kept(trial, _sent(live, operation), after, live.made, "what a creation sends is what a read shows")
        _located(trial, live)
    if resource.lifecycle is not None:
        trial.check(
            first.state == resource.lifecycle.initial, "a new resource is in its first state",
            expected=resource.lifecycle.initial, got=first.state, at=resource.lifecycle.location,
            exchanges=[first.made],
        )  # fmt: skip
    if resource.owner is not None and resource.owner != resource.key:
        trial.check(
            first.value.get(resource.owner) == first.owner.user_id, "a new resource is its creator's",
            expected=first.owner.user_id, got=first.value.get(resource.owner), at=resource.location,
            exchanges=[first.made],
        )  # fmt: skip


def _sent(live: Live, operation: Operation) -> Value:
    """What of the creating request the resource shows under the same name and as it was."""
    shown, body = live.resource.schema.properties, operation.body
    sent = json.loads(live.made.sent)
    names = body.schema.properties if body is not None else {}
    return {n: v for n, v in sent.items() if n in shown and n in names and not _hides(names[n])}


def _hides(schema: Any) -> bool:
    return schema.write_only or any(True for _ in reading.secrets(schema))


def _kept(trial: Trial, expected: Mapping[str, Any], after: Exchange, write: Exchange, because: str) -> None:
    """Compare what must have stayed; what time changes by itself is left out."""
    now = after.json if isinstance(after.json, dict) else {}
    resource = write.operation.resource if write.operation is not None else None
    moving = resource is not None and resource.lifecycle is not None and not reading.movers(trial.contract, resource)
    skipped = {resource.state} if moving and resource is not None else set()
    wrong = {name for name, value in expected.items() if name not in skipped and now.get(name) != value}
    trial.check(
        not wrong, because, expected={name: expected[name] for name in sorted(wrong)},
        got={name: now.get(name) for name in sorted(wrong)} if now else after.told(), exchanges=[write, after],
    )  # fmt: skip


def _located(trial: Trial, live: Live) -> None:
    """The `Location` of a creation, where it is declared, leads to what was created."""
    if "Location" not in (live.made.operation.success.headers if live.made.operation else ()):
        return
    location = live.made.headers.get("location", "")
    target = urlsplit(location)
    service = live.resource.service
    found = trial.session.raw(service, "GET", target.path or "/", by=live.owner) if location else live.made
    same = isinstance(found.json, dict) and found.json.get(live.resource.key) == live.value.get(live.resource.key)
    trial.check(
        bool(location) and found.ok and same, "the Location of a creation leads to what was created",
        expected=f"where {live.key} is read", got=location or "no Location", exchanges=[live.made, found],
    )  # fmt: skip


def _updated(trial: Trial, operation: Operation, resource: Resource) -> None:
    mine, other = trial.supply.fresh(resource.collection), trial.supply.fresh(resource.collection)
    changed: Value = {}
    for name, value in _changes(operation).items():
        answered = trial.session.call(operation, [mine.key], {name: value}, by=mine.owner)
        if not trial.expect(answered, operation.success.status, because=f"`{name}` can be updated alone"):
            continue
        changed[name] = value
        after = trial.supply.read(mine)
        expected = {**mine.value, **changed}
        for dynamic in [n for n in expected if n not in changed and reading.snake(n) == "updated_at"]:
            del expected[dynamic]
        _kept(trial, expected, after, answered, "an update changes what it names and keeps what it does not")
        if isinstance(value, dict):
            changed[name] = _part(trial, mine, name, value)
    untouched = trial.supply.read(other)
    _kept(trial, other.value, untouched, other.made, "an update of one resource touches no other")


def _changes(operation: Operation) -> dict[str, Any]:
    """One valid new value for each property that an update may name; in the order of the schema."""
    body = operation.body
    found: dict[str, Any] = {}
    shown = reading.example(operation) or {}
    for name, part in body.schema.properties.items() if body is not None else ():
        value = shown.get(name)
        candidates = (_other(value), *part.examples, *part.enum, _object(part), _WORD, value)
        fit = next((c for c in candidates if c is not None and part.is_valid(c)), None)
        if fit is not None and operation.resource is not None and name in operation.resource.schema.properties:
            found[name] = fit
    return found


def _object(schema: Schema) -> Value | None:
    """An object of texts, where the document shows none."""
    texts = {name: _WORD for name, part in schema.properties.items() if part.is_valid(_WORD)}
    return texts or None


def _other(value: Any) -> Any:
    if isinstance(value, str):
        return f"{value[:20]} {_WORD}" if value[:1].isalpha() else None
    if isinstance(value, dict):
        return {name: _other(member) or member for name, member in value.items()}
    return None


def _part(trial: Trial, mine: Live, name: str, value: Value) -> Value:
    """What an object becomes when an update names one of its parts: the others stay."""
    operation = trial.operation
    member, before = next(iter(value.items()))
    part = {name: {member: _other(before) or before}}
    if len(value) == 1 or operation.body is None or not operation.body.schema.is_valid(part):
        return value
    answered = trial.session.call(operation, [mine.key], part, by=mine.owner)
    whole = {**value, **part[name]}
    if trial.expect(answered, operation.success.status, because=f"a part of `{name}` can be updated alone"):
        after = trial.supply.read(mine)
        _kept(trial, {name: whole}, after, answered, "an update of a part of an object keeps its other parts")
        shown = after.json.get(name) if isinstance(after.json, dict) else None
        return shown if isinstance(shown, dict) else whole
    return value


LAW = Law(
    name="storage",
    sentence="What is written is what is read: nothing is lost, nothing comes to others, an update keeps the rest.",
    derives="The operations that create, read and update a resource, its schema, `Location`, `x-transitions`.",
    applies=_applies,
    check=_check,
)
