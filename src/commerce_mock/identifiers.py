"""Identifiers come from the world: from its seed and its sequences, so that the same requests get the same ones."""

import uuid
from hashlib import blake2b

from commerce_contract import Resource
from commerce_mock.store.memory import MemoryTransaction

SHIFT = "/shift"
LONGEST_NUMBER = 15  # digits; a double names every number of so many, and adding one stays far from JSON's limits


def new_key(resource: Resource, store: MemoryTransaction, seed: int) -> str | int:
    """The next free identifier of a resource, in the form that its `x-resource.id` says."""
    collection = resource.collection
    number = store.count(collection) + 1 + (store.recall(SHIFT, collection) or 0)
    if resource.id_pattern == "uuid":
        return seeded_uuid(f"{seed}/{collection}/{number}")
    key = resource.id_pattern.replace("{n}", str(number))
    return int(key) if resource.numeric else key


def go_on_after(resource: Resource, store: MemoryTransaction, key: str) -> None:
    """Let identifiers go on after one that a scenario or a client brought along, and that is stored."""
    collection = resource.collection
    shift = number_of(resource, key) - store.count(collection)
    store.remember(SHIFT, collection, max(shift, store.recall(SHIFT, collection) or 0))


def seeded_uuid(text: str) -> str:
    """A version 4 UUID that is a function of `text`."""
    return str(uuid.UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4))


def number_of(resource: Resource, key: str) -> int:
    """The number in an identifier that a scenario or a client brought along; 0 where it holds none to count on from."""
    before, _, after = resource.id_pattern.partition("{n}")
    middle = key.removeprefix(before).removesuffix(after)
    if resource.id_pattern == "uuid" or not middle.isdecimal() or not middle.isascii() or len(middle) > LONGEST_NUMBER:
        return 0
    return int(middle)
