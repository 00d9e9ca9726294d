"""Values at the bounds of a schema: as far as it goes, and no further."""

from typing import Any

import pytest

from commerce_conformance import reading
from commerce_conformance.boundaries import Bound, at_bounds, highest, longest_beyond_ascii, lowest
from commerce_contract import Schema
from harness.platform import contract


def schema(operation: str) -> Schema:
    found = contract().operations[operation].body
    assert found is not None
    return found.schema


def changed(operation: str, bound: Bound, *skipped: str) -> tuple[Any, list[str]]:
    return at_bounds(schema(operation), reading.example(contract().operations[operation]), bound, skipped)


@pytest.mark.parametrize("bound", [lowest, highest, longest_beyond_ascii])
@pytest.mark.parametrize("operation", ["orders.create", "payments.create", "users.create", "payments.refund"])
def test_what_is_at_its_bound_is_valid(operation: str, bound: Bound) -> None:
    value, _ = changed(operation, bound)
    assert schema(operation).is_valid(value)


def test_an_order_at_its_lowest() -> None:
    value, places = changed("orders.create", lowest)
    assert value["items"] == [{"productId": "p", "quantity": 1, "price": 0}]
    assert places == ["/items", "/items/0/productId", "/items/0/quantity", "/items/0/price"]


def test_an_order_at_its_highest_leaves_money_as_it_is() -> None:
    value, places = changed("orders.create", highest)
    assert value["items"][0] == {"productId": "prod-1".ljust(64, "x"), "quantity": 1_000_000, "price": 29.99}
    assert places == ["/items/0/productId", "/items/0/quantity"]


def test_above_an_excluded_bound_is_the_next_step() -> None:
    amount = schema("payments.refund").properties["amount"]
    assert lowest(amount, 5) == pytest.approx(0.01)


def test_a_list_with_a_bound_is_filled() -> None:
    found = Schema.__new__(Schema)
    found.keyword = {"maxItems": 3}.get  # type: ignore[method-assign,assignment]
    assert highest(found, [1, 2]) == [1, 2, 1]


def test_letters_that_take_two_bytes_count_once() -> None:
    value, places = changed("users.create", longest_beyond_ascii, "username")
    assert len(value["first_name"]) == 100
    assert value["first_name"].endswith("ł")
    assert "/email" not in places
    assert "/username" not in places
