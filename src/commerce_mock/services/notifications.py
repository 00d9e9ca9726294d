"""Notifications: every event becomes a mail in the inbox, where tests and people read it."""

from collections.abc import Callable, Mapping
from typing import Any

from commerce_mock.clock import timestamp
from commerce_mock.encoding import kept_json
from commerce_mock.events import Emitted
from commerce_mock.services.money import text
from commerce_mock.services.users import TOKEN
from commerce_mock.transaction import Stored, Transaction

INBOX = "inbox"
Mail = Callable[[Mapping[str, Any], Mapping[str, Any], Stored], tuple[str, str]]

# Subject and text by event type, from the payload, its data, and the user who is written to.
MAILS: Mapping[str, Mail] = {
    "user_created": lambda _p, _d, user: (
        "Verify your account",
        f"Welcome, {user.value['first_name']}! Your verification token is {user.hidden.get(TOKEN, '(already used)')}",
    ),
    "user_verified": lambda _p, _d, user: ("Your account is verified", f"Thank you, {user.value['first_name']}."),
    "order_created": lambda p, d, _u: (
        f"We received your order {p['order_id']}",
        f"It comes to {text(d['total_amount'])}.",
    ),
    "order_confirmed": lambda p, _d, _u: (f"Your order {p['order_id']} is confirmed", "We are getting it ready."),
    "payment_completed": lambda p, d, _u: (
        f"We received your payment {p['payment_id']}",
        f"{text(d['amount'])} {d['currency']} for {p['order_id']}.",
    ),
    "payment_failed": lambda p, d, _u: (
        f"Your payment {p['payment_id']} failed",
        f"{d['reason']}. You can pay {p['order_id']} again.",
    ),
}


def notify(tx: Transaction, event: Emitted) -> None:
    """Write to the user whom an event concerns; an event about nobody known is not told to anybody."""
    payload = event.payload
    user_id = payload.get("user_id")
    if user_id is None:
        order = tx.get("orders", payload["order_id"])
        user_id = order.owner if order is not None else None
    user = tx.get("users", user_id) if user_id else None
    if user is None:
        return
    subject, body = MAILS[event.type](payload, payload["data"], user)
    notification = {
        "id": f"notification-{tx.store.count(INBOX) + 1}",
        "channel": "email",
        "to": user.value["email"],
        "subject": subject,
        "text": body,
        "event_id": event.id,
        "event_type": event.type,
        "user_id": user_id,
        "created_at": timestamp(tx.now),
    }
    tx.store.append(INBOX, kept_json(notification))


ON = dict.fromkeys(MAILS, notify)
READS = ("users", "orders", "payments")
