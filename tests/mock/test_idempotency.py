"""Idempotency keys: one effect, the first answer again, and what is not kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest

from commerce_mock import idempotency
from commerce_mock.call import Call
from commerce_mock.services import orders
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from harness.platform import Answered, Member, Platform

DAY = 86_400


class Shop:
    """A mock with one customer who places orders with keys."""

    def __init__(self, **settings: Any) -> None:
        self.platform = Platform(**settings)
        self.ann: Member = self.platform.register()

    def place(self, key: str, price: float = 5, member: Member | None = None, **changes: Any) -> Answered:
        who = member or self.ann
        body = {"userId": who.id, "items": [{"productId": "p", "quantity": 1, "price": price}], **changes}
        return self.platform.post("orders", "/api/orders", body, who.token, idempotency_key=key)

    def orders(self, member: Member | None = None) -> int:
        who = member or self.ann
        total: int = self.platform.get("orders", f"/api/orders/user/{who.id}", who.token).json["total"]
        return total


@pytest.fixture
def shop() -> Shop:
    return Shop()


def _same(first: Answered, second: Answered) -> None:
    """The second is the first again: status, body and headers, but for its ids, its time and the mark."""
    own = {"x-request-id", "x-mock-request-id", "server-timing", "idempotent-replayed"}
    assert (first.status, first.body) == (second.status, second.body)
    assert {n: v for n, v in first.headers.items() if n not in own} == {
        n: v for n, v in second.headers.items() if n not in own
    }
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_the_same_request_with_the_same_key_has_one_effect_and_one_answer(shop: Shop) -> None:
    first = shop.place("k")
    events = shop.platform.events()
    for _ in range(3):
        _same(first, shop.place("k"))
    assert shop.orders() == 1
    assert shop.platform.events() == events


def test_without_a_key_or_with_another_one_every_request_counts(shop: Shop) -> None:
    shop.platform.order(shop.ann)
    shop.platform.order(shop.ann)
    shop.place("a")
    shop.place("b")
    assert shop.orders() == 4


def test_the_first_answer_comes_again_though_the_order_has_moved_on(shop: Shop) -> None:
    first = shop.place("k")
    shop.platform.post("orders", f"/api/orders/{first.json['id']}/cancel", None, shop.ann.token)
    _same(first, shop.place("k"))
    assert shop.place("k").json["status"] == "pending"


@pytest.mark.parametrize("changed", [{"price": 6}, {"items": []}])
def test_another_request_with_the_same_key_is_refused(shop: Shop, changed: dict[str, Any]) -> None:
    first = shop.place("k")
    refused = shop.place("k", **changed)
    assert refused.status == 422
    assert refused.code == ("ORDER_002" if "items" in changed else "IDEMPOTENCY_KEY_REUSED")
    assert shop.orders() == 1
    _same(first, shop.place("k"))


def test_a_reused_key_is_pointed_at(shop: Shop) -> None:
    shop.place("k")
    assert shop.place("k", 6).pointers == ["/header/Idempotency-Key"]


def test_spacing_and_order_of_the_json_do_not_make_another_request(shop: Shop) -> None:
    first = shop.place("k")
    body = {"items": [{"price": 5.0, "quantity": 1, "productId": "p"}], "userId": shop.ann.id}
    for text in (
        orjson.dumps(body).replace(b"5.0", b"5"),
        orjson.dumps(body, option=orjson.OPT_INDENT_2).replace(b"5.0", b"5"),
    ):
        again = shop.platform.post("orders", "/api/orders", text, shop.ann.token, idempotency_key="k")
        _same(first, again)


def test_keys_are_of_one_caller(shop: Shop) -> None:
    bob = shop.platform.register("bob")
    assert shop.place("k").status == 201
    assert shop.place("k", 6, bob).status == 201
    assert (shop.orders(), shop.orders(bob)) == (1, 1)


def test_keys_are_of_one_operation(shop: Shop) -> None:
    order = shop.place("k").json
    platform = shop.platform
    method = {"type": "paypal"}
    body = {"orderId": order["id"], "userId": shop.ann.id, "amount": 5, "currency": "USD", "paymentMethod": method}
    paid = platform.post("payments", "/api/payments", body, shop.ann.token, idempotency_key="k")
    assert paid.status == 201
    platform.advance(1)
    path = f"/api/payments/{paid.json['id']}/refund"
    first = platform.post("payments", path, {"amount": 1}, shop.ann.token, idempotency_key="k")
    second = platform.post("payments", path, {"amount": 1}, shop.ann.token, idempotency_key="k")
    _same(first, second)
    assert platform.get("payments", f"/api/payments/{paid.json['id']}", shop.ann.token).json["refundedAmount"] == 1
    _same(paid, platform.post("payments", "/api/payments", body, shop.ann.token, idempotency_key="k"))


def test_a_key_used_for_one_payment_is_refused_for_the_refund_of_another(shop: Shop) -> None:
    platform = shop.platform
    payments = [platform.pay(shop.ann, shop.place(key).json).json["id"] for key in ("a", "b")]
    platform.advance(1)
    statuses = [
        platform.post(
            "payments", f"/api/payments/{key}/refund", {"amount": 1}, shop.ann.token, idempotency_key="k"
        ).code
        for key in payments
    ]
    assert statuses == [None, "IDEMPOTENCY_KEY_REUSED"]


def test_a_key_is_kept_for_a_day_of_the_worlds_time(shop: Shop) -> None:
    first = shop.place("k")
    shop.platform.advance(DAY - 0.001)
    shop.ann = Member(shop.ann.id, shop.ann.email, shop.platform.token(shop.ann.id))
    _same(first, shop.place("k"))
    shop.platform.advance(0.001)
    other = shop.place("k", 6)
    assert (other.status, other.json["id"]) == (201, "order-2")
    assert shop.orders() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": []}, "ORDER_002"),
        ({"userId": "550e8400-e29b-41d4-a716-446655440009"}, "FORBIDDEN"),
    ],
)
def test_refusals_are_not_kept(shop: Shop, changes: dict[str, Any], code: str) -> None:
    for _ in range(2):
        refused = shop.place("k", **changes)
        assert refused.code == code
        assert "idempotent-replayed" not in refused.headers
    assert shop.place("k").status == 201


def test_an_outage_is_not_kept(shop: Shop) -> None:
    shop.platform.send("admin", "PUT", "/__admin/services/users", {"up": False})
    assert shop.place("k").status == 503
    shop.platform.send("admin", "PUT", "/__admin/services/users", {"up": True})
    assert shop.place("k").status == 201


def test_a_reset_forgets_keys_and_frees_them(shop: Shop) -> None:
    shop.place("k")
    shop.platform.send("admin", "POST", "/__admin/reset")
    assert shop.platform.world.running == set()
    ann = shop.platform.register()
    placed = shop.place("k", 6, ann)
    assert (placed.status, "idempotent-replayed" in placed.headers) == (201, False)


@pytest.mark.parametrize(
    ("key", "status"), [("x", 201), ("x" * 255, 201), ("é~ \t!", 201), ("", 422), ("x" * 256, 422)]
)
def test_a_key_has_1_to_255_characters(shop: Shop, key: str, status: int) -> None:
    answer = shop.place(key)
    assert answer.status == status
    if status == 422:
        assert (answer.code, answer.pointers) == ("VALIDATION_ERROR", ["/header/Idempotency-Key"])


def test_operations_without_the_parameter_ignore_the_header(shop: Shop) -> None:
    body = {"first_name": "Anna"}
    answers = [
        shop.platform.send("users", "PUT", f"/api/users/{shop.ann.id}", body, shop.ann.token, {"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, False]


def test_many_threads_with_one_key_have_one_effect_and_equal_answers() -> None:
    shop = Shop(judged=False)
    platform, threads = shop.platform, 16
    body = orjson.dumps({"userId": shop.ann.id, "items": [{"productId": "p", "quantity": 1, "price": 5}]})
    together = Barrier(threads)

    def place(_: int) -> tuple[int, bytes, bool, bytes]:
        headers = {
            b"authorization": f"Bearer {shop.ann.token}".encode(),
            b"content-type": b"application/json",
            b"idempotency-key": b"k",
        }
        together.wait(10)
        answer = platform.engine.respond(platform.world, Request("POST", "/api/orders", b"", headers, body, "orders"))
        named = dict(answer.headers)
        return answer.status, answer.body, b"idempotent-replayed" in named, named[b"x-request-id"]

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(place, range(threads)))
    assert {(status, text) for status, text, _, _ in answers} == {(201, answers[0][1])}
    assert sorted(replayed for _, _, replayed, _ in answers) == [False] + [True] * (threads - 1)
    assert len({request_id for *_, request_id in answers}) == threads
    assert shop.orders() == 1
    assert [event["type"] for event in platform.events()] == ["user_created", "order_created"]


def test_a_second_request_while_the_first_runs_is_a_conflict_and_changes_nothing() -> None:
    second: list[Answered] = []

    def slow(tx: Transaction, call: Call) -> Stored:
        if not second:
            second.append(once.place("k"))
        return orders.create(tx, call)

    once = Shop(rules={"orders.create": slow})
    first = once.place("k")
    assert (first.status, second[0].status, second[0].code) == (201, 409, "CONFLICT")
    assert once.orders() == 1
    _same(first, once.place("k"))


def test_a_rule_that_fails_frees_its_key() -> None:
    failures = iter([RuntimeError("once")])

    def fragile(tx: Transaction, call: Call) -> Stored:
        for failure in failures:
            raise failure
        return orders.create(tx, call)

    shop = Shop(rules={"orders.create": fragile})
    assert shop.place("k").status == 500
    assert shop.place("k").status == 201
    assert shop.orders() == 1


def test_answers_that_are_too_old_to_be_given_again_are_forgotten(shop: Shop) -> None:
    def kept() -> int:
        state = shop.platform.world.store.state
        return sum(len(table) for name, table in state.items() if name.startswith(idempotency.KIND))

    for day in range(10):
        shop.ann = Member(shop.ann.id, shop.ann.email, shop.platform.token(shop.ann.id))
        for number in range(5):
            assert shop.place(f"{day}/{number}").status == 201
        assert kept() <= 2 * 5
        shop.platform.advance(DAY)
