"""The checkout across all services: from registration to a confirmed order, and every way in which it fails."""

from decimal import Decimal

import pytest

from harness.platform import Platform

# Card, reason, code: accepted at first, failed a second later (decisions page, Test cards).
FAILING = [
    ("4000000000000341", "Insufficient funds", "INSUFFICIENT_FUNDS"),
    ("4000000000000069", "Expired card", "EXPIRED_CARD"),
    ("4000000000000119", "Processing error", "PROCESSING_ERROR"),
]


def test_a_checkout_goes_from_registration_to_a_confirmed_order_and_its_notifications() -> None:
    platform = Platform()
    ann = platform.register()

    (mail,) = platform.inbox(ann)
    assert (mail["event_type"], mail["to"], mail["subject"]) == ("user_created", ann.email, "Verify your account")
    proof = {"verification_token": platform.mailed_token(ann)}
    verified = platform.post("users", f"/api/users/{ann.id}/verify", proof, ann.token)
    assert (verified.status, verified.json["is_verified"]) == (200, True)

    order = platform.order(ann, 29.99, 45.49)
    assert (order["status"], order["totalAmount"]) == ("pending", 75.48)

    paid = platform.pay(ann, order)
    assert (paid.status, paid.json["status"], paid.json["amount"]) == (201, "processing", 75.48)
    assert "transactionId" not in paid.json
    assert platform.read_payment(paid.json["id"])["status"] == "processing"
    assert platform.read_order(order["id"])["status"] == "pending"

    platform.advance(0.999)
    assert platform.read_payment(paid.json["id"])["status"] == "processing"
    platform.advance(0.001)
    payment = platform.read_payment(paid.json["id"])
    assert (payment["status"], payment["transactionId"]) == ("completed", "txn-1")
    assert payment["completedAt"] == "2026-01-01T00:00:01Z"

    confirmed = platform.read_order(order["id"])
    assert (confirmed["status"], confirmed["paymentId"]) == ("confirmed", payment["id"])
    assert confirmed["updatedAt"] == "2026-01-01T00:00:01Z"

    assert [mail["event_type"] for mail in reversed(platform.inbox(ann))] == [
        "user_created",
        "user_verified",
        "order_created",
        "payment_completed",
        "order_confirmed",
    ]
    assert [event["type"] for event in platform.events()] == [
        mail["event_type"] for mail in reversed(platform.inbox(ann))
    ]


def test_who_pays_without_having_verified_is_verified_by_the_payment() -> None:
    platform = Platform()
    ann = platform.register()
    platform.paid(ann)
    assert platform.get("users", f"/api/users/{ann.id}", ann.token).json["is_verified"] is True
    late = platform.post("users", f"/api/users/{ann.id}/verify", {"verification_token": "x"}, ann.token)
    assert (late.status, late.code) == (400, "USER_003")


@pytest.mark.parametrize("card", ["4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"])
def test_a_card_that_passes_luhn_pays(card: str) -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order, card).json
    platform.advance(1)
    assert platform.read_payment(payment["id"])["status"] == "completed"
    assert payment["paymentMethod"]["last4"] == card[-4:]


@pytest.mark.parametrize(("card", "code"), [("4000000000000002", "PAY_001"), ("4000000000009995", "PAY_002")])
def test_a_card_that_is_declined_outright_leaves_no_payment(card: str, code: str) -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    refused = platform.pay(ann, order, card)
    assert (refused.status, refused.code) == (422, code)
    assert refused.pointers == ["/paymentMethod/cardNumber"]
    assert platform.get("payments", f"/api/payments/user/{ann.id}", ann.token).json["total"] == 0
    assert platform.pay(ann, order).status == 201


@pytest.mark.parametrize(("card", "reason", "code"), FAILING)
def test_a_card_that_fails_later_leaves_the_order_to_be_paid_again(card: str, reason: str, code: str) -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    first = platform.pay(ann, order, card).json
    assert first["status"] == "processing"
    platform.advance(1)

    failed = platform.read_payment(first["id"])
    assert (failed["status"], failed["failureReason"], failed["errorCode"]) == ("failed", reason, code)
    assert "transactionId" not in failed
    assert platform.read_order(order["id"])["status"] == "pending"
    newest = platform.inbox(ann)[0]
    assert newest["event_type"] == "payment_failed"
    assert reason in newest["text"]

    second = platform.pay(ann, order).json
    platform.advance(1)
    assert platform.read_payment(second["id"])["status"] == "completed"
    assert platform.read_order(order["id"])["paymentId"] == second["id"]
    assert platform.read_payment(first["id"])["status"] == "failed"


def test_a_card_that_hangs_stays_processing_until_it_is_settled() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order, "4000000000000259").json
    platform.advance(86_400)
    assert platform.read_payment(payment["id"])["status"] == "processing"
    settled = platform.post("admin", f"/__admin/payments/{payment['id']}/settle", {"status": "completed"})
    assert settled.json["status"] == "completed"
    assert platform.read_order(order["id"])["status"] == "confirmed"


@pytest.mark.parametrize("card", ["4111111111111111", "4000000000000259"])
def test_an_order_is_paid_once(card: str) -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    assert platform.pay(ann, order, card).status == 201
    again = platform.pay(ann, order)
    assert (again.status, again.code) == (409, "PAY_003")
    platform.advance(1)
    after = platform.pay(ann, order)
    assert (after.status, after.code) == (409, "PAY_003")
    assert platform.get("payments", f"/api/payments/user/{ann.id}", ann.token).json["total"] == 1


def test_an_order_that_is_cancelled_before_it_is_paid_cannot_be_paid() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    cancelled = platform.cancel(ann, order)
    assert cancelled.json == {"id": order["id"], "status": "cancelled", "cancelledAt": "2026-01-01T00:00:00Z"}
    refused = platform.pay(ann, order)
    assert (refused.status, refused.code) == (409, "ORDER_004")
    read = platform.read_order(order["id"])
    assert (read["status"], read["cancelledAt"]) == ("cancelled", "2026-01-01T00:00:00Z")


def test_an_order_that_is_cancelled_after_it_is_paid_can_be_refunded() -> None:
    platform = Platform()
    ann = platform.register()
    order, payment = platform.paid(ann)
    assert platform.cancel(ann, order).status == 200
    refunded = platform.refund(ann, payment, payment["amount"])
    assert (refunded.json["status"], refunded.json["refundedAmount"]) == ("refunded", payment["amount"])
    assert platform.read_order(order["id"])["status"] == "cancelled"
    again = platform.pay(ann, order)
    assert (again.status, again.code) == (409, "ORDER_004")


def test_an_order_that_is_cancelled_while_it_is_being_paid_stays_cancelled() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order).json
    platform.cancel(ann, order)
    platform.advance(1)
    assert platform.read_payment(payment["id"])["status"] == "completed"
    read = platform.read_order(order["id"])
    assert read["status"] == "cancelled"
    assert "paymentId" not in read
    assert "order_confirmed" not in [event["type"] for event in platform.events()]
    assert platform.refund(ann, payment, payment["amount"]).json["status"] == "refunded"


def test_an_order_beyond_pending_without_a_payment_cannot_be_paid() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    assert platform.set_status(order, "confirmed").status == 200
    refused = platform.pay(ann, order)
    assert (refused.status, refused.code, refused.pointers) == (409, "ORDER_004", ["/orderId"])


def test_refunds_add_up_to_the_amount_and_not_a_cent_beyond() -> None:
    platform = Platform()
    ann = platform.register()
    _, payment = platform.paid(ann, 0.1, 0.2)
    refunded = Decimal()
    for part, status in ((0.1, "partially_refunded"), (0.19, "partially_refunded"), (0.01, "refunded")):
        beyond = platform.refund(ann, payment, float(Decimal("0.30") - refunded + Decimal("0.01")))
        assert (beyond.status, beyond.code, beyond.pointers) == (409, "PAY_004", ["/amount"])
        given = platform.refund(ann, payment, part)
        refunded += Decimal(str(part))
        assert given.json["status"] == status
        assert Decimal(str(given.json["refundedAmount"])) == refunded
    last = platform.refund(ann, payment, 0.01)
    assert (last.status, last.code) == (409, "PAY_004")
    assert platform.read_payment(payment["id"])["refundedAmount"] == 0.3


def test_a_refund_says_what_remains() -> None:
    platform = Platform()
    ann = platform.register()
    _, payment = platform.paid(ann, 10)
    platform.refund(ann, payment, 2.5)
    assert platform.refund(ann, payment, 8).json["detail"] == "The amount is more than what remains, 7.50."


def test_neither_cancelling_nor_refunding_publishes_an_event() -> None:
    platform = Platform()
    ann = platform.register()
    order, payment = platform.paid(ann)
    before = len(platform.events())
    platform.refund(ann, payment, payment["amount"])
    platform.cancel(ann, order)
    assert len(platform.events()) == before


def test_the_delay_of_a_payment_is_a_setting() -> None:
    platform = Platform(payment_delay=0)
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order)
    assert payment.json["status"] == "processing"
    assert platform.read_payment(payment.json["id"])["status"] == "completed"
