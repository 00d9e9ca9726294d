"""What of a law's requests belongs to a failure."""

import json
from itertools import count
from typing import Any

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.story import made, story

MOMENTS = count()


def exchange(method: str, path: str, sent: Any = None, status: int = 200, answer: Any = None) -> Exchange:
    return Exchange(
        operation=None, identity=Identity("user 1", "user-1"), method=method, url=f"http://h{path}", request_headers={},
        sent=b"" if sent is None else json.dumps(sent).encode(), status=status, headers={},
        body=json.dumps(answer).encode(), started=float(next(MOMENTS)), seconds=0.1,
    )  # fmt: skip


def test_what_made_and_moved_the_same_thing_comes_before() -> None:
    user = exchange("POST", "/users", {}, 201, {"id": "user-1"})
    order = exchange("POST", "/orders", {"user": "user-1"}, 201, {"id": "order-1", "at": "2026-01-01T00:00:00Z"})
    other = exchange("POST", "/orders", {"user": "user-1"}, 201, {"id": "order-2", "at": "2026-01-01T00:00:00Z"})
    payment = exchange("POST", "/payments", {"order": "order-1"}, 201, {"id": "pay-1"})
    looked = exchange("GET", "/orders/order-1")
    refused = exchange("POST", "/orders/order-1/cancel", status=409)
    moved = exchange("PUT", "/orders/order-1/status", {"status": "shipped"})
    last = exchange("POST", "/payments/pay-1/refund", status=500)
    later = exchange("PUT", "/orders/order-1/status", {"status": "cancelled"})
    seen = [user, order, other, payment, looked, refused, moved, last, later]
    assert story(seen, [last]) == (order, payment, moved, last)
    assert story(seen, [refused, last]) == (order, payment, refused, moved, last)


def test_what_is_shown_is_told_without_more_to_know() -> None:
    last = exchange("GET", "/orders/order-1")
    assert story([], [last]) == (last,)
    assert story([last], []) == ()


def test_an_identifier_is_what_the_service_made() -> None:
    answer = {"id": "a-1", "sent": "b-2", "at": "2026-01-01", "n": 3, "say": "no 1", "name": "x"}
    assert made(exchange("POST", "/", {"sent": "b-2"}, 201, answer)) == {"id": "a-1"}
    assert made(exchange("POST", "/", {}, 200, answer)) == {}
    assert made(exchange("POST", "/", {}, 201, [])) == {}
