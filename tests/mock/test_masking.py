"""What is named like a secret is masked where a document leaves room for anything, and nothing else."""

from typing import Any

import pytest

from commerce_contract import Schema
from commerce_mock.masking import masked, secret_names
from harness.platform import contract


def test_the_names_are_those_that_the_documents_call_write_only() -> None:
    assert secret_names(contract()) == {"password", "cardnumber", "cvv", "verificationtoken"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"password": "x"}, {"password": "***"}),
        ({"Card-Number": 4111}, {"Card-Number": "***"}),
        ({"user_password": {"a": 1}}, {"user_password": "***"}),
        ([{"cvv": None}], [{"cvv": "***"}]),
        ({"passwords_used": 3, "cv": "x", "": 1}, {"passwords_used": 3, "cv": "x", "": 1}),
        ("password", "password"),
        (None, None),
    ],
)
def test_what_is_not_known_is_masked_by_its_name(value: Any, shown: Any) -> None:
    assert masked(None, value, secret_names(contract())) == shown


def _body(name: str) -> Schema:
    body = contract().operations[name].body
    assert body is not None
    return body.schema


def test_what_is_known_is_masked_where_the_document_says_so() -> None:
    value = {"email": "a@b.c", "password": "x", "profile": {"password": "y", "bio": "z"}}
    shown = {"email": "a@b.c", "password": "***", "profile": {"password": "***", "bio": "z"}}
    assert masked(_body("users.create"), value, secret_names(contract())) == shown


def test_a_property_of_a_known_name_is_no_secret_because_of_it() -> None:
    value = {"items": [{"price": 1, "cvv": "9"}], "email": "a@b.c"}
    assert masked(_body("orders.create"), value, {"cvv", "items", "email"}) == {
        "items": [{"price": 1, "cvv": "***"}],
        "email": "***",
    }
