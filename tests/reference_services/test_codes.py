"""Every problem code that the contract declares, provoked in every operation that declares it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import pytest

from commerce_contract import load
from harness.shop import PASSWORD, Shop
from harness.witness import Witness

NOBODY: Final = "00000000-0000-4000-8000-000000000009"
CONTRACT: Final = load()
# A correct service does not fail; what is down is in test_breaker.py, what still runs in test_idempotency.py.
ELSEWHERE: Final = {"INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "CONFLICT"}


def declared() -> list[tuple[str, str]]:
    """Operations and codes. A request without a body is never malformed in a way that reaches the service."""
    return [
        (name, code)
        for name, operation in CONTRACT.operations.items()
        for code in operation.problems
        if operation.service in {"users", "orders", "payments"}
        if code not in ELSEWHERE and not (code == "BAD_REQUEST" and operation.body is None)
    ]


class Scene:
    """A customer with an order, paid where that is asked for; lives as long as a test."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ann = shop.register()
        self.order = shop.order(self.ann)
        self.ids = {"user_id": self.ann.id, "order_id": self.order["id"], "payment_id": "pay-0"}

    def bodies(self) -> Mapping[str, Any]:
        who = {"email": "kim@x.example", "username": "kim", "first_name": "Kim", "last_name": "Lee"}
        return {
            "users.create": {**who, "password": PASSWORD},
            "users.update": {"first_name": "Jo"},
            "users.verify": {"verification_token": "wrong"},
            "orders.create": {"userId": self.ann.id, "items": [{"productId": "p", "quantity": 1, "price": 40.25}]},
            "orders.set_status": {"status": "cancelled"},
            "payments.create": self.shop.payment(self.ann, self.order),
            "payments.refund": {"amount": 1},
        }

    def send(
        self, name: str, *, body: Any = None, token: str | None = "", query: str = "", **more: str
    ) -> httpx.Response:
        """The operation's request, as Ann sends it."""
        operation = CONTRACT.operations[name]
        if "{payment_id}" in operation.path and self.ids["payment_id"] == "pay-0" and self.ids["user_id"] != NOBODY:
            self.ids["payment_id"] = self.shop.pay(self.ann, self.order)["id"]
        path = operation.path.format(**self.ids)
        body = self.bodies().get(name) if body is None else body
        token = self.ann.token if token == "" else token
        return self.shop.send(operation.service, operation.method, path + query, body, token, **more)

    def but(self, name: str, **changes: Any) -> httpx.Response:
        """The operation's request with something changed in its body."""
        return self.send(name, body={**self.bodies()[name], **changes})

    def nowhere(self, name: str) -> httpx.Response:
        """About what does not exist."""
        self.ids = {"user_id": NOBODY, "order_id": "order-0", "payment_id": "pay-0"}
        return self.send(name, token=self.shop.admin)

    def taken(self, name: str, **changes: str) -> httpx.Response:
        """Somebody's address or name, in other letters."""
        self.shop.ask_to_register("Lou", email="lou@x.example")
        return self.but(name, **changes)

    def twice(self, name: str, **changes: Any) -> httpx.Response:
        """Two requests with one key."""
        if name == "payments.create":
            self.order = self.shop.order(self.ann)
        assert self.send(name, idempotency_key="k").is_success
        return self.send(name, body={**self.bodies()[name], **changes}, idempotency_key="k")

    def invalid(self, name: str) -> httpx.Response:
        """Something that breaks a schema, and has no code of its own."""
        operation = CONTRACT.operations[name]
        if name.endswith("list_for_user"):
            return self.send(name, query="?limit=101")
        if operation.body is None:
            self.ids["user_id"] = "42"
            return self.send(name)
        changes: dict[str, dict[str, Any]] = {
            "orders.create": {"items": [{"productId": "p", "quantity": 0, "price": 1}]}
        }
        changes["payments.create"] = {"amount": -1}
        return self.but(name, **changes[name]) if name in changes else self.send(name, body={})

    def again(self, name: str) -> httpx.Response:
        """Pay twice."""
        assert self.send(name).is_success
        return self.send(name)

    def card(self, number: str) -> httpx.Response:
        """A new order, paid by card."""
        return self.shop.ask_to_pay(self.ann, self.shop.order(self.ann), number)

    def cancelled(self) -> httpx.Response:
        """Pay an order that is cancelled."""
        order = self.shop.order(self.ann)
        self.shop.set_status(order, "cancelled")
        return self.shop.ask_to_pay(self.ann, order)

    def final(self, name: str) -> httpx.Response:
        """Change an order that is cancelled."""
        self.ids["order_id"] = self.shop.order(self.ann)["id"]
        self.send("orders.cancel")
        return self.send(name)


Provoke = Callable[[Scene, str], httpx.Response]
PROVOCATIONS: Final[Mapping[str, Provoke]] = {
    "BAD_REQUEST": lambda scene, name: scene.send(name, body=b'{"a": NaN}', content_type="application/json"),
    "UNAUTHORIZED": lambda scene, name: scene.send(name, token=None),
    "FORBIDDEN": lambda scene, name: scene.send(name, token=scene.shop.register().token),
    "NOT_FOUND": Scene.nowhere,
    "UNSUPPORTED_MEDIA_TYPE": lambda scene, name: scene.send(name, body=b"a=1", content_type="text/plain"),
    "VALIDATION_ERROR": Scene.invalid,
    "IDEMPOTENCY_KEY_REUSED": lambda scene, name: scene.twice(
        name, items=[{"productId": "q", "quantity": 1, "price": 1}], currency="EUR", reason="another"
    ),
    "USER_001": lambda scene, name: scene.taken(name, email="LOU@x.example"),
    "USER_002": lambda scene, name: scene.taken(name, username="lOU"),
    "USER_003": Scene.send,
    "USER_004": Scene.nowhere,
    "ORDER_001": lambda scene, name: scene.but(name, userId="42"),
    "ORDER_002": lambda scene, name: scene.but(name, items=[]),
    "ORDER_003": Scene.nowhere,
    "ORDER_004": Scene.final,
    "PAY_001": lambda scene, _: scene.card("4242424242424241"),
    "PAY_002": lambda scene, _: scene.card("4000000000009995"),
    "PAY_003": Scene.again,
    "PAY_004": lambda scene, name: scene.but(name, amount=40.26),
}
SPECIAL: Final[Mapping[tuple[str, str], Provoke]] = {
    ("payments.create", "ORDER_003"): lambda scene, name: scene.but(name, orderId="order-0"),
    ("payments.create", "ORDER_004"): lambda scene, _: scene.cancelled(),
}


@pytest.mark.parametrize(("name", "code"), declared())
def test_a_declared_code_is_answered(shop: Shop, witness: Witness, name: str, code: str) -> None:
    provoke = SPECIAL.get((name, code), PROVOCATIONS[code])
    answered = provoke(Scene(shop), name)
    assert answered.json()["code"] == code
    assert (name, code) in witness.codes


@pytest.mark.parametrize("service", ["users", "orders", "payments", "notifications"])
def test_unknown_paths_and_methods_are_problems(shop: Shop, service: str) -> None:
    assert shop.get(service, "/api/nothing").json()["code"] == "NOT_FOUND"
    refused = shop.send(service, "DELETE", "/health")
    assert (refused.status_code, refused.headers["allow"], refused.json()["code"]) == (405, "GET", "METHOD_NOT_ALLOWED")


def test_allow_names_all_methods_of_a_path(shop: Shop) -> None:
    assert shop.send("users", "PATCH", f"/api/users/{NOBODY}").headers["allow"] == "GET, PUT"


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"userId": NOBODY}, "FORBIDDEN", None),
        ({"userId": None}, "ORDER_001", "/userId"),
        ({"items": [{"productId": "p", "quantity": 1, "price": 29.999}]}, "VALIDATION_ERROR", "/items/0/price"),
        ({"items": [{"productId": "p", "quantity": True, "price": 1}]}, "VALIDATION_ERROR", "/items/0/quantity"),
        ({"items": [{"productId": "\0", "quantity": 1, "price": 1}]}, "VALIDATION_ERROR", "/items/0/productId"),
        ({"items": [{"productId": "p", "quantity": 2, "price": 999999999999.99}]}, "VALIDATION_ERROR", "/items"),
    ],
)
def test_an_order_is_refused_where_it_is_wrong(shop: Shop, changes: Any, code: str, pointer: str | None) -> None:
    answered = Scene(shop).but("orders.create", **changes)
    assert answered.json()["code"] == code
    assert [error["pointer"] for error in answered.json().get("errors", [])] == [pointer] * (pointer is not None)


def test_an_order_of_nobody_is_refused(shop: Shop) -> None:
    scene = Scene(shop)
    body = {**scene.bodies()["orders.create"], "userId": NOBODY}
    assert scene.send("orders.create", body=body, token=shop.admin).json()["code"] == "ORDER_001"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"type": "cash"}, "/paymentMethod/type"),
        ({"type": ["cash"]}, "/paymentMethod/type"),
        ({"expiryMonth": "13"}, "/paymentMethod/expiryMonth"),
        ({"cvv": "1"}, "/paymentMethod/cvv"),
    ],
)
def test_a_payment_method_is_refused_where_it_is_wrong(shop: Shop, changes: Any, pointer: str) -> None:
    scene = Scene(shop)
    method = {**shop.payment(scene.ann, scene.order)["paymentMethod"], **changes}
    answered = scene.but("payments.create", paymentMethod=method).json()
    assert (answered["code"], answered["errors"][0]["pointer"]) == ("PAY_001", pointer)


def test_a_payment_is_refused_unless_payer_order_and_amount_fit(shop: Shop) -> None:
    ann, bob = shop.register(), shop.register()
    order, foreign = shop.order(ann), shop.order(bob)
    refused = shop.ask_to_pay(ann, order, amount=40).json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("VALIDATION_ERROR", "/amount")
    assert shop.ask_to_pay(ann, foreign).json()["code"] == "FORBIDDEN"
    for who in (bob.id, NOBODY):
        body = {**shop.payment(ann, order), "userId": who}
        refused = shop.post("payments", "/api/payments", body, shop.admin).json()
        assert (refused["code"], refused["errors"][0]["pointer"]) == ("VALIDATION_ERROR", "/userId")


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_in": -1},
        {"sub": 7},
        {"role": "king"},
        {"exp": None},
    ],
)
def test_a_token_that_does_not_count_is_refused(shop: Shop, changes: Any) -> None:
    ann = shop.register()
    token = shop.reference.token(ann.id, **changes) if "sub" not in changes else shop.reference.token(7)  # type: ignore[arg-type] # a wrong type on purpose
    assert shop.get("users", f"/api/users/{ann.id}", token).json()["code"] == "UNAUTHORIZED"
    head, _, rest = ann.token.partition(".")
    assert shop.get("users", f"/api/users/{ann.id}", f"{head}.{rest[:-4]}AAAA").json()["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("query", ["limit=0", "limit=1.0", "limit=1_0", "offset=-1", "limit=x", "status=lost"])
def test_a_page_is_refused_where_it_makes_no_sense(shop: Shop, query: str) -> None:
    ann = shop.register()
    answered = shop.get("orders", f"/api/orders/user/{ann.id}?{query}", ann.token)
    assert answered.json()["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"
