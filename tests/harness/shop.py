"""Short verbs for the platform's services, whoever serves them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from uuid import uuid4

import httpx
from redis import Redis

from harness.reference import Reference, until
from harness.witness import Witness

PASSWORD: Final = "correct-horse-9"
CVV: Final = "8375"
GOOD_CARD: Final = "4242424242424242"
STREAMS: Final = ("user_events", "order_events", "payment_events")
_NUMBERS: Final = count()


@dataclass(frozen=True, slots=True)
class Customer:
    """A registered user with a token."""

    id: str
    email: str
    token: str


class Shop:
    """Whoever uses the services; `witness`, if there is one, is shown every answer. Lives as long as a test."""

    def __init__(self, reference: Reference, broker: Redis, witness: Witness | None = None) -> None:
        self.reference = reference
        self.admin = reference.token("somebody", "admin")
        self._broker = broker
        self._witness = witness
        self._http = httpx.Client(trust_env=False, verify=False)  # noqa: S501 - plain HTTP; a certificate store is slow to load
        self._since = {stream: self._last(stream) for stream in STREAMS}

    def close(self) -> None:
        self._http.close()

    def _last(self, stream: str) -> str:
        newest: Any = self._broker.xrevrange(stream, count=1)
        return str(newest[0][0]) if newest else "0-0"

    def send(
        self,
        service: str,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """One request; `body` is JSON unless it is bytes; `headers` with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["authorization"] = f"Bearer {token}"
        content: Mapping[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        url = self.reference.urls[service] + path
        answered = self._http.request(method, url, headers=named, **(content if body is not None else {}))
        if self._witness is not None:
            self._witness.answer(service, answered)
            for secret in (PASSWORD, CVV, GOOD_CARD):
                assert secret not in answered.text
        return answered

    def get(self, service: str, path: str, token: str | None = None) -> httpx.Response:
        return self.send(service, "GET", path, token=token)

    def post(
        self, service: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> httpx.Response:
        return self.send(service, "POST", path, body, token, **headers)

    def ask_to_register(self, name: str | None = None, **changes: Any) -> httpx.Response:
        name = name or f"ann{next(_NUMBERS)}-{uuid4().hex[:8]}"
        who = {"email": f"{name}@example.com", "username": name, "first_name": "Ann", "last_name": "Lee"}
        return self.post("users", "/api/users", {**who, "password": PASSWORD, **changes})

    def register(self, name: str | None = None, **changes: Any) -> Customer:
        """A new user."""
        answered = self.ask_to_register(name, **changes)
        assert answered.status_code == 201, answered.text
        user = answered.json()
        return Customer(user["id"], user["email"], self.reference.token(user["id"]))

    def ask_to_order(self, who: Customer, *prices: float, quantity: int = 1, **headers: str) -> httpx.Response:
        items = [
            {"productId": f"prod-{n}", "quantity": quantity, "price": each} for n, each in enumerate(prices or (40.25,))
        ]
        return self.post("orders", "/api/orders", {"userId": who.id, "items": items}, who.token, **headers)

    def order(self, who: Customer, *prices: float) -> dict[str, Any]:
        """A new order of the customer, one item a price."""
        answered = self.ask_to_order(who, *prices)
        assert answered.status_code == 201, answered.text
        order: dict[str, Any] = answered.json()
        return order

    def payment(self, who: Customer, order: Mapping[str, Any], card: str = GOOD_CARD, **changes: Any) -> dict[str, Any]:
        """The body of a payment."""
        method = {"type": "credit_card", "cardNumber": card, "expiryMonth": "12", "expiryYear": "2025", "cvv": CVV}
        of = {"orderId": order["id"], "userId": who.id, "amount": order["totalAmount"], "currency": "USD"}
        return {**of, "paymentMethod": method, **changes}

    def ask_to_pay(
        self, who: Customer, order: Mapping[str, Any], card: str = GOOD_CARD, **changes: Any
    ) -> httpx.Response:
        return self.post("payments", "/api/payments", self.payment(who, order, card, **changes), who.token)

    def pay(self, who: Customer, order: Mapping[str, Any], card: str = GOOD_CARD) -> dict[str, Any]:
        """A payment of the order, once its outcome is known."""
        answered = self.ask_to_pay(who, order, card)
        assert answered.status_code == 201, answered.text
        path = f"/api/payments/{answered.json()['id']}"
        until(lambda: self.get("payments", path, who.token).json()["status"] != "processing")
        payment: dict[str, Any] = self.get("payments", path, who.token).json()
        return payment

    def refund(self, who: Customer, payment: Mapping[str, Any], amount: float, **headers: str) -> httpx.Response:
        return self.post("payments", f"/api/payments/{payment['id']}/refund", {"amount": amount}, who.token, **headers)

    def set_status(self, order: Mapping[str, Any], *statuses: str) -> httpx.Response:
        """Move an order through states, by somebody who may."""
        path = f"/api/orders/{order['id']}/status"
        return [self.send("orders", "PUT", path, {"status": status}, self.admin) for status in statuses][-1]

    def read_order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.get("orders", f"/api/orders/{order['id']}", self.admin).json()
        return found

    def metric(self, service: str, name: str) -> float:
        """The value of a metric's sample, 0 where there is none; `name` with its labels."""
        lines = self.get(service, "/metrics").text.splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)

    def events(self, *about: str) -> list[dict[str, str]]:
        """The entries of all streams that name one of these ids, in their order; `stream` is added."""
        found: list[dict[str, str]] = []
        for stream in STREAMS:
            entries: Any = self._broker.xrange(stream, min=f"({self._since[stream]}")
            found += [{"stream": stream, **fields} for _, fields in entries if set(about) & set(fields.values())]
        return found

    def heard(self, kind: str, *about: str) -> dict[str, str]:
        """The event of a type that names one of these ids, as soon as it is there; it must be the only one."""
        these: Callable[[], list[dict[str, str]]] = lambda: [e for e in self.events(*about) if e["event_type"] == kind]  # noqa: E731 - short
        until(these)
        (event,) = these()
        return event
