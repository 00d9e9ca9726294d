"""Payments: cards and their fates, one open payment an order, refunds up to the total, and the breakers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from commerce_mock import derived, settlement
from commerce_mock.call import Answer, Call, refusal
from commerce_mock.coding import NUMBERS
from commerce_mock.luhn import luhn
from commerce_mock.metrics import Samples, published
from commerce_mock.problems import Problem, at
from commerce_mock.services import breakers
from commerce_mock.services.breakers import Calls, breaker
from commerce_mock.services.cards import PUBLISHED, fate
from commerce_mock.services.money import amount, cents, text
from commerce_mock.settlement import OUTCOME, expect, expect_again, expected, is_last_read
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction

if TYPE_CHECKING:
    from commerce_mock.world import World

OPEN = "payments.open"
CARD = "cardNumber"
FATE = ("reason", "error_code")
BREAKERS = {"user_service": "users", "order_service": "orders"}
STATES = {"closed": 0, "open": 1, "half_open": 2}


def create(tx: Transaction, call: Call) -> Stored:
    """Accept a payment for a pending order; its outcome comes later (`settlement`)."""
    body = call.body
    method = body["paymentMethod"]
    number = method.get(CARD)
    if number is not None and not luhn(number):
        raise at("PAY_001", f"/paymentMethod/{CARD}", "This is not a card number: its check digit is wrong.")
    if not call.caller.owns(body["userId"]):
        raise Problem("FORBIDDEN")
    with Calls(tx) as calls:
        _check_order(tx, calls, body)
        destiny = fate(number)
        if destiny.refused:
            raise at(destiny.refused, f"/paymentMethod/{CARD}", "The card was declined.")
    shown = {name: method[name] for name in ("type", "expiryMonth", "expiryYear") if name in method}
    if number is not None:
        shown["last4"] = number[-4:]
    hidden = {"reason": destiny.reason, "error_code": destiny.error_code} if destiny.reason else None
    payment = derived.create(tx, call, {"paymentMethod": shown}, hidden)
    tx.store.claim(OPEN, body["orderId"], payment.key)
    if not destiny.stays:
        expect(tx, payment.key)
    return payment


def _check_order(tx: Transaction, calls: Calls, body: dict[str, Any]) -> None:
    calls.call("users")
    if tx.get("users", body["userId"]) is None:
        raise at("VALIDATION_ERROR", "/userId", f"There is no user {body['userId']}.")
    calls.call("orders")
    order = tx.get("orders", body["orderId"])
    if order is None:
        raise at("ORDER_003", "/orderId", f"There is no order {body['orderId']}.")
    if order.owner != body["userId"]:
        raise at("VALIDATION_ERROR", "/userId", "The order is another user's.")
    if tx.store.holder(OPEN, body["orderId"]) is not None:
        raise at("PAY_003", "/orderId", f"{order.key} already has a payment.")
    if order.state != "pending":
        raise at("ORDER_004", "/orderId", f"{order.key} is {order.state} and cannot be paid.")
    total = order.value["totalAmount"]
    if cents(body["amount"]) != cents(total):
        raise at("VALIDATION_ERROR", "/amount", f"The amount is not the order's total, {text(total)}.")


def settle(
    tx: Transaction, payment: Stored, status: str, reason: str | None = None, error_code: str | None = None
) -> Stored:
    """Let a payment complete, or fail for a reason; a failed one leaves its order to be paid again."""
    if status == "completed":
        return tx.move(payment, status, {"transactionId": f"txn-{tx.store.number('transactions')}"})
    tx.store.release(OPEN, payment.value["orderId"])
    changes = {"failureReason": reason, "errorCode": error_code}
    return tx.move(payment, status, changes, reason=reason, error_code=error_code)


def get(tx: Transaction, call: Call) -> Stored:
    """Show a payment; where it waits to be read, its outcome comes after the last of these reads is answered."""
    payment = derived.find(tx, call)
    if is_last_read(tx, payment.key):
        outcome(tx, payment.key)
    return payment


def outcome(tx: Transaction, key: str) -> None:
    """What a payment waited for has come: what its card brings, unless it was settled by hand before."""
    payment = tx.get("payments", key)
    if payment is None or payment.state != "processing":
        return
    hidden = payment.hidden
    reason = hidden.get("reason")
    settle(tx, payment, "failed" if reason else "completed", reason, hidden.get("error_code"))


def refund(tx: Transaction, call: Call) -> Stored:
    """Give money back, in parts up to the amount."""
    payment = derived.find(tx, call)
    value = payment.value
    refunded = cents(value.get("refundedAmount", 0)) + cents(call.body["amount"])
    paid = cents(value["amount"])
    target = "refunded" if refunded == paid else "partially_refunded"
    derived.check_move(call.operation, payment, target)
    if refunded > paid:
        rest = amount(paid - cents(value.get("refundedAmount", 0)))
        raise at(refusal(call.operation, 409), "/amount", f"The amount is more than what remains, {text(rest)}.")
    if target == "refunded":
        tx.store.release(OPEN, value["orderId"])
    return tx.move(payment, target, {"refundedAmount": amount(refunded)})


def circuit_breaker(tx: Transaction, _: Call) -> Answer:
    """The breakers in front of the services that payments calls."""
    return Answer({name: breaker(tx, service).document(tx.now) for name, service in BREAKERS.items()})


def claim_order(tx: Transaction, payment: Stored) -> None:
    """A scenario's payment keeps its order from being paid again, unless it failed or was given back.

    One that is processing goes on to wait for its outcome.
    """
    if payment.state not in ("failed", "refunded"):
        tx.store.claim(OPEN, payment.value["orderId"], payment.key)
    tx.store.reach("transactions", _transaction_number(payment.value.get("transactionId", "")))
    if payment.state == "processing":
        expect_again(tx, payment)


def fates(tx: Transaction) -> Callable[[Stored], Value]:
    """What a saved payment needs in order to end as it would have: its card's fate, and what it waits for."""
    tell = expected(tx)

    def fate_of(payment: Stored) -> Value:
        if payment.state != "processing":
            return {}
        hidden = payment.hidden
        return {**{name: hidden[name] for name in FATE if name in hidden}, **tell(payment.key)}

    return fate_of


def _transaction_number(transaction: str) -> int:
    number = transaction.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def success_rate(world: "World", _: str) -> Samples:
    """The share of completed payments among those that ended; 0 before the first."""
    completed, failed = world.meters.published["payment_completed"], world.meters.published["payment_failed"]
    yield {}, completed / (completed + failed) if completed + failed else 0.0


def breaker_states(world: "World", _: str) -> Samples:
    """0 closed, 1 open, 2 half-open, by the label `service`."""
    tx = world.transaction("metrics")
    for name, service in BREAKERS.items():
        yield {"service": name}, STATES[breaker(tx, service).state(tx.now)]


RULES = {
    "payments.create": create,
    "payments.get": get,
    "payments.refund": refund,
    "payments.circuit_breaker": circuit_breaker,
}
CALLS = tuple(BREAKERS.values())
TIMERS = {OUTCOME: outcome}
SEEDED = {"payments": claim_order}
SAVED = {"payments": fates}
PRIVATE = {"payments": FATE}
PUBLIC = PUBLISHED
RECORDS = {breakers.KIND: breakers.CODING, settlement.SETTLEMENT: settlement.CODING, settlement.READS: NUMBERS}
METRICS = {
    "payments_processed_total": published("payment_completed", "payment_failed", label="status"),
    "payment_success_rate": success_rate,
    "circuit_breaker_state": breaker_states,
}
