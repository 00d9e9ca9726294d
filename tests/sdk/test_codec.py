import pytest
from pydantic import SecretStr, ValidationError

from commerce_sdk._codec import faults, validator
from commerce_sdk._secrecy import hide, secrets_of

PACKAGE = "commerce_sdk._generated"
CARD = {"type": "debit_card", "cardNumber": "4111111111111111", "expiryMonth": "1", "expiryYear": "2", "cvv": "737"}


def test_a_model_is_built_once_and_validates() -> None:
    validate = validator(PACKAGE, "orders:Order")
    assert validate is validator(PACKAGE, "orders:Order")
    with pytest.raises(ValidationError):
        validate({})


def test_an_alias_of_a_union_validates_too() -> None:
    method = validator(PACKAGE, "payments:PaymentMethod")(CARD)
    assert (type(method).__name__, method.cvv) == ("CardPaymentMethod", SecretStr("737"))
    unknown = validator(PACKAGE, "payments:PaymentMethod")({"type": "barter", "goats": 2})
    assert (type(unknown).__name__, unknown.model_extra) == ("UnknownPaymentMethod", {"goats": 2})


def test_faults_name_places_and_never_values() -> None:
    with pytest.raises(ValidationError) as caught:
        validator(PACKAGE, "payments:PaymentMethod")({**CARD, "cvv": 737, "expiryMonth": ["s3cret"]})
    told = faults(caught.value)
    assert "cvv: Input should be a valid string" in told
    assert "expiryMonth: Input should be a valid string" in told
    assert "737" not in told + str(caught.value)
    assert "s3cret" not in told + str(caught.value)


def test_secrets_are_found_wherever_a_body_hides_them() -> None:
    method = validator(PACKAGE, "payments:PaymentMethod")(CARD)
    assert set(secrets_of([{"a": (method, 1)}, None])) == {"4111111111111111", "737"}


def test_a_short_secret_is_hidden_where_it_is_a_whole_value() -> None:
    hidden = hide({"a": "737", "b": 737, "c": "17371", "d": ["737"], "e": True}, frozenset({"737"}))
    assert hidden == {"a": "**********", "b": "**********", "c": "17371", "d": ["**********"], "e": True}
