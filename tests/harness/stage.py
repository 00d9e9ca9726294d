"""One valid request for each operation of the contract, in the demo scenario, to be sent as it is or spoilt."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commerce_contract import Operation
from commerce_mock.call import Rule
from harness.controls import CONTROL, PREPARED, example_body, example_ids
from harness.platform import GOOD_CARD, Answered, Member, Platform

JOHN = "550e8400-e29b-41d4-a716-446655440001"
JANE = "550e8400-e29b-41d4-a716-446655440002"
NOBODY = "00000000-0000-4000-8000-000000000009"
STUCK_CARD = "4000000000000259"
CARD = {"type": "credit_card", "cardNumber": GOOD_CARD, "expiryMonth": "12", "expiryYear": "2025", "cvv": "123"}

BODIES: Mapping[str, Any] = {
    "users.create": {
        "email": "kim@example.com",
        "username": "kim",
        "password": "correct horse battery",
        "first_name": "Kim",
        "last_name": "Lee",
        "phone": "+1234567890",
    },
    "users.update": {
        "first_name": "Jon",
        "last_name": "Do",
        "phone": "+1234567891",
        "profile": {"bio": "Reads a lot", "country": "USA", "city": "Boston"},
    },
    "users.verify": {"verification_token": "abc123"},
    "orders.create": {"userId": JOHN, "items": [{"productId": "prod-3", "quantity": 1, "price": 40.25}]},
    "orders.set_status": {"status": "confirmed", "paymentId": "pay-456"},
    "payments.create": {
        "orderId": "order-124",
        "userId": JOHN,
        "amount": 40.25,
        "currency": "USD",
        "paymentMethod": CARD,
    },
    "payments.refund": {"amount": 15.5, "reason": "Order cancelled"},
    "admin.set_service": {"up": False},
    "admin.advance": {"seconds": 60},
    "admin.set_clock": {"mode": "frozen", "now": "2026-01-01T00:00:00Z"},
    "admin.set_settlement": {"delay": "immediate"},
    "admin.settle": {"status": "failed", "failureReason": "Insufficient funds", "errorCode": "INSUFFICIENT_FUNDS"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `query` and `path` as they stand in a URL. Spoil it with `dataclasses.replace`."""

    operation: Operation
    path: str
    query: str = ""
    body: Any = None
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def but(self, **changes: Any) -> "Asked":
        """The same request with something changed."""
        return replace(self, **changes)

    def with_body(self, **changes: Any) -> "Asked":
        """The same request with some properties of its body changed."""
        return replace(self, body={**self.body, **changes})

    def at(self, identifier: str) -> "Asked":
        """The same request about another resource."""
        return replace(self, path=re.sub(r"\{[^}]+\}", identifier, self.operation.path))


class Stage:
    """A mock in the demo scenario; `owner` of everything is John, but for Jane's own user, who is to be verified."""

    def __init__(self, *, rules: Mapping[str, Rule] | None = None, judged: bool = True, **settings: Any) -> None:
        self.platform = Platform(scenario="demo", rules=rules, judged=judged, **settings)
        self.operations = self.platform.contract.operations
        self.john = Member(JOHN, "user@example.com", self.platform.token(JOHN))
        self.jane = Member(JANE, "jane@example.com", self.platform.token(JANE))

    def owner(self, name: str) -> Member:
        """Whose the resource is that an operation's valid request is about."""
        return self.jane if name == "users.verify" else self.john

    def ask(self, name: str) -> Asked:
        """A request that an operation answers with success."""
        operation = self.operations[name]
        ids = {
            "user_id": self.owner(name).id,
            "order_id": "order-124",
            "payment_id": "pay-456",
            "service": "orders",
        }
        body = BODIES.get(name)
        if name.startswith(CONTROL):
            ids = {**example_ids(operation), **ids}
            body = example_body(operation) if body is None else body
            if (prepare := PREPARED.get(name)) is not None:
                ids |= prepare(self)
        path = re.sub(r"\{([^}]+)\}", lambda found: ids[found[1]], operation.path)
        token = self.owner(name).token if operation.secured else None
        return Asked(operation, path, body=body, token=token)

    def processing(self) -> str:
        """The id of a payment that stays as it is until it is settled."""
        method = {**CARD, "cardNumber": STUCK_CARD}
        body = {**BODIES["payments.create"], "paymentMethod": method}
        paid = self.platform.post("payments", "/api/payments", body, self.john.token)
        identifier: str = paid.json["id"]
        return identifier

    def send(self, asked: Asked) -> Answered:
        """Send a request to the service that its operation belongs to."""
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        operation = asked.operation
        return self.platform.send(operation.service, operation.method, path, asked.body, asked.token, asked.headers)
