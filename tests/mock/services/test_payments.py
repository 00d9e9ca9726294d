"""Payments: what a payment shows, lists, refunds, settling, and what a scenario's payments mean for later ones."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from harness.platform import Platform
from harness.stage import BODIES, CARD, JOHN, NOBODY, Stage


def test_a_new_payment_is_processing_and_shows_the_card_s_last_digits_only() -> None:
    stage = Stage()
    paid = stage.send(stage.ask("payments.create"))
    assert paid.json == {
        "id": "pay-458",
        "orderId": "order-124",
        "userId": JOHN,
        "amount": 40.25,
        "currency": "USD",
        "status": "processing",
        "paymentMethod": {"type": "credit_card", "last4": "1111", "expiryMonth": "12", "expiryYear": "2025"},
        "createdAt": "2026-01-01T00:00:00Z",
    }
    assert paid.headers["location"] == "/api/payments/pay-458"
    assert stage.platform.get("payments", "/api/payments/pay-458", stage.john.token).json == paid.json


def test_a_completed_payment_goes_on_from_the_scenario_s_transactions() -> None:
    stage = Stage()
    stage.send(stage.ask("payments.create"))
    stage.platform.advance(1)
    payment = stage.platform.read_payment("pay-458")
    assert (payment["status"], payment["transactionId"]) == ("completed", "txn-790")
    assert payment["completedAt"] == payment["updatedAt"] == "2026-01-01T00:00:01Z"


def test_what_an_account_does_not_need_is_left_out() -> None:
    stage = Stage()
    method = {"type": "paypal", "cardNumber": CARD["cardNumber"], "cvv": CARD["cvv"]}
    paid = stage.send(stage.ask("payments.create").with_body(paymentMethod=method))
    assert paid.status == 201
    assert CARD["cardNumber"] not in paid.body.decode()


def test_the_currency_is_kept() -> None:
    stage = Stage()
    assert stage.send(stage.ask("payments.create").with_body(currency="EUR")).json["currency"] == "EUR"
    stage.platform.advance(1)
    assert stage.platform.events()[-2]["payload"]["data"]["currency"] == "EUR"


@pytest.mark.parametrize("text", ["40.25", "40.250", "4025e-2", "4.025E+1"])
def test_an_amount_is_the_same_however_it_is_written(text: str) -> None:
    stage = Stage()
    asked = stage.ask("payments.create")
    body = orjson.dumps(asked.body)
    assert body.count(b"40.25") == 1
    paid = stage.send(asked.but(body=body.replace(b"40.25", text.encode())))
    assert (paid.status, paid.json["amount"]) == (201, 40.25)


def test_a_list_is_the_user_s_own_newest_first() -> None:
    stage = Stage()
    stage.send(stage.ask("payments.create"))
    listed = stage.send(stage.ask("payments.list_for_user")).json
    assert [payment["id"] for payment in listed["payments"]] == ["pay-458", "pay-457", "pay-456"]
    second = stage.send(stage.ask("payments.list_for_user").but(query="limit=1&offset=1")).json
    assert [payment["id"] for payment in second["payments"]] == ["pay-457"]
    assert (second["total"], second["limit"], second["offset"]) == (3, 1, 1)
    nobody = stage.send(stage.ask("payments.list_for_user").at(NOBODY).but(token=stage.platform.admin)).json
    assert nobody == stage.operations["payments.list_for_user"].success.examples["none"]


def test_the_demo_payments_are_those_of_the_documents_examples() -> None:
    stage = Stage()
    examples = stage.operations["payments.get"].success.examples
    assert stage.send(stage.ask("payments.get").at("pay-456")).json == examples["documented"]
    assert stage.send(stage.ask("payments.get").at("pay-457")).json == examples["failed"]


def test_a_refund_in_the_demo_scenario_is_that_of_the_documents_examples() -> None:
    for amount, name in ((15.5, "partially_refunded"), (75.48, "refunded")):
        stage = Stage(clock="2023-01-01T00:12:00Z")
        given = stage.send(stage.ask("payments.refund").with_body(amount=amount)).json
        assert given == stage.operations["payments.refund"].success.examples[name]


@pytest.mark.parametrize("body", [{"status": "failed"}, {"status": "failed", "failureReason": "Lost"}])
def test_a_payment_that_is_settled_as_failed_always_says_why(body: dict[str, Any]) -> None:
    stage = Stage()
    failed = stage.send(stage.ask("admin.settle").but(body=body)).json
    assert failed["failureReason"] == body.get("failureReason", "Settled by hand")
    assert failed["errorCode"] == "SETTLED"
    assert stage.platform.events()[-1]["payload"]["data"] == {
        "reason": failed["failureReason"],
        "error_code": "SETTLED",
        "failed_at": failed["updatedAt"],
    }


SCENARIO = """
users:
  - {id: 550e8400-e29b-41d4-a716-446655440001, email: a@example.com, username: a, first_name: A, last_name: B}
orders:
  - {id: order-1, userId: 550e8400-e29b-41d4-a716-446655440001, totalAmount: 5, status: pending,
     items: [{productId: p, quantity: 1, price: 5}]}
payments:
  - {id: pay-1, orderId: order-1, userId: 550e8400-e29b-41d4-a716-446655440001, amount: 5, currency: USD,
     status: STATE, transactionId: by-hand}
"""


@pytest.mark.parametrize(
    ("state", "status"),
    [("processing", 409), ("completed", 409), ("partially_refunded", 409), ("refunded", 201), ("failed", 201)],
)
def test_a_scenario_s_payment_keeps_its_order_from_being_paid_unless_it_came_to_nothing(
    tmp_path: Path, state: str, status: int
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO.replace("STATE", state), encoding="utf-8")
    platform = Platform(scenario=str(file))
    body = {**BODIES["payments.create"], "orderId": "order-1", "amount": 5}
    paid = platform.post("payments", "/api/payments", body, platform.token(JOHN))
    assert (paid.status, paid.code) == (status, "PAY_003" if status == 409 else None)


def test_a_timer_for_a_payment_that_is_gone_does_nothing() -> None:
    platform = Platform()
    with platform.world.transaction("test") as tx:
        tx.schedule(tx.now, "payments.outcome", "pay-0")
    platform.advance(1)
    assert platform.events() == []
