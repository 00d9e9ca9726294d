"""The law of the saga: it passes on the mock, and finds services that do not follow, or follow too much."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import saga
from commerce_contract import Contract
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import rewriting
from harness.listening import Document, Publish, listening, messages

ORDER = "an order of which payment_completed tells"
CONFIRMED = "order_confirmed says what its resource is"


def test_on_the_mock_those_who_hear_follow() -> None:
    (found,) = listening(saga.LAW)
    assert (found.key, found.verdict, found.failures) == ("saga[payments.create]", Verdict.PASSED, ())


def test_without_events_what_http_shows_is_tested_all_the_same() -> None:
    (found,) = listening(saga.LAW, events=None)
    assert found.missing == (("what the services tell each other is not heard", "say by --events where they publish"),)
    assert found.requests > 10


def test_what_cannot_be_had_or_read_is_no_pass() -> None:
    (found,) = listening(saga.LAW, states={})
    assert found.verdict is Verdict.UNREACHABLE
    assert any("payments.failed" in hook for _, hook in found.missing)


def test_a_resource_that_no_operation_reads_is_no_pass() -> None:
    def without_reading(whole: Contract) -> Contract:
        left = {name: each for name, each in whole.operations.items() if name != "users.get"}
        return replace(whole, operations=left)

    (found,) = listening(saga.LAW, read=without_reading)
    assert found.missing == (("a user cannot be read", "give --users URL"),)


def answered_with(name: str, value: Any) -> Any:
    """Every order that is read has another value there."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method != "GET" or "/api/orders/" not in request.url.path or not answered.is_success:
            return None
        return httpx.Response(200, json={**answered.json(), name: value})

    return rewriting(rewrite)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("status", "pending", [f"{ORDER} becomes status confirmed"]),
        ("paymentId", "pay-0", [f"{ORDER} names it by paymentId", f"{CONFIRMED}: /data/payment_id"]),
        ("status", "confirmed", ["an order of which payment_failed tells does not become status confirmed"]),
    ],
)  # fmt: skip
def test_orders_that_do_not_follow_payments_are_found(name: str, value: str, told: list[str]) -> None:
    assert messages(listening(saga.LAW, wrapped=answered_with(name, value))) == told


def test_a_payer_who_stays_unverified_is_found() -> None:
    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if "/api/users/" not in request.url.path or not answered.is_success:
            return None
        return httpx.Response(200, json={**answered.json(), "is_verified": False})

    told = messages(listening(saga.LAW, wrapped=rewriting(rewrite)))
    assert told == ["a user of which payment_completed tells becomes is_verified True"]


def test_an_order_whose_payment_failed_and_that_cannot_be_paid_again_is_found() -> None:
    seen: set[str] = set()

    def once(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method != "POST" or not request.url.path.endswith("/payments") or not answered.is_success:
            return None
        order = answered.json()["orderId"]
        if order in seen and "idempotent-replayed" not in answered.headers:
            return httpx.Response(409, json={"code": "PAYMENT_003"})
        seen.add(order)
        return None

    assert messages(listening(saga.LAW, wrapped=rewriting(once))) == [
        "after payment_failed the same can be asked again"
    ]


def never_confirmed(event: Document) -> list[Document]:
    return [] if event["type"] == "order_confirmed" else [event]


def confirmed_twice(event: Document) -> list[Document]:
    return [{**event, "id": f"again-{event['id']}"}, event] if event["type"] == "order_confirmed" else [event]


def of_nobody(event: Document) -> list[Document]:
    return [{**event, "correlation_id": "somebody"}] if event["type"] == "user_verified" else [event]


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (never_confirmed, "who follows payment_completed tells order_confirmed once"),
        (confirmed_twice, "who follows payment_completed tells order_confirmed once"),
        (of_nobody, "user_verified names the request that caused what it follows"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_follows_and_tells_it_wrongly_is_found(published: Publish, told: str) -> None:
    assert messages(listening(saga.LAW, published=published)) == [told]


def test_a_platform_without_the_orders_is_tested_as_far_as_it_is_there() -> None:
    def closed(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("ORDER_003")

    (found,) = listening(saga.LAW, rules={"orders.create": closed})
    assert found.verdict is Verdict.UNREACHABLE
