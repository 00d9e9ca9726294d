"""A world taken from one process to another: with all that it holds, the same requests get the same, to the byte."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import orjson
import pytest

from harness.server import Served, served

CARD: Final = {"type": "credit_card", "cardNumber": "4242424242424242", "expiryMonth": "12", "expiryYear": "2030"}
MEASURED: Final = frozenset({"server-timing"})
Told = tuple[int, dict[str, str], bytes]


class Shop:
    """A customer of one mock, who is its tester too."""

    def __init__(self, mock: Served, member: str = "") -> None:
        self._mock = mock
        self._client = httpx.Client(timeout=30)
        self.member = member

    def close(self) -> None:
        self._client.close()

    def ask(self, service: str, method: str, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        token = {"Authorization": f"Bearer {self._mock.token(self.member)}"} if self.member else {}
        keyed = {} if key is None else {"Idempotency-Key": key}
        return self._client.request(method, self._mock.urls[service] + path, json=body, headers={**token, **keyed})

    def turn(self, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = self.ask("admin", method, f"/__admin/{path}", body)
        assert answer.status_code < 300, answer.text
        return answer

    def register(self, name: str) -> httpx.Response:
        person = {"email": f"{name}@example.com", "username": name, "password": "correct-horse-9"}
        return self.ask("users", "POST", "/api/users", {**person, "first_name": name, "last_name": "Lee"})

    def order(self, key: str | None = None) -> httpx.Response:
        items = [{"productId": "tea", "quantity": 2, "price": 4.5}]
        return self.ask("orders", "POST", "/api/orders", {"userId": self.member, "items": items}, key)

    def pay(self, order: str, key: str | None = None) -> httpx.Response:
        paid = {"orderId": order, "userId": self.member, "amount": 9, "currency": "USD"}
        method = {**CARD, "cvv": "123"}
        return self.ask("payments", "POST", "/api/payments", {**paid, "paymentMethod": method}, key)

    def read(self, order: str) -> httpx.Response:
        return self.ask("orders", "GET", f"/api/orders/{order}")


def live(shop: Shop) -> None:
    """Bring a world to where something of everything is under way."""
    shop.member = shop.register("ann").json()["id"]
    first, second, third = (shop.order(key).json()["id"] for key in ("first", None, None))
    shop.turn("POST", "faults", {"fault": "delay", "seconds": 0})
    shop.turn("DELETE", "faults/fault-1")
    shop.turn("POST", "faults", {"fault": "status", "status": 503, "operation": "orders.get", "share": 0.5})
    shop.turn("POST", "faults", {"fault": "problem", "code": "ORDER_003", "operation": "orders.cancel", "times": 2})
    shop.turn("POST", "faults", {"fault": "problem", "code": "USER_004", "operation": "users.get", "times": 1})
    limit = {"fault": "rate_limit", "limit": 3, "per_seconds": 60, "operation": "payments.list_for_user"}
    shop.turn("POST", "faults", limit)
    struck = [shop.read(first).status_code for _ in range(8)]
    assert {*struck} == {200, 503}
    assert shop.ask("orders", "POST", f"/api/orders/{third}/cancel").status_code == 404
    assert shop.ask("users", "GET", f"/api/users/{shop.member}").status_code == 404
    for _ in range(2):
        shop.turn("POST", "clock/advance", {"duration": "1500ms"})
        assert shop.ask("payments", "GET", f"/api/payments/user/{shop.member}").status_code == 200
    rules: list[dict[str, Any]] = [
        {"effect": "drop", "type": "user_*"},
        {"effect": "hold", "type": "payment_completed", "receiver": "orders", "times": 1},
        {"effect": "drop", "type": "order_created", "receiver": "notifications", "share": 0.5},
        {"effect": "duplicate", "type": "payment_*", "receiver": "notifications", "copies": 2, "delay": "30s"},
    ]
    for rule in rules:
        shop.turn("POST", "delivery-rules", rule)
    shop.turn("DELETE", "delivery-rules/rule-1")
    assert shop.pay(first, "pay").status_code == 201
    shop.turn("POST", "clock/advance", {"seconds": 1})
    for _ in range(3):
        shop.order()
    shop.turn("PUT", "payments/settlement", {"delay": "reads:2"})
    assert shop.pay(second).status_code == 201
    shop.turn("PUT", "payments/settlement", {"delay": "1h"})
    assert shop.pay(third).status_code == 201
    shop.turn("PUT", "services/orders", {"up": False})
    assert [shop.pay(third).status_code for _ in range(4)] == [503] * 4
    shop.turn("PUT", "auth", {"operation": "users.events", "outcome": "not_owner", "times": 2})
    shop.turn("PUT", "auth", {"operation": "users.update", "outcome": "expired"})
    assert shop.ask("users", "GET", f"/api/users/{shop.member}/events").status_code == 403
    external = {"type": "user_verified", "id": "from/there", "source": "https://id.example/", "publish": False}
    data = {"verified_at": "2026-01-01T00:00:00Z"}
    shop.turn("POST", "events/emit", {**external, "payload": {"user_id": shop.member, "data": data}})


def go_on(shop: Shop) -> Iterator[httpx.Response]:
    """What is asked of both worlds."""
    for name in ("faults", "delivery-rules", "deliveries", "auth", "timers", "idempotency-keys", "services", "clock"):
        if name != "services":  # whose addresses differ
            yield shop.turn("GET", name)
    yield shop.pay("order-3")  # the fifth failure: the breaker opens
    yield shop.ask("payments", "GET", "/api/circuit-breaker/status")
    yield shop.order()  # down
    shop.turn("PUT", "services/orders", {"up": True})
    for _ in range(8):
        yield shop.read("order-1")
    for _ in range(3):
        yield shop.ask("payments", "GET", f"/api/payments/user/{shop.member}")
        yield shop.ask("orders", "POST", "/api/orders/order-3/cancel")
        yield shop.ask("users", "GET", f"/api/users/{shop.member}")
        yield shop.ask("users", "GET", f"/api/users/{shop.member}/events")
        yield shop.ask("users", "PUT", f"/api/users/{shop.member}", {"first_name": "A"})
    for key in ("first", "pay"):
        yield shop.order(key)
    yield shop.pay("order-1", "pay")
    for _ in range(3):
        yield shop.ask("payments", "GET", "/api/payments/pay-2")
    for _ in range(4):
        yield shop.order()
    yield shop.register("bob")
    yield shop.turn("POST", "faults", {"fault": "timeout", "operation": "orders.set_status"})
    yield shop.turn("POST", "delivery-rules", {"effect": "hold", "type": "order_confirmed"})
    yield shop.turn("POST", "events/emit", {"type": "user_verified", "id": "from/there", "payload": {}})
    yield shop.turn("POST", "deliveries/release")
    yield shop.turn("POST", "clock/advance", {"seconds": 40})
    yield shop.turn("POST", "clock/next")
    yield shop.ask("payments", "GET", "/api/circuit-breaker/status")
    yield shop.ask("payments", "GET", "/api/payments/pay-3")
    for name in ("events", "inbox", "state", "deliveries", "faults", "delivery-rules"):
        yield shop.turn("GET", f"{name}?limit=100")
    yield shop.turn("GET", "export")


def told(answer: httpx.Response) -> Told:
    """An answer without what was measured."""
    headers = {name: value for name, value in answer.headers.items() if name not in MEASURED}
    return answer.status_code, headers, answer.content


@pytest.fixture
def shops() -> Iterator[tuple[Shop, Shop]]:
    """One that is lived in, of a mock with a seed of its own, and one in another process that knows nothing of it."""
    with served(seed=3) as one, served(seed=0) as other:
        shops = Shop(one), Shop(other)
        yield shops
        for shop in shops:
            shop.close()


def test_all_that_a_world_holds_goes_with_it_to_another_process(shops: tuple[Shop, Shop]) -> None:
    one, other = shops
    live(one)
    document = one.turn("GET", "export")
    other.register("whoever")
    other.turn("POST", "import", document.json())
    other.member = one.member
    kept = orjson.loads(document.content)
    assert [fault["id"] for fault in kept["faults"]] == ["fault-2", "fault-3", "fault-4", "fault-5"]
    assert (kept["forced"][0]["times"], len(kept["deliveries"]), len(kept["timers"])) == (1, 3, 3)
    for number, (asked, again) in enumerate(zip(go_on(one), go_on(other), strict=True)):
        assert told(asked) == told(again), number


def test_a_reset_returns_to_what_was_imported_where_no_fault_has_struck_yet(shops: tuple[Shop, Shop]) -> None:
    one, other = shops
    live(one)
    before = other.turn("POST", "import", one.turn("GET", "export").json()).json()["resources"]
    other.order()
    other.turn("POST", "reset")
    after = other.turn("GET", "export").json()
    assert {name: len(found) for name, found in after["resources"].items()} == before
    assert [(fault["id"], fault["seen"], fault["struck"]) for fault in after["faults"]] == [
        ("fault-2", 0, 0),
        ("fault-3", 0, 0),
        ("fault-5", 0, 0),
    ]
    assert [rule["struck"] for rule in after["delivery_rules"]] == [0, 0]
    assert after["forced"] == after["down"] == []


def test_an_export_has_what_a_schedule_still_kept_back(shops: tuple[Shop, Shop]) -> None:
    one, other = shops
    one.member = one.register("ann").json()["id"]
    one.turn("PUT", "payments/settlement", {"delay": "immediate"})
    one.turn("PUT", "schedule", {"deviations": [{"point": point, "choice": "request"} for point in range(1, 9)]})
    one.pay(one.order().json()["id"])
    assert "orders" in {name.rpartition("/")[2] for name in one.turn("GET", "schedule").json()["waiting"]}
    other.turn("POST", "import", one.turn("GET", "export").json())
    other.member = one.member
    assert one.turn("GET", "schedule").json()["waiting"] == []
    assert other.read("order-1").json()["status"] == "confirmed"
    assert one.turn("GET", "inbox").content == other.turn("GET", "inbox").content
    assert other.ask("admin", "GET", "/__admin/schedule").status_code == 404
