"""The floor really does the two operations: checked, exact, stored."""

import asyncio
from typing import Any

import orjson
import pytest

from benchmarks.floor import COLLECTOR_THRESHOLDS, Floor, Item, total_cents
from commerce_mock.http import server

USER = "550e8400-e29b-41d4-a716-446655440001"
SAMPLE = {
    "userId": USER,
    "items": [
        {"productId": "prod-1", "quantity": 2, "price": 29.99},
        {"productId": "prod-2", "quantity": 1, "price": 15.50},
    ],
}


def ask(floor: Floor, method: str, path: str, *chunks: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
    """Speak ASGI with the floor; status, headers, body."""
    last = len(chunks) - 1
    waiting = [{"type": "http.request", "body": part, "more_body": at < last} for at, part in enumerate(chunks)]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(floor({"type": "http", "method": method, "path": path}, receive, send))
    start, body = sent
    return start["status"], dict(start["headers"]), body["body"]


def test_an_order_is_created_with_its_exact_total_and_read_back_byte_for_byte() -> None:
    floor = Floor("/api/orders")
    status, headers, body = ask(floor, "POST", "/api/orders", orjson.dumps(SAMPLE))
    assert status == 201
    assert headers[b"location"] == b"/api/orders/order-1"
    order = orjson.loads(body)
    assert {name: order[name] for name in SAMPLE} == SAMPLE
    assert (order["id"], order["status"], order["totalAmount"]) == ("order-1", "pending", 75.48)
    assert order["createdAt"].endswith("Z")
    assert ask(floor, "GET", "/api/orders/order-1", b"") == (
        200,
        {b"content-type": b"application/json", b"content-length": b"%d" % len(body)},
        body,
    )


def test_a_body_that_comes_in_pieces_is_put_together() -> None:
    body = orjson.dumps(SAMPLE)
    assert ask(Floor("/api/orders"), "POST", "/api/orders", body[:20], body[20:60], body[60:])[0] == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 422),
        (orjson.dumps({**SAMPLE, "items": []}), 422),
        (orjson.dumps({**SAMPLE, "userId": "ann"}), 422),
        (orjson.dumps({**SAMPLE, "items": [{"productId": "prod-1", "quantity": 0, "price": 1}]}), 422),
        (orjson.dumps({**SAMPLE, "items": [{"productId": "prod-1", "quantity": 1, "price": -1}]}), 422),
        (orjson.dumps({**SAMPLE, "items": [{"productId": "prod-1", "quantity": 1, "price": 1.001}]}), 422),
    ],
)
def test_a_bad_order_is_refused_and_not_stored(body: bytes, status: int) -> None:
    floor = Floor("/api/orders")
    assert ask(floor, "POST", "/api/orders", body)[0] == status
    assert ask(floor, "GET", "/api/orders/order-1", b"")[0] == 404


def test_totals_have_no_float_artefact() -> None:
    prices = [Item("a", 1, 0.1), Item("b", 1, 0.2), Item("c", 3, 33.33)]
    assert total_cents(prices) == 10_029


def test_the_collector_is_set_as_in_the_mock() -> None:
    assert server.COLLECTOR_THRESHOLDS == COLLECTOR_THRESHOLDS


def test_other_routes_are_not_found() -> None:
    assert ask(Floor("/api/orders"), "DELETE", "/api/orders", b"")[0] == 404
