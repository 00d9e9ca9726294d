"""What the contract implies about requests: which operation makes what, and which property means which resource."""

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from commerce_contract import Action, Contract, Operation, Resource, Schema

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
CENT: Final = 0.01
# The words of metrics for a new resource, and for what one comes to.
_MADE: Final = frozenset({"created", "registered", "registrations", "processed", "placed", "received"})
_WORTH: Final = frozenset({"value", "values", "amount", "amounts"})


def snake(name: str) -> str:
    """A name's words with underscores: `totalAmount` is `total_amount`."""
    return _HUMP.sub("_", name).lower()


def one(resource: Resource) -> str:
    """A resource in a sentence: `an order`."""
    words = snake(resource.name).replace("_", " ")
    return f"{'an' if words[:1] in 'aeio' else 'a'} {words}"


def creator(contract: Contract, resource: Resource) -> Operation | None:
    """The operation that makes a new resource."""
    return _about(contract, resource, Action.CREATE)


def reader(contract: Contract, resource: Resource) -> Operation | None:
    """The operation that reads one resource by its key."""
    return _about(contract, resource, Action.READ)


def lister(contract: Contract, resource: Resource) -> Operation | None:
    """The operation that lists the resources of an owner."""
    return _about(contract, resource, Action.LIST)


def _about(contract: Contract, resource: Resource, action: Action) -> Operation | None:
    found = (o for o in contract.operations.values() if o.resource == resource and o.action is action)
    return next(found, None)


def movers(contract: Contract, resource: Resource) -> list[Operation]:
    """The operations that move a resource from state to state, by `x-moves-to` or by what their body says."""
    return [o for o in contract.operations.values() if o.resource == resource and o.action is Action.MOVE]


def person(contract: Contract) -> Resource | None:
    """The resource that stands for callers: it owns itself (`users`)."""
    return next((r for r in contract.resources.values() if r.owner == r.key), None)


def references(contract: Contract, body: Schema) -> Mapping[str, Resource]:
    """Which properties of a body name another resource: `userId`, `order_id`."""
    by_name = {f"{snake(resource.name)}_id": resource for resource in contract.resources.values()}
    return {name: by_name[snake(name)] for name in body.properties if snake(name) in by_name}


def is_money(schema: Schema) -> bool:
    """Whether a property is an amount of money: a number of whole cents."""
    return "number" in schema.types and schema.keyword("multipleOf") == CENT


def amount(value: Any) -> Decimal | None:
    """A number as it was answered, to the last digit; None where it is none."""
    return Decimal(repr(value)) if type(value) in {int, float} and math.isfinite(value) else None


def total_of(resource: Resource) -> str | None:
    """The property that says what a resource comes to: its required amount of money (`totalAmount`, `amount`)."""
    properties = resource.schema.properties
    found = (name for name in properties if name in resource.schema.required and is_money(properties[name]))
    return next(found, None)


def shown_states(operation: Operation) -> frozenset[str]:
    """The states in which the examples of an operation's success show its resource."""
    field = operation.resource.state if operation.resource is not None else None
    shown = [value for value in operation.success.examples.values() if isinstance(value, dict)]
    return frozenset(str(value[field]) for value in shown if field in value)


def gathers(operation: Operation) -> str | None:
    """The property that adds up what calls of an operation take: `refundedAmount` of `payments.refund`."""
    if operation.resource is None or operation.body is None:
        return None
    verb = snake(operation.name.rpartition(".")[2])
    wanted = {f"{verb}ed_amount", f"{verb}d_amount"}
    return next((name for name in operation.resource.schema.properties if snake(name) in wanted), None)


def leads(resource: Resource, start: object, state: str) -> bool:
    """Whether a way leads from one state of a resource to another, in however many moves."""
    follows = resource.lifecycle.transitions if resource.lifecycle is not None else {}
    seen: set[str] = set()
    after = list(follows.get(str(start), ()))
    while after:
        each = after.pop()
        if each not in seen:
            seen.add(each)
            after += follows.get(each, ())
    return state in seen


def takeable(operation: Operation) -> str:
    """The state from which what `gathers` can take: the first from which the states of its examples follow."""
    lifecycle = operation.resource.lifecycle if operation.resource is not None else None
    shown = shown_states(operation)
    states = lifecycle.transitions.items() if lifecycle is not None else ()
    return next((state for state, follows in states if state not in shown and shown & set(follows)), "")


def secrets(schema: Schema, depth: int = 0) -> Iterator[str]:
    """The names of all properties of a body that no answer may show (`writeOnly`)."""
    if depth > 8:  # noqa: PLR2004 - deeper than any body
        return
    for name, part in schema.properties.items():
        if part.write_only:
            yield name
        yield from secrets(part, depth + 1)
    if schema.items is not None:
        yield from secrets(schema.items, depth + 1)


def hidden(schema: Schema, value: Any) -> Iterator[tuple[dict[str, Any], str, Schema]]:
    """Where a body has what no answer may show: the object that holds it, its name there and its schema."""
    for each in value if isinstance(value, list) else ():
        if schema.items is not None:
            yield from hidden(schema.items, each)
    for name, part in schema.properties.items() if isinstance(value, dict) else ():
        if name in value and part.write_only:
            yield value, name, part
        elif name in value:
            yield from hidden(part, value[name])


def monitors(contract: Contract, service: str) -> list[Operation]:
    """The operations by which everybody may ask how a service is: open reads of nothing in particular."""
    return [
        o
        for o in contract.services[service].operations
        if o.method == "GET" and not o.secured and o.action is Action.NONE and "{" not in o.path
    ]


def counts(name: str, resource: Resource) -> bool:
    """Whether a counter counts what is created of a resource: `orders_created_total`, `user_registrations_total`."""
    words = set(name.split("_"))
    return _about_words(words, resource) and not words.isdisjoint(_MADE)


def adds_up(name: str, resource: Resource) -> bool:
    """Whether a histogram has what each resource comes to: `order_value_histogram`."""
    words = set(name.split("_"))
    return total_of(resource) is not None and _about_words(words, resource) and not words.isdisjoint(_WORTH)


def _about_words(words: set[str], resource: Resource) -> bool:
    return not words.isdisjoint({snake(resource.name), resource.collection})


def refusals(operation: Operation, status: int) -> list[str]:
    """The problem codes that an operation declares for a status."""
    return [code for code, kind in operation.problems.items() if kind.status == status]


def example(operation: Operation, *, valid: bool = True) -> Any:
    """The first body that the document shows and its schema accepts; None where it shows none."""
    body = operation.body
    shown = body.examples.values() if body is not None else ()
    return next((each for each in shown if body is None or not valid or body.schema.is_valid(each)), None)


def generic(pointer: str) -> str:
    """A pointer without the places in lists: `/orders/0/id` is `/orders/*/id`."""
    return "/".join("*" if part.isdecimal() else part for part in pointer.split("/"))
