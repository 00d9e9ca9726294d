"""What a client would notice of each fault: a probe fails where the mistake is made, and passes where it is not."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Final
from uuid import uuid4

import jwt

from commerce_contract import load
from harness.reference import SECRET, until
from harness.shop import GOOD_CARD, PASSWORD, Shop

NOBODY: Final = "00000000-0000-4000-8000-000000000009"


def _unique_name() -> str:
    return f"Lou{uuid4().hex[:10]}"


def uniqueness_ignores_case(shop: Shop) -> None:
    name = _unique_name()
    shop.register(name)
    assert shop.ask_to_register(name.swapcase(), email="other@x.example").status_code == 409


def uniqueness_outlives_an_update(shop: Shop) -> None:
    name = _unique_name()
    lou = shop.register(name)
    shop.send("users", "PUT", f"/api/users/{lou.id}", {"first_name": "Lou"}, lou.token)
    assert shop.ask_to_register(name).status_code == 409


def update_keeps_the_phone(shop: Shop) -> None:
    ann = shop.register(phone="+1234567890")
    changed = shop.send("users", "PUT", f"/api/users/{ann.id}", {"first_name": "Jo"}, ann.token)
    assert changed.json().get("phone") == "+1234567890"


def password_never_comes_back(shop: Shop) -> None:
    assert PASSWORD not in shop.ask_to_register().text


def shipped_orders_cannot_be_cancelled(shop: Shop) -> None:
    ann = shop.register()
    order = shop.order(ann)
    shop.set_status(order, "confirmed", "processing", "shipped")
    assert shop.post("orders", f"/api/orders/{order['id']}/cancel", token=ann.token).status_code == 409


def lists(shop: Shop) -> Mapping[str, Any]:
    """A page of two of the three orders of somebody, one of which is cancelled, and what is wrong with it."""
    ann, bob = shop.register(), shop.register()
    first, second, third = (shop.order(ann)["id"] for _ in range(3))
    shop.order(bob)
    shop.post("orders", f"/api/orders/{first}/cancel", token=ann.token)
    path = f"/api/orders/user/{ann.id}"
    page = shop.get("orders", f"{path}?limit=2", ann.token).json()
    pending = shop.get("orders", f"{path}?status=pending", ann.token).json()
    everything = shop.get("orders", f"{path}?limit=100", ann.token).json()["orders"]
    return {
        "length": len(page["orders"]) == 2,
        "total": page["total"] == 3,
        "filter": [each["id"] for each in pending["orders"]] == [third, second],
        "own": {each["userId"] for each in everything} == {ann.id},
        "order": everything[0]["id"] == third and everything[-1]["id"] == first,
    }


def listed(aspect: str) -> Callable[[Shop], None]:
    """The probe for one aspect of lists."""

    def probe(shop: Shop) -> None:
        assert lists(shop)[aspect]

    return probe


def totals_are_exact(shop: Shop) -> None:
    assert shop.order(shop.register(), 0.1, 0.1, 0.1)["totalAmount"] == 0.3


def answers_have_only_documented_properties(shop: Shop) -> None:
    assert set(shop.order(shop.register())) <= _documented()


@cache
def _documented() -> frozenset[str]:
    return frozenset(load().resources["orders"].schema.properties)


def an_order_is_told_once(shop: Shop) -> None:
    order = shop.order(shop.register())
    assert [event["event_type"] for event in shop.events(order["id"])] == ["order_created"]


def a_refused_order_is_not_told(shop: Shop) -> None:
    nobody = str(uuid4())
    body = {"userId": nobody, "items": [{"productId": "p", "quantity": 1, "price": 1}]}
    assert shop.post("orders", "/api/orders", body, shop.admin).json()["code"] == "ORDER_001"
    assert not shop.events(nobody)


def a_payment_confirms_its_order(shop: Shop) -> None:
    ann = shop.register()
    order = shop.order(ann)
    shop.pay(ann, order)
    until(lambda: shop.read_order(order)["status"] == "confirmed", 1)


def strangers_cannot_cancel(shop: Shop) -> None:
    order = shop.order(shop.register())
    assert shop.post("orders", f"/api/orders/{order['id']}/cancel", token=shop.register().token).status_code == 403


def a_missing_order_has_its_code(shop: Shop) -> None:
    assert shop.get("orders", "/api/orders/order-0", shop.admin).json()["code"] == "ORDER_003"


def a_create_says_where(shop: Shop) -> None:
    assert shop.ask_to_order(shop.register()).headers.get("location")


def orders_are_counted(shop: Shop) -> None:
    before = shop.metric("orders", "orders_created_total")
    shop.order(shop.register())
    assert shop.metric("orders", "orders_created_total") == before + 1


def refunds_end_at_the_amount(shop: Shop) -> None:
    ann = shop.register()
    assert shop.refund(ann, shop.pay(ann, shop.order(ann, 10.0)), 10.01).status_code == 409


def one_of_two_payments_wins(shop: Shop) -> None:
    ann = shop.register()
    order = shop.order(ann)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shop.ask_to_pay(ann, order).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]


def completion(shop: Shop) -> Mapping[str, str]:
    """The event of a payment of 12.34."""
    ann = shop.register()
    return shop.heard("payment_completed", shop.pay(ann, shop.order(ann, 12.34))["id"])


def card_numbers_stay_inside(shop: Shop) -> None:
    assert GOOD_CARD not in str(completion(shop))


def completion_tells_the_amount(shop: Shop) -> None:
    assert '"amount": 12.34' in completion(shop)["data"]


def a_repeated_order_is_placed_once(shop: Shop) -> None:
    ann = shop.register()
    first, again = (shop.ask_to_order(ann, idempotency_key="k").json()["id"] for _ in range(2))
    assert first == again


def keys_are_a_callers_own(shop: Shop) -> None:
    key = str(uuid4())
    ann, bob = shop.register(), shop.register()
    shop.ask_to_order(ann, idempotency_key=key)
    assert shop.ask_to_order(bob, idempotency_key=key).json().get("userId") == bob.id


def a_missing_property_is_invalid(shop: Shop) -> None:
    assert shop.post("users", "/api/users", {"email": "a@b.example"}).status_code == 422


def problems_have_their_media_type(shop: Shop) -> None:
    refused = shop.get("orders", "/api/orders/order-0", shop.admin)
    assert refused.headers["content-type"] == "application/problem+json"


def expired_tokens_do_not_count(shop: Shop) -> None:
    ann = shop.register()
    assert shop.get("users", f"/api/users/{ann.id}", shop.reference.token(ann.id, expires_in=-60)).status_code == 401


def signatures_count(shop: Shop) -> None:
    ann = shop.register()
    forged = jwt.encode({"sub": ann.id, "exp": int(time.time()) + 60}, SECRET[::-1], algorithm="HS256")
    assert shop.get("users", f"/api/users/{ann.id}", forged).status_code == 401


def the_breaker_opens(shop: Shop) -> None:
    """Orders is down."""
    ann = shop.register()
    for _ in range(6):
        refused = shop.ask_to_pay(ann, {"id": "order-1", "totalAmount": 1})
        assert (refused.status_code, refused.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    breaker = shop.get("payments", "/api/circuit-breaker/status").json()["order_service"]
    assert (breaker["state"], breaker["failure_count"]) == ("open", 5)


def health_tells_of_a_dependency(shop: Shop) -> None:
    """Orders is down."""
    told = shop.get("payments", "/health")
    assert (told.status_code, told.json()["dependencies"]["orders"]) == (503, "unhealthy")


def not_ready_without_a_dependency(shop: Shop) -> None:
    """Orders is down."""
    told = shop.get("payments", "/ready")
    assert (told.status_code, told.json()["status"]) == (503, "not_ready")


PROBES: Final[Mapping[str, Callable[[Shop], None]]] = {
    "uniqueness_case_sensitive": uniqueness_ignores_case,
    "uniqueness_lost_by_update": uniqueness_outlives_an_update,
    "update_loses_phone": update_keeps_the_phone,
    "password_in_answer": password_never_comes_back,
    "cancel_allowed_in_shipped": shipped_orders_cannot_be_cancelled,
    "limit_off_by_one": listed("length"),
    "total_counts_page": listed("total"),
    "filter_ignored": listed("filter"),
    "foreign_orders_in_list": listed("own"),
    "oldest_first": listed("order"),
    "float_total": totals_are_exact,
    "undocumented_property": answers_have_only_documented_properties,
    "event_missing": an_order_is_told_once,
    "event_twice": an_order_is_told_once,
    "event_for_refused_call": a_refused_order_is_not_told,
    "payment_does_not_confirm": a_payment_confirms_its_order,
    "no_ownership_check_on_cancel": strangers_cannot_cancel,
    "wrong_code": a_missing_order_has_its_code,
    "location_missing": a_create_says_where,
    "metrics_not_moving": orders_are_counted,
    "refund_over_total": refunds_end_at_the_amount,
    "double_pay_race": one_of_two_payments_wins,
    "card_number_in_event": card_numbers_stay_inside,
    "event_wrong_amount": completion_tells_the_amount,
    "idempotency_ignored": a_repeated_order_is_placed_once,
    "idempotency_key_shared": keys_are_a_callers_own,
    "crash_on_missing_property": a_missing_property_is_invalid,
    "problem_as_plain_json": problems_have_their_media_type,
    "expired_token_accepted": expired_tokens_do_not_count,
    "signature_not_checked": signatures_count,
}
# These show only while the order service is down, so they come last.
WHILE_DOWN: Final[Mapping[str, Callable[[Shop], None]]] = {
    "breaker_never_opens": the_breaker_opens,
    "health_always_healthy": health_tells_of_a_dependency,
    "ready_while_dependency_down": not_ready_without_a_dependency,
}
