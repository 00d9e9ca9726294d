"""Stand-ins for secrets: of the same form, never the same as the secret, one for each."""

import re
from string import ascii_letters, digits, punctuation
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commerce_contract import Schema
from commerce_mock.luhn import luhn
from commerce_mock.services.cards import FATES, PUBLISHED
from commerce_mock.standins import StandIns
from harness.platform import contract

CARD = "4929123456781111"


def _schema(operation: str) -> Schema:
    body = contract().operations[operation].body
    assert body is not None
    return body.schema


@pytest.fixture
def standins() -> StandIns:
    return StandIns(PUBLISHED)


def test_a_secret_keeps_its_length_and_the_kinds_of_its_characters(standins: StandIns) -> None:
    assert standins.text("Tr0ub4dor &3!é") == "Aa0aa0aaa -0-é"


@given(some.text(ascii_letters + digits + punctuation + " äß\n", min_size=1, max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_the_secret_is_none_of_its_words_are_left(secret: str) -> None:
    made = StandIns().text(secret)
    assert len(made) == len(secret)
    for word in re.findall(r"[A-Za-z0-9]{4,}", secret):
        if len(secret) not in range(12, 20) or not secret.isdigit():
            assert word not in made or set(word) <= set("aAb01")


def test_the_same_secret_gets_the_same_one_and_another_secret_another(standins: StandIns) -> None:
    words = ["aaaa", "bbbb", "cccc", "word", "aaab"]
    made = [standins.text(word) for word in words]
    assert len(set(made)) == len(words)
    assert not set(made) & {"bbbb", "cccc", "word"}
    assert all(one != other for one, other in zip(words, made, strict=True))
    assert [standins.text(word) for word in words] == made


def test_another_recording_has_other_marks_for_them() -> None:
    one, other = StandIns(), StandIns()
    one.text("the secret")
    other.text("the secret")
    assert not one._made.keys() & other._made.keys()  # noqa: SLF001 - what it remembers is no hash to be guessed from


def test_when_there_are_no_more_forms_it_ends_all_the_same(standins: StandIns) -> None:
    made = [standins.text(str(number)) for number in range(10)]
    assert all(text.isdigit() for text in made)
    assert standins.text("---") == "---"  # there is nothing in it


@pytest.mark.parametrize("number", [CARD, "4929123456781112", "378282246310005", "6759649826438453", "123456789012"])
def test_a_card_becomes_another_with_the_same_end_as_right_as_it_was(number: str, standins: StandIns) -> None:
    made = standins.text(number)
    assert made != number
    assert (len(made), made[-4:], luhn(made)) == (len(number), number[-4:], luhn(number))
    assert made not in FATES


def test_no_stand_in_is_a_test_card(standins: StandIns) -> None:
    """Numbers that end like test cards would otherwise become those, and be refused."""
    for fated in FATES:
        for issuer in ("4111", "5555", "3782"):
            number = next(
                made for check in digits if luhn(made := f"{issuer}1234567{check}{fated[-4:]}") and made != fated
            )
            assert standins.text(number) not in FATES


def test_cards_with_the_same_end_stay_different(standins: StandIns) -> None:
    numbers = [f"4929{n:07d}{check}1111" for n in range(50) for check in digits if luhn(f"4929{n:07d}{check}1111")]
    assert len({standins.text(number) for number in numbers}) == len(numbers) == 50


def test_published_test_cards_stay(standins: StandIns) -> None:
    schema = _schema("payments.create")
    for number in PUBLISHED:
        method = {"type": "credit_card", "cardNumber": number, "expiryMonth": "12", "expiryYear": "2030", "cvv": "987"}
        kept = standins.body(schema, {"orderId": "order-1", "paymentMethod": method})
        assert kept["paymentMethod"]["cardNumber"] == number
        assert kept["paymentMethod"]["cvv"] != "987"


def test_only_secrets_and_what_the_contract_does_not_know_are_replaced(standins: StandIns) -> None:
    body = {
        "email": "ann@example.com",
        "username": "ann",
        "password": "correct-horse",
        "passwort": "correct-horse",
        "first_name": ["correct-horse", {"at": 1234567}],
    }
    kept = standins.body(_schema("users.create"), body)
    assert (kept["email"], kept["username"]) == ("ann@example.com", "ann")
    assert kept["password"] == kept["passwort"] == "aaaaaaa-aaaaa"
    assert kept["first_name"] == ["aaaaaaa-aaaaa", {"at": 1111111}]
    profile = {"city": "Rome", "pin": 4711, "rate": 0.25, "odd": None}
    shown = standins.body(_schema("users.update"), {"profile": profile})["profile"]
    assert shown == {"city": "Rome", "pin": 1111, "rate": 1.5, "odd": None}


def test_what_the_mock_itself_made_up_stays(standins: StandIns) -> None:
    schema = _schema("users.verify")
    body = {"verification_token": "703c00ca67dce34811646024"}
    assert standins.body(schema, body, frozenset(body.values())) == body
    assert standins.body(schema, body) != body


@pytest.mark.parametrize(
    ("value", "kept"),
    [(7, 7), (-4711, -1111), (True, True), (None, None), (0.25, 1.5), ([12, "ab"], [11, "aa"]), ({}, {})],
)
def test_a_hidden_value_keeps_its_type(value: Any, kept: Any, standins: StandIns) -> None:
    assert standins.hidden(value) == kept
    assert type(standins.hidden(value)) is type(value)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"password": "secret9', '{"aaaaaaaa": "aaaaaa0'),
        ('{"a": true, "b": "x\\n\\u0073"', '{"a": true, "a": "a\\n\\u0041"'),
        ("{password: hunter2}", "{aaaaaaaa: aaaaaa0}"),
    ],
)
def test_what_is_no_json_keeps_its_signs(text: str, kept: str, standins: StandIns) -> None:
    assert standins.malformed(text) == kept
