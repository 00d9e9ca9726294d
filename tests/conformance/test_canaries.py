"""Canaries: secrets that are found again in every form in which a service might show them."""

import base64

import pytest

from commerce_conformance.canaries import Canary, checked, plant
from harness.platform import contract

CARD = "4539578763621486"
PASSWORD = "Canary-8d1f0b2c!A1"


def test_the_check_digit_of_a_card_is_right() -> None:
    assert checked("453957876362148") == CARD
    assert checked("411111111111111") == "4111111111111111"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (f'{{"detail": "{PASSWORD} is wrong"}}', "as it was sent"),
        (PASSWORD.lower(), "as it was sent"),
        (base64.b64encode(PASSWORD.encode()).decode(), "in base64"),
        ("Canary-8d1f0b2c%21A1", "in a URL's escapes"),
        (PASSWORD[::-1], "backwards"),
        ("Canary-8d1f", None),
        ("", None),
    ],
)
def test_a_text_is_found_in_each_form(text: str, form: str | None) -> None:
    assert Canary("password", PASSWORD).shown(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (CARD, "as it was sent"),
        ("4539 5787 6362 1486", "with 16 of its digits"),
        ("4539-5787-6362-1486.", "with 16 of its digits"),
        ('"453957******1486"', "with 10 of its digits"),
        ("4539 **** **** 1486", "with 8 of its digits"),
        ("card 453957 declined", "with 6 of its digits"),
        ("ends in 21486", "with 5 of its digits"),
        ('"1486"', None),
        ("**** **** **** 1486", None),
        ("************1486", None),
        ("4539 **** **** 0000", None),
        ("order-1486-123456", None),
        ("453958", None),
    ],
)
def test_of_a_card_only_the_last_four_digits_may_be_shown(text: str, form: str | None) -> None:
    assert Canary("cardNumber", CARD).shown(text) == form


def test_what_is_short_is_found_as_a_whole_text_only() -> None:
    canary = Canary("cvv", "737")
    assert canary.shown('{"cvv": "737"}') == "as it was sent"
    assert canary.shown('{"amount": 737.5, "id": "pay-737"}') is None
    assert not canary.known


def test_a_planted_body_is_valid_and_has_other_secrets() -> None:
    operation = contract().operations["payments.create"]
    assert operation.body is not None
    body = next(iter(operation.body.examples.values()))
    planted, canaries = plant(operation.body.schema, body)
    assert operation.body.schema.is_valid(planted)
    assert [canary.name for canary in canaries] == ["cardNumber", "cvv"]
    for canary in canaries:
        assert planted["paymentMethod"][canary.name] == canary.value != body["paymentMethod"][canary.name]
        assert canary.value not in repr(canary)
    assert {**planted, "paymentMethod": None} == {**body, "paymentMethod": None}


def test_a_secret_that_is_no_text_is_left_as_it_is() -> None:
    operation = contract().operations["users.create"]
    assert operation.body is not None
    assert plant(operation.body.schema, {"password": 12}) == ({"password": 12}, [])
    assert plant(operation.body.schema, [{"password": "a"}]) == ([{"password": "a"}], [])
