"""Orders: whose they are, what they cost, and that a completed payment confirms them."""

from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.events import Emitted
from commerce_mock.metrics import observed, transactions
from commerce_mock.problems import Problem, at
from commerce_mock.services.breakers import require
from commerce_mock.services.money import amount, cents
from commerce_mock.stored import Stored
from commerce_mock.transaction import Breach, Transaction


def create(tx: Transaction, call: Call) -> Stored:
    """Place an order for a user who exists; the total is the exact sum of quantity times price."""
    user_id = call.body["userId"]
    if not call.caller.owns(user_id):
        raise Problem("FORBIDDEN")
    require(tx, "users")
    if tx.get("users", user_id) is None:
        raise at("ORDER_001", "/userId", f"There is no user {user_id}.")
    total = 0
    for item in call.body["items"]:
        total += cents(item["price"]) * int(item["quantity"])
    try:
        return derived.create(tx, call, {"totalAmount": amount(total)})
    except Breach as breach:
        if any(error.pointer == "/totalAmount" for error in breach.errors):
            raise at("VALIDATION_ERROR", "/items", "The items come to more than an amount of money may be.") from None
        raise


def on_payment_completed(tx: Transaction, event: Emitted) -> None:
    """A paid order is confirmed, unless it was cancelled or confirmed meanwhile."""
    order = tx.get("orders", event.payload["order_id"])
    if order is not None and order.state == "pending":
        tx.move(order, "confirmed", {"paymentId": event.payload["payment_id"]})


RULES = {"orders.create": create}
CALLS = ("users",)
ON = {"payment_completed": on_payment_completed}
OBSERVED = {"order_created": "totalAmount"}
METRICS = {
    "order_value_histogram": observed("order_created"),
    "mongo_operations_duration_seconds": transactions,
}
