"""Whatever is sent, the mock answers by its contract: never a 500, and a problem document for every refusal."""

from collections.abc import Iterator
from copy import deepcopy
from decimal import localcontext
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_contract import Operation
from commerce_mock.wire import Request
from harness.controls import CONTROL, example_body, example_ids
from harness.platform import Answered, Platform, contract
from harness.problem import problem

pytestmark = pytest.mark.untraced  # to trace so many requests takes longer than to answer them
UNKNOWN = "550e8400-e29b-41d4-a716-446655440009"
WITH_BODY = [operation for operation in contract().operations.values() if operation.body is not None]
fuzzed = settings(max_examples=30, derandomize=True, database=None, deadline=None)


@cache
def platform() -> Platform:
    """The demo world, shared: what a request leaves behind is part of what the next one meets."""
    return Platform(scenario="demo", judged=False)


def _checked(answer: Answered) -> Answered:
    if answer.status >= 400:
        assert answer.status != 500, answer.body
        problem(answer.status, answer.headers, answer.body)
    return answer


def _path(operation: Operation) -> str:
    """A path at which the operation finds something in the demo world, where there is something."""
    found = {
        "user_id": "550e8400-e29b-41d4-a716-446655440001",
        "order_id": "order-124",
        "payment_id": "pay-456",
        "service": "notifications",
    }
    if operation.name.startswith(CONTROL):
        found = {**example_ids(operation), **found}
    path = operation.path
    for name, value in found.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _send(operation: Operation, body: Any, where: Platform | None = None) -> Answered:
    mock = where or platform()
    return _checked(mock.send(operation.service, operation.method, _path(operation), body, mock.admin))


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
@fuzzed
@given(body=st.binary(max_size=200))
def test_any_bytes_as_a_body_are_answered(operation: Operation, body: bytes) -> None:
    _send(operation, body)


def _json() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | _text()
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(_names() | _text(), inner), max_leaves=8
    )


def _text() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _names() -> st.SearchStrategy[str]:
    known = {name for operation in WITH_BODY for name in operation.body.schema.properties if operation.body}  # type: ignore[union-attr] # WITH_BODY
    return st.sampled_from(sorted(known))


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
@fuzzed
@given(data=st.data())
def test_any_json_under_known_names_is_answered(operation: Operation, data: st.DataObject) -> None:
    assert operation.body is not None
    names = st.sampled_from(sorted(operation.body.schema.properties))
    _send(operation, data.draw(st.dictionaries(names, _json()) | _json()))


SEGMENTS = st.sampled_from(
    [
        "api",
        "orders",
        "users",
        "payments",
        "user",
        "order-124",
        "pay-456",
        UNKNOWN,
        "__admin",
        "events",
        "inbox",
        "status",
        "cancel",
        "..",
        "%",
        "%2F",
        "%00",
        "%ff",
        "{order_id}",
        "",
        "health",
    ]
)


@settings(fuzzed, max_examples=500)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH"]) | st.text(max_size=5),
    path=st.lists(SEGMENTS | st.text(max_size=5), max_size=6),
    query=st.binary(max_size=40),
    headers=st.dictionaries(
        st.sampled_from([b"authorization", b"content-type", b"idempotency-key", b"x-request-id", b"traceparent"]),
        st.binary(max_size=40),
    ),
    service=st.sampled_from([None, *contract().services]),
    body=st.binary(max_size=20),
)
def test_any_request_line_and_headers_are_answered(  # noqa: PLR0913, PLR0917 - the parts of a request
    method: str, path: list[str], query: bytes, headers: dict[bytes, bytes], service: str | None, body: bytes
) -> None:
    mock = platform()
    request = Request(method, "/" + "/".join(path), query, headers, body, service)
    answer = mock.engine.respond(mock.world, request)
    fields = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
    assert all(value.isprintable() for value in fields.values())
    _checked(Answered(answer.status, fields, answer.body))


@fuzzed
@given(query=st.lists(st.tuples(st.sampled_from(["limit", "offset", "status", "type", "x"]), _text()), max_size=4))
def test_any_query_of_a_list_is_answered(query: list[tuple[str, str]]) -> None:
    mock = platform()
    encoded = "&".join(f"{name}={text}" for name, text in query).encode()
    for service, path in (
        ("orders", "/api/orders/user/550e8400-e29b-41d4-a716-446655440001"),
        ("admin", "/__admin/events"),
    ):
        request = Request("GET", path, encoded, {b"authorization": f"Bearer {mock.admin}".encode()}, b"", service)
        answer = mock.engine.respond(mock.world, request)
        _checked(Answered(answer.status, {n.decode(): v.decode() for n, v in answer.headers}, answer.body))


CARD = {
    "type": "credit_card",
    "cardNumber": "4111111111111111",
    "expiryMonth": "12",
    "expiryYear": "2025",
    "cvv": "123",
}
VALID: dict[str, Any] = {
    "users.create": {
        "email": "a@b.example",
        "username": "a",
        "password": "12345678",
        "first_name": "A",
        "last_name": "B",
        "phone": "+1234567890",
    },
    "users.update": {
        "first_name": "A",
        "last_name": "B",
        "phone": "+12",
        "profile": {"bio": "b", "country": "c", "city": "d"},
    },
    "users.verify": {"verification_token": "abc123"},
    "orders.create": {"userId": UNKNOWN[:-1] + "1", "items": [{"productId": "p", "quantity": 2, "price": 29.99}]},
    "orders.set_status": {"status": "confirmed", "paymentId": "pay-1"},
    "payments.create": {
        "orderId": "order-124",
        "userId": UNKNOWN[:-1] + "1",
        "amount": 40.25,
        "currency": "USD",
        "paymentMethod": CARD,
    },
    "payments.refund": {"amount": 0.01, "reason": "r"},
    "admin.set_service": {"up": True},
    "admin.advance": {"seconds": 0.5},
    "admin.settle": {"status": "failed", "failureReason": "r", "errorCode": "E"},
}
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    2**63,
    2**64 - 1,
    "",
    " ",
    "\u00e9",
    "\U0001f600",
    "x" * 5000,
    "0" * 5000,
    [],
    [[]],
    {},
    {"a": 1},
    {"$ref": "#"},
    [None] * 3,
]


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, member in members:
        yield from _places(member, (*path, token))


def _changed(body: Any, path: tuple[str | int, ...], *values: Any) -> Any:
    """The body with the value at a path replaced, or dropped where no value is given."""
    if not path:
        return values[0] if values else {}
    copy = deepcopy(body)
    holder = copy
    for token in path[:-1]:
        holder = holder[token]
    if values:
        holder[path[-1]] = values[0]
    else:
        del holder[path[-1]]
    return copy


VALID |= {
    each.name: example_body(each) for each in WITH_BODY if each.name.startswith(CONTROL) and each.name not in VALID
}


def test_every_operation_with_a_body_is_mutated() -> None:
    assert VALID.keys() == {operation.name for operation in WITH_BODY}


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
def test_every_part_of_a_valid_body_may_be_odd_missing_or_nested(operation: Operation) -> None:
    mock = Platform(scenario="demo")
    judge = mock.judge
    valid = VALID[operation.name]
    with localcontext(prec=400):  # for the judge, who divides 1e308 by 0.01 in decimals
        for path in _places(valid):
            _send(operation, _changed(valid, path), mock)
            there = valid
            for token in path:
                there = there[token]
            for value in (*ODD, [there], {"value": there}, [[there]]):
                # The judge fails on a discriminator that is no text.
                mock.judge = None if path[-1:] == ("type",) and isinstance(value, dict | list) else judge
                _send(operation, _changed(valid, path, value), mock)


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.name)
def test_the_valid_bodies_are_valid(operation: Operation) -> None:
    assert operation.body is not None
    assert operation.body.schema.errors(VALID[operation.name]) == ()
