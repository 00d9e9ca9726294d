"""What an event is about that no service here published: told by its name, the contract, and what its payload says."""

from collections.abc import Iterator, Mapping
from functools import partial
from re import compile as pattern
from typing import TYPE_CHECKING, Any, Final

from commerce_contract import Contract, Event, Resource
from commerce_mock.encoding import kept_json
from commerce_mock.naming import snake
from commerce_mock.stored import Stored, Value

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction

_KEY: Final = "id"
_WORD: Final = partial(pattern(r"[^a-z0-9]+").sub, "_")


def subject(contract: Contract, event: Event) -> Resource:
    """The kind of resource that an event is about: the one that it is named after, else the one of its operation.

    Where the contract stores no such thing the event is about itself: a resource of no collection, with only an id.
    """
    named = f"{_WORD(snake(event.type))}_"
    found = [resource for resource in contract.resources.values() if named.startswith(f"{snake(resource.name)}_")]
    if found:
        return max(found, key=lambda resource: len(resource.name))
    for operation in contract.operations.values():
        if event.type in operation.emits and operation.resource is not None:
            return operation.resource
    told = event.payload.properties
    for resource in contract.resources.values():
        if resource.service == event.service and _reference(resource) in map(snake, told):
            return resource
    return Resource(event.type, event.service, "", event.payload, _KEY, "", None, {}, None, None, event.location)


def about(tx: "Transaction", event: Event, payload: Mapping[str, Any], identifier: str) -> tuple[Stored, bool]:
    """What an event is about, and whether the world has it.

    What it has not is made up from the payload, as far as that goes; `identifier` is its key where the payload says
    none. It is whose the payload says, or who owns something else that the payload names and the world has.
    """
    contract = tx.world.behaviour.contract
    resource = subject(contract, event)
    told = _told(payload)
    key = _key(resource, told)
    if resource.collection and key is not None:
        stored = tx.get(resource.collection, str(key))
        if stored is not None:
            return stored, True
    owner = _owner(resource, told)
    if owner is None:
        owner = next(_owners(tx, told), None)
    return stand_in(resource, payload, identifier, owner), False


def stand_in(resource: Resource, payload: Mapping[str, Any], identifier: str, owner: str | None) -> Stored:
    """What stands for a resource that the world has not: what a payload says of it, whether that is enough or not."""
    told = _told(payload)
    value: Value = {name: told[snake(name)] for name in resource.schema.properties if snake(name) in told}
    key = _key(resource, told)
    value[resource.key] = identifier if key is None else key
    return Stored(resource, (kept_json(value), owner, None, None), value)


def _told(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a payload and its `data` say, by names that are spelt alike; the payload itself has the last word."""
    data = payload.get("data")
    inner = data if isinstance(data, dict) else {}
    return {snake(name): part for name, part in (*inner.items(), *payload.items())}


def _reference(resource: Resource) -> str:
    """How others name the resource's key: `order_id`."""
    return f"{snake(resource.name)}_id"


def _key(resource: Resource, told: Mapping[str, Any]) -> Any:
    """Which one of its kind a payload is about, None where it does not say."""
    return told.get(_reference(resource), told.get(snake(resource.key)))


def _owner(resource: Resource, told: Mapping[str, Any]) -> str | None:
    if resource.owner is None:
        return None
    named = _key(resource, told) if resource.owner == resource.key else told.get(snake(resource.owner))
    return None if named is None else str(named)


def _owners(tx: "Transaction", told: Mapping[str, Any]) -> Iterator[str]:
    for resource in tx.world.behaviour.resources.values():
        key = told.get(_reference(resource))
        stored = None if key is None else tx.get(resource.collection, str(key))
        if stored is not None and stored.owner is not None:
            yield stored.owner
