from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from commerce_sdk._json import decode, encode

CENTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | CENTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(CENTS)
def test_money_keeps_each_digit_on_the_wire_and_back(amount: Decimal) -> None:
    wire = encode({"amount": amount})
    assert wire == b'{"amount":%s}' % str(amount).encode()
    assert str(decode(wire)["amount"]) == str(amount)


@given(PLAIN)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert decode(encode(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_finite_decimal_is_a_json_number(value: Decimal) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [("29.90", "29.90"), ("0.10", "0.10"), ("1E+3", "1E+3"), ("1e400", "1E+400"), ("0.1", "0.1")],
)
def test_a_number_with_a_fraction_never_passes_through_a_float(text: str, number: str) -> None:
    found = decode(f"[{text}]")[0]
    assert isinstance(found, Decimal)
    assert str(found) == number


def test_an_exponent_becomes_digits_where_that_is_short() -> None:
    assert encode([Decimal("1E+2"), Decimal("1E-7"), 0.1]) == b"[100,0.0000001,0.1]"


class Colour(Enum):
    RED = "red"


class Text(str, Enum):  # noqa: UP042 - the older form, which users have
    RED = "red"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (datetime(2023, 1, 1, 0, 0, 0, tzinfo=UTC), '"2023-01-01T00:00:00Z"'),
        (datetime(2023, 1, 1, 2, 0, 0, 5000, tzinfo=timezone(timedelta(hours=2))), '"2023-01-01T00:00:00.005000Z"'),
        (date(2023, 1, 1), '"2023-01-01"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (SecretStr("s3cret"), '"s3cret"'),
        (Colour.RED, '"red"'),
        (Text.RED, '"red"'),
        ((1, [True, None]), "[1,[true,null]]"),
        ({}, "{}"),
        ([], "[]"),
        ("\u2028é\ud800", '"\\u2028\\u00e9\\ud800"'),
    ],
)
def test_each_kind_of_value_has_its_form(value: Any, wire: str) -> None:
    assert encode(value).decode() == wire


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "NaN is no number"),
        (Decimal("Infinity"), "no number"),
        (object(), "object has no form in JSON"),
        (b"bytes", "bytes has no form"),
        ({1: 2}, "text as names, not int"),
        (datetime(2023, 1, 1), "time zone"),  # noqa: DTZ001 - the point
    ],
)
def test_what_json_has_no_word_for_is_refused(value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        encode(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(ValueError, match="holds itself"):
        encode(circle)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "{", "", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are Python's
        decode(text)
