"""The whole platform in process: one engine, short verbs, no port."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from commerce_contract import Contract, load
from commerce_mock.auth import issue_token
from commerce_mock.call import Rule
from commerce_mock.derived import derive
from commerce_mock.engine import Engine
from commerce_mock.replaying import replay
from commerce_mock.scenario import Scenario, load_scenario
from commerce_mock.services import breakers
from commerce_mock.settings import Settings
from commerce_mock.wire import Request
from harness.judge import Judge

PASSWORD = "correct-horse-9"
GOOD_CARD = "4111111111111111"


@cache
def contract(directory: Path | None = None) -> Contract:
    """The contract, read once a test process."""
    return load(directory)


@cache
def shipped(name: str) -> Scenario:
    """A scenario that ships with the mock, read once a test process."""
    return load_scenario(name)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `headers` with lower-case names, the last of each name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def code(self) -> str | None:
        """The problem code."""
        return self.json.get("code") if self.headers.get("content-type") == "application/problem+json" else None

    @property
    def pointers(self) -> list[str]:
        """Where a 422 says that the request is wrong."""
        return [error["pointer"] for error in self.json.get("errors", [])]


@dataclass(frozen=True, slots=True)
class Member:
    """A registered user with a token."""

    id: str
    email: str
    token: str


class Platform:
    """A mock of its own; every exchange is shown to the judge, unless `judged` is false."""

    def __init__(
        self,
        directory: Path | None = None,
        *,
        scenario: str = "empty",
        rules: Mapping[str, Rule] | None = None,
        judged: bool = True,
        **settings: Any,
    ) -> None:
        settings.setdefault("clock", "2026-01-01T00:00:00Z")
        known = shipped(scenario) if scenario.isidentifier() else load_scenario(scenario)
        self.engine = Engine(contract(directory), Settings(**settings), known, rules)
        self.engine.worlds.replay = replay
        self.contract = self.engine.contract
        self.world = self.engine.world
        self.judge = Judge(self.contract) if judged else None
        self.admin = self.token("00000000-0000-4000-8000-000000000000", "admin", 10**9)

    def unruled(self) -> set[str]:
        """Operations for which no rule is written: what the contract alone decides."""
        handlers = self.engine.behaviour.handlers
        return {name for name, handler in handlers.items() if handler.rule is derive(handler.operation)}

    def token(self, subject: str, role: str = "customer", expires_in: float = 3600) -> str:
        secret = self.engine.settings.jwt_secret
        return issue_token(secret, subject, role, expires_in, self.world.clock.now())

    def send(  # noqa: PLR0913, PLR0917 - the parts of a request
        self,
        service: str | None,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One request; `body` is JSON unless it is bytes."""
        given = {name.lower().encode(): value.encode("latin-1") for name, value in (headers or {}).items()}
        if body is not None:
            given.setdefault(b"content-type", b"application/json")
        if token is not None:
            given[b"authorization"] = f"Bearer {token}".encode()
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        route, _, query = path.partition("?")
        request = Request(method, route, query.encode(), given, content, service)
        before = self._tables()
        response = self.engine.respond(self.world, request)
        answered = Answered(
            response.status, {name.decode(): value.decode() for name, value in response.headers}, response.body
        )
        if self.judge is not None:
            self.judge.examine(self.engine, request, response)
            if response.status >= 400 and before is not None:
                assert self._tables() == before, f"a refused request left a trace: {answered}"
        return answered

    def _tables(self) -> dict[str, int] | None:
        """The identity of each table of the state, but for what breakers remember; None where a timer is due."""
        timer = self.world.store.begin().next_timer()
        if timer is not None and timer[0] <= self.world.clock.now():
            return None
        return {name: id(table) for name, table in self.world.store.state.items() if name != breakers.KIND}

    def get(self, service: str, path: str, token: str | None = None) -> Answered:
        return self.send(service, "GET", path, token=token)

    def post(self, service: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(service, "POST", path, body, token, named)

    def register(self, name: str = "ann", **changes: Any) -> Member:
        """A new user and a customer's token for them."""
        body = {
            "email": f"{name}@example.com",
            "username": name,
            "password": PASSWORD,
            "first_name": name.title(),
            "last_name": "Lee",
            **changes,
        }
        user = self.post("users", "/api/users", body)
        assert user.status == 201, user.body
        return Member(user.json["id"], user.json["email"], self.token(user.json["id"]))

    def order(self, member: Member, *prices: float) -> dict[str, Any]:
        """A new order of the member, one item a price."""
        items = [{"productId": f"prod-{n}", "quantity": 1, "price": p} for n, p in enumerate(prices or (29.99, 15.5))]
        placed = self.post("orders", "/api/orders", {"userId": member.id, "items": items}, member.token)
        assert placed.status == 201, placed.body
        order: dict[str, Any] = placed.json
        return order

    def pay(self, member: Member, order: Mapping[str, Any], card: str = GOOD_CARD, **changes: Any) -> Answered:
        """Pay an order with a card."""
        method = {"type": "credit_card", "cardNumber": card, "expiryMonth": "12", "expiryYear": "2025", "cvv": "123"}
        body = {
            "orderId": order["id"],
            "userId": member.id,
            "amount": order["totalAmount"],
            "currency": "USD",
            "paymentMethod": method,
            **changes,
        }
        return self.post("payments", "/api/payments", body, member.token)

    def paid(self, member: Member, *prices: float) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new order and its completed payment, as they are read then."""
        order = self.order(member, *prices)
        payment = self.pay(member, order).json
        self.advance(float(self.engine.settings.payment_delay))
        return self.read_order(order["id"]), self.read_payment(payment["id"])

    def read_order(self, identifier: str) -> dict[str, Any]:
        order: dict[str, Any] = self.get("orders", f"/api/orders/{identifier}", self.admin).json
        return order

    def read_payment(self, identifier: str) -> dict[str, Any]:
        payment: dict[str, Any] = self.get("payments", f"/api/payments/{identifier}", self.admin).json
        return payment

    def refund(self, member: Member, payment: Mapping[str, Any], amount: float) -> Answered:
        return self.post("payments", f"/api/payments/{payment['id']}/refund", {"amount": amount}, member.token)

    def cancel(self, member: Member, order: Mapping[str, Any]) -> Answered:
        return self.post("orders", f"/api/orders/{order['id']}/cancel", token=member.token)

    def set_status(self, order: Mapping[str, Any], status: str) -> Answered:
        """Move an order, by somebody who may."""
        return self.send("orders", "PUT", f"/api/orders/{order['id']}/status", {"status": status}, self.admin)

    def switch(self, service: str, *, up: bool) -> Answered:
        """Mark a service up or down."""
        return self.send("admin", "PUT", f"/__admin/services/{service}", {"up": up})

    def advance(self, seconds: float) -> None:
        """Let time pass, and every timer fire that falls due."""
        self.world.advance(round(seconds * 1000))

    def inbox(self, member: Member | None = None) -> list[dict[str, Any]]:
        """Notifications, newest first."""
        query = f"&user_id={member.id}" if member else ""
        found: list[dict[str, Any]] = self.get("admin", f"/__admin/inbox?limit=100{query}").json["notifications"]
        return found

    def mailed_token(self, member: Member) -> str:
        """The verification token in the mail that a new user gets."""
        (mail,) = (mail for mail in self.inbox(member) if mail["event_type"] == "user_created")
        token: str = mail["text"].rpartition(" ")[2]
        return token

    def events(self) -> list[dict[str, Any]]:
        """The event log, oldest first."""
        found: list[dict[str, Any]] = self.get("admin", "/__admin/events?limit=100").json["events"]
        return found[::-1]
