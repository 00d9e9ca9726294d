"""Values that break one rule each: judged by the schema, sharp, and with the code of their place."""

import pytest

from commerce_conformance import reading
from commerce_conformance.violations import stretched, violations
from commerce_contract import Schema
from harness.platform import contract


def body(operation: str) -> tuple[Schema, dict[str, object]]:
    found = contract().operations[operation]
    assert found.body is not None
    return found.body.schema, reading.example(found)


@pytest.mark.parametrize("operation", ["orders.create", "payments.create", "users.create", "users.update"])
def test_each_breaks_one_place_only(operation: str) -> None:
    schema, valid = body(operation)
    made = list(violations(schema, valid))
    assert len(made) > 20
    for each in made:
        assert {error.pointer for error in schema.errors(each.value)} == {each.error.pointer}


def test_every_rule_of_an_order_is_broken() -> None:
    broken = {f"{each.error.pointer} {each.error.message}" for each in violations(*body("orders.create"))}
    assert {
        "/userId is required",
        "/userId must be a valid uuid",
        "/items must have at least 1 element",
        "/items/0/productId must have at most 64 characters",
        "/items/0/quantity must be at least 1",
        "/items/0/quantity must be an integer",
        "/items/0/price must be a multiple of 0.01",
        "/items/0/price must be at most 999999999999.99",
    } <= broken


def test_a_place_knows_its_own_code_and_those_around_it() -> None:
    codes = {each.error.pointer: each.codes for each in violations(*body("orders.create"))}
    assert codes["/userId"] == ("ORDER_001",)
    assert codes["/items/0/price"] == ("ORDER_002",)
    assert codes[""] == ()


@pytest.mark.parametrize("length", [3, 12, *range(60, 200)])
def test_a_stretched_text_has_exactly_that_length(length: int) -> None:
    assert len(stretched("abc", length)) == length


@pytest.mark.parametrize("length", [*range(15, 20), *range(70, 90), *range(125, 150), 254, 255])
def test_a_stretched_address_is_one_still(length: int) -> None:
    address = stretched("a@example.com", length)
    assert len(address) == length
    assert max(len(label) for label in address.partition("@")[2].split(".")) <= 63
    assert contract().operations["users.create"].body.schema.properties["email"].is_valid(address) is (length <= 254)  # type: ignore[union-attr]
