"""`operation.write`: what leaves is as the contract says, or it does not leave."""

from typing import Any

import orjson
import pytest

from commerce_contract import Operation
from commerce_mock.call import Answer, Result
from commerce_mock.stored import Stored
from commerce_mock.transaction import Breach
from commerce_mock.writing import Writer, read_paths
from harness.platform import contract

ORDER = {
    "id": "order-1",
    "userId": "550e8400-e29b-41d4-a716-446655440001",
    "items": [{"productId": "p", "quantity": 1, "price": 0.1}],
    "status": "cancelled",
    "totalAmount": 0.1,
    "createdAt": "2026-01-01T00:00:00Z",
    "cancelledAt": "2026-01-01T00:00:01Z",
}


def _operation(name: str) -> Operation:
    return contract().operations[name]


def _writer(name: str) -> Writer:
    operation = _operation(name)
    collection = operation.resource.collection if operation.resource else ""
    return Writer(operation, read_paths(contract().operations.values()).get(collection))


def _stored(**changes: Any) -> Stored:
    value = {**ORDER, **changes}
    return Stored(contract().resources["orders"], (orjson.dumps(value), None, None, None))


def test_a_stored_resource_leaves_as_the_bytes_it_is_stored_in() -> None:
    stored = _stored()
    status, headers, body = _writer("orders.get").write(stored)
    assert (status, headers) == (200, [(b"content-type", b"application/json")])
    assert body is stored.row[0]


@pytest.mark.parametrize(("key", "location"), [("order-1", b"order-1"), ("a/b c", b"a%2Fb%20c"), ("é", b"%C3%A9")])
def test_what_was_created_says_where_it_is_read(key: str, location: bytes) -> None:
    status, headers, _ = _writer("orders.create").write(_stored(id=key))
    assert (status, dict(headers)[b"location"]) == (201, b"/api/orders/" + location)


def test_a_resource_is_shown_through_the_answers_own_schema() -> None:
    body = _writer("orders.cancel").write(_stored())[2]
    assert orjson.loads(body) == {name: ORDER[name] for name in ("id", "status", "cancelledAt")}


def test_an_answer_that_lacks_what_its_schema_requires_is_a_breach_with_its_pointer() -> None:
    stored = _stored()
    del stored.value["cancelledAt"]
    with pytest.raises(Breach) as caught:
        _writer("orders.cancel").write(stored)
    assert [error.pointer for error in caught.value.errors] == ["/cancelledAt"]
    assert "orders.cancel 200: /cancelledAt is required" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("orders.get", Answer({"id": 1}), "/id must be a string"),
        ("orders.get", Answer(None), "must be an object"),
        ("orders.get", Answer({}, 418), "orders.get answered 418, which it does not declare"),
        (
            "orders.list_for_user",
            Answer({"orders": [{}], "total": 1, "limit": 1, "offset": 0}),
            "/orders/0/id is required",
        ),
        ("users.ready", Answer({"status": "maybe"}, 503), "/status must be"),
    ],
)
def test_an_answer_that_the_contract_does_not_declare_is_a_breach(name: str, answer: Result, told: str) -> None:
    with pytest.raises(Breach, match=r".+") as caught:
        _writer(name).write(answer)
    assert told in str(caught.value)


def test_an_answer_has_the_status_headers_and_media_type_that_it_names() -> None:
    content = {"status": "not_ready", "service": "users", "timestamp": "2026-01-01T00:00:00Z"}
    status, headers, body = _writer("users.ready").write(Answer(content, 503, headers={b"retry-after": b"5"}))
    assert (status, orjson.loads(body)) == (503, content)
    assert headers == [(b"retry-after", b"5"), (b"content-type", b"application/json")]


def test_bytes_leave_as_they_are_in_their_media_type() -> None:
    answer = Answer(b"x 1\n", media_type="text/plain; version=0.0.4")
    assert _writer("users.metrics").write(answer) == (
        200, [(b"content-type", b"text/plain; version=0.0.4")], b"x 1\n",
    )  # fmt: skip


def test_an_answer_without_content_has_no_media_type() -> None:
    assert _writer("admin.reset").write(Answer(None)) == (204, [], b"")


def test_the_paths_that_read_one_resource_are_known_by_collection() -> None:
    assert read_paths(contract().operations.values()) == {
        "users": "/api/users/{user_id}",
        "orders": "/api/orders/{order_id}",
        "payments": "/api/payments/{payment_id}",
    }
