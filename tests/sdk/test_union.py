"""Which variant of a union a value is."""

from typing import Any

import pytest

from commerce_sdk import UnknownPaymentMethod
from commerce_sdk._generated.models.payments import AccountPaymentMethod
from commerce_sdk._union import by_tag

PICK = by_tag("payType", "pay_type", {"card": "Card"}, "Unknown")


@pytest.mark.parametrize(
    ("value", "variant"),
    [
        ({"payType": "card"}, "Card"),
        ({"pay_type": "card"}, "Card"),
        ({"payType": "cash"}, "Unknown"),
        ({"payType": None}, "Unknown"),
        ({"payType": ["card"]}, "Unknown"),
        ({}, "Unknown"),
        ("card", "Unknown"),
        (AccountPaymentMethod(type="paypal"), "Unknown"),
    ],
)
def test_the_tag_decides_and_nothing_else(value: Any, variant: str) -> None:
    assert PICK(value) == variant


def test_models_are_told_by_their_attribute() -> None:
    pick = by_tag("type", "type", {"paypal": "Account"}, "Unknown")
    assert pick(AccountPaymentMethod(type="paypal")) == "Account"


def test_an_unknown_variant_keeps_what_it_does_not_know_and_shows_none_of_it() -> None:
    method = UnknownPaymentMethod.model_validate({"type": "crypto", "seed": "s3cret"})
    assert repr(method) == "UnknownPaymentMethod(type='crypto')"
    assert method.to_wire() == {"type": "crypto", "seed": "s3cret"}
