"""Identifiers are a function of seed, collection and number."""

import uuid

import pytest

from commerce_contract import Resource
from commerce_mock.identifiers import go_on_after, new_key, number_of, seeded_uuid
from commerce_mock.store.memory import MemoryStore
from harness.platform import contract

ROW = (b"{}", None, None, None)


def _resource(collection: str) -> Resource:
    return contract().resources[collection]


def _stored(collection: str, count: int, seed: int = 0, *brought: str) -> list[str | int]:
    """The identifiers of some new resources, after those that a scenario brought."""
    resource, tx = _resource(collection), MemoryStore().begin()
    for key in brought:
        tx.insert(collection, key, ROW)
        go_on_after(resource, tx, key)
    made = []
    for _ in range(count):
        made.append(new_key(resource, tx, seed))
        tx.insert(collection, str(made[-1]), ROW)
    return made


def test_a_template_counts_from_one() -> None:
    assert _stored("orders", 3) == ["order-1", "order-2", "order-3"]
    assert _stored("payments", 1) == ["pay-1"]


@pytest.mark.parametrize(
    ("brought", "following"),
    [
        (["order-7"], ["order-8", "order-9"]),
        (["order-7", "order-3"], ["order-9", "order-10"]),
        (["order-1", "order-2"], ["order-3", "order-4"]),
        (["order-x"], ["order-2", "order-3"]),
        (["order-x", "order-3"], ["order-4", "order-5"]),
        (["order-2"], ["order-3", "order-4"]),
    ],
)
def test_numbers_go_on_after_those_of_a_scenario(brought: list[str], following: list[str]) -> None:
    assert _stored("orders", 2, 0, *brought) == following


def test_an_identifier_is_never_given_twice() -> None:
    brought = ["a", "order-2", "b"]
    made = _stored("orders", 20, 0, *brought)
    assert len({*made, *brought}) == 23


def test_uuids_are_of_version_4_and_the_same_for_the_same_seed() -> None:
    first, again, other = _stored("users", 50, 7), _stored("users", 50, 7), _stored("users", 50, 8)
    assert first == again
    assert len({*first, *other}) == 100
    assert all(uuid.UUID(str(key)).version == 4 for key in first)


def test_a_seeded_uuid_is_always_the_same() -> None:
    assert seeded_uuid("0/users/1") == "4441c7f8-83e0-4781-87a2-c696900b7007"


@pytest.mark.parametrize(
    ("collection", "key", "number"),
    [
        ("orders", "order-123", 123),
        ("orders", "order-", 0),
        ("orders", "order-x", 0),
        ("orders", "123", 123),
        ("orders", "order--1", 0),
        ("orders", "order-" + "9" * 15, 10**15 - 1),
        ("orders", "order-" + "9" * 16, 0),
        ("orders", "order-" + "9" * 5_000, 0),
        ("orders", "order-\u00b2", 0),
        ("orders", "order-\u0661", 0),
        ("payments", "pay-456", 456),
        ("users", "550e8400-e29b-41d4-a716-446655440001", 0),
    ],
)
def test_the_number_in_an_identifier_that_a_scenario_brought(collection: str, key: str, number: int) -> None:
    assert number_of(_resource(collection), key) == number
