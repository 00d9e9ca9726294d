"""Derived lists: one page of a collection, filtered by the parameters that name a property."""

from collections.abc import Mapping
from itertools import islice
from sys import maxsize
from typing import Any

from commerce_contract import Operation, Schema
from commerce_mock.call import Answer, Call, resource_of, shown_of
from commerce_mock.naming import snake
from commerce_mock.problems import Problem
from commerce_mock.store.sequences import ALL
from commerce_mock.stored import Value
from commerce_mock.transaction import Transaction


def listing(tx: Transaction, call: Call) -> Answer:
    """One page of a collection, newest first, filtered by the parameters that name a property. 403."""
    resource = resource_of(call.operation)
    names = {snake(name): name for name in resource.schema.properties}
    wanted = {names[snake(name)]: value for name, value in {**call.query, **call.path}.items() if snake(name) in names}
    owner = wanted.pop(resource.owner, None) if resource.owner else None
    if owner is None and resource.owner and not call.caller.privileged:
        owner = call.caller.subject
    if not call.caller.owns(owner):
        raise Problem("FORBIDDEN")
    limit, offset = _window(call)
    stop = None if limit is None else offset + limit
    if wanted:
        matching = [stored for stored in tx.newest(resource.collection, owner) if _matches(stored.value, wanted)]
        total, page = len(matching), matching[offset:stop]
    else:
        total = tx.store.count(resource.collection, owner or ALL)
        page = list(islice(tx.newest(resource.collection, owner, offset), limit))
    return Answer(envelope(call, [stored.value for stored in page], total))


def envelope(call: Call, items: list[Any], total: int) -> Any:
    """A page as the success response shapes it: a bare list, or under its list property beside total, limit, offset.

    What a foreign contract requires beside them is as its example shows it.
    """
    schema = call.operation.success.schema
    if schema is None:
        return items
    if schema.items is not None:
        return _projected(call.operation, schema.items, items)
    limit, offset = _window(call)
    shown = {**shown_of(call.operation, schema.required), "total": total, "limit": limit, "offset": offset}
    if limit is None:
        shown["limit"] = len(items)
    name = _list_property(call.operation, schema)
    shown[name] = _projected(call.operation, schema.properties[name].items, items)
    return {name: shown[name] for name in schema.properties if name in shown}


def _list_property(operation: Operation, schema: Schema) -> str:
    """The property that is the list of the operation's resource, else the only list."""
    lists = {name: part.items for name, part in schema.properties.items() if part.items is not None}
    resource = operation.resource
    named = (name for name, items in lists.items() if resource is not None and items.uri == resource.schema.uri)
    return next(named, next(iter(lists)))


def _projected(operation: Operation, shown: Schema | None, items: list[Any]) -> list[Any]:
    """Resources as a list shows them that describes them with a schema of its own."""
    resource = operation.resource
    if resource is None or shown is None or shown.uri == resource.schema.uri or not shown.properties:
        return items
    return [{name: item[name] for name in shown.properties if name in item} for item in items]


def _window(call: Call) -> tuple[int | None, int]:
    """How many to show (None: all) and how many to skip; a foreign contract may mean other things by these names."""
    return _count(call.query.get("limit")), _count(call.query.get("offset")) or 0


def _count(asked: Any) -> int | None:
    """How many a parameter asks for, at most as many as can be counted; None where it means no such thing."""
    return int(min(asked, maxsize)) if isinstance(asked, int | float) and asked >= 0 else None


def _matches(value: Value, wanted: Mapping[str, Any]) -> bool:
    """Whether a resource has the wanted properties; of several wanted values one is enough."""
    return all(
        value.get(name) in want if isinstance(want, list) else value.get(name) == want for name, want in wanted.items()
    )
