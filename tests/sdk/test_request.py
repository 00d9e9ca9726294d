from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._omit import OMIT
from commerce_sdk._operation import Operation
from commerce_sdk._request import Call, prepare

READ = Operation("things.get", "things", "GET", "/things/{thing_id}/parts/{part}")
LIST = Operation("things.list", "things", "GET", "/things")
CREATE = Operation(
    "orders.create", "orders", "POST", "/orders", body="orders:CreateOrder", idempotency_key="Idempotency-Key"
)
PACKAGE = "commerce_sdk._generated"
BASE = "http://things.test"


def url(operation: Operation, **arguments: Any) -> str:
    return prepare(Call(operation, **arguments), PACKAGE, BASE, {}).url


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_path_parameter_cannot_change_the_route(thing: str, part: str) -> None:
    if {thing, part} & {".", ".."}:
        return
    try:
        made = urlsplit(url(READ, path={"thing_id": thing, "part": part}))
    except UnicodeEncodeError:
        return
    segments = made.path.split("/")
    assert (made.netloc, made.query, made.fragment) == ("things.test", "", "")
    assert [segments[1], segments[3]] == ["things", "parts"]
    assert [unquote(segments[2]), unquote(segments[4])] == [thing, part]
    assert len(segments) == 5


def test_the_routes_that_other_clients_fell_for_stay_where_they_are() -> None:
    assert url(READ, path={"thing_id": "a/../../b#c?d", "part": "%2e%2e"}) == (
        "http://things.test/things/a%2F..%2F..%2Fb%23c%3Fd/parts/%252e%252e"
    )


@pytest.mark.parametrize("step", ["", ".", "..", None, OMIT])
def test_a_path_parameter_that_is_a_step_is_refused(step: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"things\.get: thing_id must not be"):
        url(READ, path={"thing_id": step, "part": "1"})


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (Decimal("29.90"), "29.90"),
        (Colour.RED, "red"),
        (date(2023, 1, 1), "2023-01-01"),
        (datetime(2023, 1, 1, tzinfo=UTC), "2023-01-01T00:00:00Z"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (SecretStr("s"), "s"),
        ("a&b=c d", "a&b=c d"),
    ],
)
def test_a_query_parameter_says_each_kind_of_value(value: Any, text: str) -> None:
    assert parse_qsl(urlsplit(url(LIST, query={"q": value})).query) == [("q", text)]


def test_what_is_not_given_is_not_sent_and_a_list_is_sent_as_several() -> None:
    assert url(LIST, query={"a": None, "b": OMIT}) == "http://things.test/things"
    assert url(LIST, query={"a": [1, 2], "b": ()}) == "http://things.test/things?a=1&a=2"


@pytest.mark.parametrize("value", [{}, [[]], datetime(2023, 1, 1)])  # noqa: DTZ001 - the point
def test_what_no_query_can_say_is_refused(value: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"things\.list: q"):
        url(LIST, query={"q": value})


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "\x00", "é", "", " "])
def test_a_header_that_would_not_arrive_alike_is_refused_and_not_shown(value: str) -> None:
    for call in (Call(LIST, headers={"X-A": value}), Call(LIST, header={"X-A": value})):
        with pytest.raises(InvalidRequestError, match="the header X-A") as caught:
            prepare(call, PACKAGE, BASE, {})
        assert value.strip() == "" or value not in str(caught.value)


def test_the_name_of_a_header_is_checked_too() -> None:
    with pytest.raises(InvalidRequestError, match="cannot be the name of a header"):
        prepare(Call(LIST, headers={"X A": "b"}), PACKAGE, BASE, {})


def test_headers_of_the_call_come_before_those_of_the_client() -> None:
    made = prepare(Call(LIST, headers={"X-A": "call"}, header={"X-B": 7}), PACKAGE, BASE, {"X-A": "client"})
    assert made.headers == {"X-A": "call", "X-B": "7"}


def body(**arguments: Any) -> bytes:
    made = prepare(Call(CREATE, **arguments), PACKAGE, BASE, {})
    assert made.headers["Content-Type"] == "application/json"
    assert made.body is not None
    return made.body


ITEM = {"product_id": "p", "quantity": 2, "price": "29.90"}


def test_a_body_of_plain_dicts_goes_out_under_the_names_of_the_wire() -> None:
    assert body(body={"userId": "u", "items": [ITEM]}) == (
        b'{"userId":"u","items":[{"productId":"p","quantity":2,"price":29.90}]}'
    )


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({**ITEM, "price": 29.9}, "items.0.price: .*money is exact: give a Decimal, a string or an int, not a float"),
        ({**ITEM, "price": True}, "not a bool"),
        ({**ITEM, "price": "NaN"}, "items.0.price"),
        ({**ITEM, "quantity": "two"}, "items.0.quantity"),
        ({"quantity": 2}, "items.0.productId: Field required"),
        (7, "items.0"),
    ],
)
def test_a_body_that_cannot_be_is_refused_with_the_place(item: Any, where: str) -> None:
    with pytest.raises(InvalidRequestError, match=where) as caught:
        body(body={"userId": "u", "items": [item]})
    assert caught.value.__context__ is None


def test_a_body_holds_what_the_contract_does_not_name_yet() -> None:
    assert b'"gift":{"wrapped":true}' in body(body={"userId": "u", "items": [], "gift": {"wrapped": True}})
    with pytest.raises(InvalidRequestError, match="object has no form in JSON"):
        body(body={"userId": "u", "items": [], "gift": object()})


def test_null_is_sent_only_where_the_contract_knows_it() -> None:
    assert body(body={"userId": "u", "items": [], "gift": None}) == b'{"userId":"u","items":[]}'
    assert body(body={"userId": "u", "items": [], "a": None, "b": OMIT}, nullable=("a", "b")) == (
        b'{"userId":"u","items":[],"a":null}'
    )


def test_an_operation_that_takes_no_key_gets_none() -> None:
    keyless = replace(CREATE, idempotency_key=None)
    made = prepare(Call(keyless, body={"userId": "u", "items": []}), PACKAGE, BASE, {})
    assert "Idempotency-Key" not in made.headers


def test_nothing_of_a_call_or_a_request_shows_in_its_repr() -> None:
    call = Call(CREATE, body={"userId": "s3cret", "items": []}, headers={"X-A": "s3cret"}, idempotency_key="s3cret")
    assert "s3cret" not in repr(call) + repr(prepare(call, PACKAGE, BASE, {"X-B": "s3cret"}))
