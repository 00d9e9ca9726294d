"""For a refused request the nearest one that is not: what was sent, with as few changes as will do.

Changes are tried one by one, then two together, each in a transaction that is never committed, until one is answered
with success. So what is told was true when it was told.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from commerce_contract import MISSING, Operation, Parameter, Schema
from commerce_contract.sample import sample
from commerce_mock import disclosure
from commerce_mock.attempt import Attempt, curl, trial
from commerce_mock.auth import CUSTOMER
from commerce_mock.journal import Entry
from commerce_mock.naming import snake
from commerce_mock.nearest import nearest
from commerce_mock.routing import decode
from commerce_mock.secrecy import HIDDEN
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction

MOST_TRIALS = 400
MOST_IDS = 10  # of a collection's newest resources so many are tried
UNAUTHORIZED = 401
ANY_TOKEN = "$(commerce-mock token --role service)"  # noqa: S105 - how the shell gets one

Change = Callable[[Attempt], Attempt]


def repaired(tx: Transaction, entry: Entry) -> dict[str, Any] | None:
    """The nearest request that is not refused, as the control document shows it; None in an empty contract."""
    contract = tx.world.behaviour.contract
    operation = disclosure.operation_of(entry, contract)
    otherwise: list[str] = []
    if operation is None:
        near = nearest(contract, entry.service, entry.method, entry.path)
        if near is None:
            return None
        operation = near.operation
        otherwise = ["/method"] if operation.method != entry.method else ["/path"]
    handler = tx.world.behaviour.handlers[operation.name]
    sent = _sent(operation, entry, disclosure.body(entry, contract), disclosure.query(entry, contract))
    base, wrong = _read(operation, sent), disclosure.errors(entry)
    if entry.status == UNAUTHORIZED:
        base = replace(base, token=ANY_TOKEN)
    for attempt in islice(_attempts(tx, base), MOST_TRIALS):
        status = trial(tx, handler, attempt)
        if status is not None:
            return {
                "curl": curl(tx, attempt),
                "status": status,
                "differences": [*otherwise, *attempt.unlike(sent, wrong)],
            }
    return {"curl": curl(tx, base), "status": None, "differences": [*otherwise, *base.unlike(sent, wrong)]}


def _sent(operation: Operation, entry: Entry, body: Any, query: dict[str, str]) -> Attempt:
    """The request as it was, in the terms of the operation that it was or probably meant."""
    names = [segment[1:-1] if segment.startswith("{") else "" for segment in operation.path.split("/")]
    given = dict(zip(names, entry.path.split("/"), strict=False))
    given.pop("", None)
    user = entry.user if entry.role == CUSTOMER else None
    return Attempt(operation, {name: _decoded(text) for name, text in given.items()}, query, body, user)


def _decoded(text: str) -> str:
    return decode(text) if re.fullmatch(r"(?:[^%]|%[0-7][0-9A-Fa-f])*", text) and "%00" not in text else text


def _read(operation: Operation, sent: Attempt) -> Attempt:
    """What was sent as far as the contract allows it; examples stand in for what is missing, wrong or secret."""
    path = {p.name: _parameter(p, sent.path.get(p.name)) for p in operation.parameters if p.place == "path"}
    query = {
        p.name: _parameter(p, sent.query.get(p.name))
        for p in operation.parameters
        if p.place == "query" and (p.required or p.name in sent.query)
    }
    body = None
    if operation.body is not None and (operation.body.required or sent.body is not None):
        body = _mended(operation.body.schema, sent.body)
    return replace(sent, operation=operation, path=path, query=query, body=body)


def _parameter(parameter: Parameter, text: str | None) -> str:
    value: Any = text
    if text is not None and {"integer", "number"} & set(parameter.schema.types):
        value = int(text) if re.fullmatch(r"-?\d{1,15}", text) else None
    if text is not None and "boolean" in parameter.schema.types:
        value = {"true": True, "false": False}.get(text)
    if value is not None and value not in {"", HIDDEN} and parameter.schema.is_valid(value):
        return str(text)
    example = _example(parameter.schema)
    return str(example).lower() if isinstance(example, bool) else str(example)


def _mended(schema: Schema, value: Any) -> Any:
    """A value with examples for what is missing, wrong or secret in it, and without what the schema does not know."""
    mended = _kept(schema, value)
    if schema.is_valid(mended):
        return mended
    if isinstance(mended, dict):  # where alternatives exclude each other, property by property
        for name, part in schema.properties.items():
            if name in mended and schema.is_valid(other := {**mended, name: _example(part)}):
                return other
    return _example(schema)


def _kept(schema: Schema, value: Any) -> Any:
    if schema.write_only or value == HIDDEN:
        return _example(schema)
    if isinstance(value, dict) and schema.properties:
        return {
            name: _mended(part, value[name]) if name in value else _example(part)
            for name, part in schema.properties.items()
            if name in value or name in schema.required
        }
    if isinstance(value, list) and schema.items is not None:
        return [_mended(schema.items, item) for item in value]
    return value if schema.is_valid(value) else _example(schema)


def _attempts(tx: Transaction, base: Attempt) -> Iterator[Attempt]:
    """The request itself, then with one change, then with two."""
    yield base
    changed = [change(base) for change in _references(tx, base)]
    yield from (change(base) for change in _values(tx, base))
    yield from changed
    for attempt in changed:
        yield from (change(attempt) for change in _values(tx, attempt))
    for attempt in [change(base) for change in _values(tx, base)]:
        yield from (change(attempt) for change in _values(tx, attempt))


def _references(tx: Transaction, base: Attempt) -> Iterator[Change]:
    """Another caller, and other resources that it may be about."""
    owners = dict.fromkeys(stored.owner for stored in _resources(tx, base) if stored.owner is not None)
    yield from (_as_user(owner) for owner in owners if base.user not in {None, owner})
    for place, name, stored in _others(tx, base):
        yield _with_path(name, stored.key) if place == "path" else _with_body(name, stored.key)


def _values(tx: Transaction, base: Attempt) -> Iterator[Change]:
    """What the body may say otherwise: a state, an amount, a unique value, an example."""
    operation, body = base.operation, base.body
    if operation.body is None or not isinstance(body, dict):
        return
    resource = operation.resource
    if resource is not None and resource.lifecycle is not None and operation.moves_by is not None:
        for state in resource.lifecycle.transitions:
            yield _with_body(operation.moves_by, state)
    about = _resources(tx, base)
    numbers = {value for stored in about for value in stored.value.values() if type(value) in {int, float}}
    for name, part in operation.body.schema.properties.items():
        if name in body:
            yield from (_with_body(name, value) for value in _others_of(part, body[name], numbers))


def _others_of(schema: Schema, value: Any, numbers: Iterable[float]) -> Iterator[Any]:
    """Other values of one property of the body."""
    candidates: list[Any] = []
    if type(value) in {int, float}:
        candidates += sorted(numbers, key=lambda number: abs(number - value))
    elif isinstance(value, str) and not schema.enum:
        name, at, domain = value.partition("@")
        candidates += [f"{name}{number}{at}{domain}" for number in (2, 3)]
    candidates.append(_example(schema))
    yield from (other for other in candidates if other != value and schema.is_valid(other))


def _example(schema: Schema) -> Any:
    """A value that the schema allows; null where none was found, as in a foreign document."""
    example = sample(schema)
    return None if example is MISSING else example


def _with_body(name: str, value: Any) -> Change:
    return lambda attempt: replace(attempt, body={**(attempt.body or {}), name: value})


def _with_path(name: str, value: str) -> Change:
    return lambda attempt: replace(attempt, path={**attempt.path, name: value})


def _as_user(user: str) -> Change:
    return lambda attempt: replace(attempt, user=user, token=f"$(commerce-mock token --user {user})")


def _places(tx: Transaction, attempt: Attempt) -> Iterator[tuple[str, str, str]]:
    """Where the request names a resource: place, name and the resource's collection."""
    ids = {f"{snake(each.name)}_id": each.collection for each in tx.world.behaviour.resources.values()}
    for name in attempt.path:
        if snake(name) in ids:
            yield "path", name, ids[snake(name)]
    for name in attempt.body if isinstance(attempt.body, dict) else ():
        if snake(name) in ids:
            yield "body", name, ids[snake(name)]


def _resources(tx: Transaction, attempt: Attempt) -> Iterator[Stored]:
    """The resources that the request names."""
    for place, name, collection in _places(tx, attempt):
        stored = tx.get(collection, str(attempt.path[name] if place == "path" else attempt.body[name]))
        if stored is not None:
            yield stored


def _others(tx: Transaction, attempt: Attempt) -> Iterator[tuple[str, str, Stored]]:
    """Other resources that it might name instead: the caller's own where it is a customer, the newest first."""
    for place, name, collection in _places(tx, attempt):
        for stored in islice(tx.newest(collection, attempt.user), MOST_IDS):
            yield place, name, stored
