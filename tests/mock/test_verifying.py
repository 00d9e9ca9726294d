"""Patterns of requests: what they cover, where a request is otherwise, how often and in which order."""

from typing import Any

import pytest

from commerce_mock.journal import Entry
from commerce_mock.verifying import Difference, Pattern, in_order, times, unlike
from harness.platform import contract
from harness.stage import Stage


def entries() -> list[Entry]:
    stage = Stage()
    stage.send(stage.ask("users.create"))
    stage.send(stage.ask("orders.create"))
    stage.send(stage.ask("orders.set_status").with_body(status="delivered"))
    stage.platform.get("orders", "/api/order")
    stage.platform.get("admin", "/__admin/clock")
    return stage.platform.world.journal.entries


ENTRIES = entries()
JOHN = "550e8400-e29b-41d4-a716-446655440001"


def numbers(**said: Any) -> list[int]:
    return [entry.number for entry in ENTRIES if Pattern(said).covers(entry, contract())]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"operation": "orders.create"}, [2]),
        ({"operation": "orders.*"}, [2, 3]),
        ({"operation": "admin.*"}, [5]),
        ({"operation": "*"}, [1, 2, 3, 5]),
        ({"path": "/__admin/*"}, [5]),
        ({"path": "/api/orders"}, [2]),
        ({"path": "/__admin/*", "operation": "orders.create"}, []),
        ({"method": "PUT"}, [3]),
        ({"service": "orders"}, [2, 3, 4]),
        ({"status": 409}, [3]),
        ({"code": "ORDER_004"}, [3]),
        ({"user": JOHN}, [2, 3]),
        ({"unmatched": True}, [4]),
        ({"unmatched": False}, [1, 2, 3]),
        ({"body": {"items": [{"quantity": 1}]}}, [2]),
        ({"body": {"password": "correct horse battery"}}, []),
        ({"body": {"password": "***"}}, [1]),
        ({"body": None}, [4]),
    ],
)
def test_a_pattern_covers_requests_that_are_as_it_says(said: dict[str, Any], found: list[int]) -> None:
    assert numbers(**said) == found


@pytest.mark.parametrize(
    ("expected", "actual", "pointers"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1.0}, {"a": 1}, []),
        ({"a": True}, {"a": 1}, ["/a"]),
        ({"a": 1}, {}, ["/a"]),
        ({"a": None}, {}, ["/a"]),
        ({"a/b": {"c": 1}}, {"a/b": {"c": 2}}, ["/a~1b/c"]),
        ([1, {"a": 1}], [1, {"a": 2, "b": 3}], ["/1/a"]),
        ([1], [1, 2], [""]),
        ({}, [], [""]),
        ("x", "x", []),
    ],
)
def test_json_is_compared_as_far_as_it_is_said(expected: Any, actual: Any, pointers: list[str]) -> None:
    assert [difference.pointer for difference in unlike(expected, actual, "")] == pointers


def test_the_nearest_request_is_the_one_with_the_fewest_differences() -> None:
    pattern = Pattern({"operation": "orders.create", "status": 409, "body": {"items": [{"quantity": 5}]}})
    near = pattern.near(ENTRIES, contract())
    assert [entry.number for entry, _ in near] == [2, 3, 4]
    assert near[0][1] == [Difference("/status", 409, 201), Difference("/body/items/0/quantity", 5, 1)]
    assert near[0][1][0].document() == {"pointer": "/status", "expected": 409, "actual": 201}


@pytest.mark.parametrize(
    ("said", "words", "allowed"),
    [
        (None, "at least 1", [False, True, True, True]),
        (2, "exactly 2", [False, False, True, False]),
        (1e300, "exactly 1e+300", [False, False, False, False]),
        ({"exactly": 0}, "exactly 0", [True, False, False, False]),
        ({"at_least": 2}, "at least 2", [False, False, True, True]),
        ({"at_most": 1}, "at most 1", [True, True, False, False]),
        ({"at_least": 1, "at_most": 2}, "at least 1 and at most 2", [False, True, True, False]),
    ],
)
def test_how_often_is_said_as_a_number_or_by_bounds(said: Any, words: str, allowed: list[bool]) -> None:
    expected = times(said)
    assert str(expected) == words
    assert [expected.allow(count) for count in range(4)] == allowed


def test_an_order_is_found_whatever_comes_between() -> None:
    def found(*names: str) -> list[int]:
        patterns = [Pattern({"operation": name}) for name in names]
        return [entry.number for entry in in_order(patterns, ENTRIES, contract())]

    assert found("users.create", "orders.set_status") == [1, 3]
    assert found("orders.set_status", "users.create") == [3]
    assert found("users.create", "users.create") == [1]
