"""Every lifecycle operation in every state: a legal move moves, an illegal one is refused and changes nothing."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from commerce_contract import Lifecycle
from harness.platform import GOOD_CARD, Member, Platform, contract
from harness.stage import STUCK_CARD


def lifecycle(collection: str) -> Lifecycle:
    found = contract().resources[collection].lifecycle
    assert found is not None
    return found


ORDERS, PAYMENTS = lifecycle("orders"), lifecycle("payments")
ORDER_MOVES = [(state, target) for state in ORDERS.transitions for target in ORDERS.transitions]


def ways(of: Lifecycle) -> Mapping[str, list[str]]:
    """For each state the shortest way to it from the initial one."""
    found: dict[str, list[str]] = {of.initial: []}
    queue = deque([of.initial])
    while queue:
        state = queue.popleft()
        for target in of.transitions[state]:
            if target not in found:
                found[target] = [*found[state], target]
                queue.append(target)
    return found


def order_in(platform: Platform, ann: Member, state: str) -> dict[str, Any]:
    order = platform.order(ann)
    for target in ways(ORDERS)[state]:
        assert platform.set_status(order, target).status == 200
    return platform.read_order(order["id"])


def payment_in(platform: Platform, ann: Member, state: str) -> dict[str, Any]:
    order = platform.order(ann, 10)
    payment = platform.pay(ann, order, STUCK_CARD if state == "processing" else GOOD_CARD).json
    PAYMENT_WAYS[state](platform, ann, payment)
    return platform.read_payment(payment["id"])


def settled(platform: Platform, payment: Mapping[str, Any], status: str) -> Any:
    return platform.post("admin", f"/__admin/payments/{payment['id']}/settle", {"status": status})


def refunded(amount: float) -> Callable[[Platform, Member, Mapping[str, Any]], Any]:
    def give_back(platform: Platform, ann: Member, payment: Mapping[str, Any]) -> None:
        platform.advance(1)
        platform.refund(ann, payment, amount)

    return give_back


PAYMENT_WAYS: Mapping[str, Callable[[Platform, Member, Mapping[str, Any]], Any]] = {
    "processing": lambda *_: None,
    "completed": lambda platform, _, __: platform.advance(1),
    "failed": lambda platform, _, payment: settled(platform, payment, "failed"),
    "partially_refunded": refunded(4),
    "refunded": refunded(10),
}


def test_every_state_of_an_order_is_reached_by_legal_moves() -> None:
    assert set(ways(ORDERS)) == set(ORDERS.transitions)


@pytest.mark.parametrize(("state", "target"), ORDER_MOVES)
def test_setting_a_status_moves_an_order_only_where_its_state_allows_it(state: str, target: str) -> None:
    platform = Platform()
    order = order_in(platform, platform.register(), state)
    platform.advance(60)
    moved = platform.set_status(order, target)
    after = platform.read_order(order["id"])
    if ORDERS.allows(state, target):
        assert (moved.status, moved.json) == (200, after)
        expected = {**order, "status": target, "updatedAt": "2026-01-01T00:01:00Z"}
        if target == "cancelled":
            expected["cancelledAt"] = "2026-01-01T00:01:00Z"
        assert after == expected
    else:
        assert (moved.status, moved.code, moved.pointers) == (409, "ORDER_004", ["/status"])
        assert moved.json["detail"] == f"Order {order['id']} is {state} and cannot become {target}."
        assert after == order


@pytest.mark.parametrize("state", ORDERS.transitions)
def test_cancelling_works_until_an_order_is_shipped(state: str) -> None:
    platform = Platform()
    ann = platform.register()
    order = order_in(platform, ann, state)
    events = platform.events()
    cancelled = platform.cancel(ann, order)
    if state in ("pending", "confirmed", "processing"):
        assert cancelled.status == 200
        assert platform.read_order(order["id"])["status"] == "cancelled"
    else:
        # No place of the request is wrong: it has no body that could name a status.
        assert (cancelled.status, cancelled.code, cancelled.pointers) == (409, "ORDER_004", [])
        assert platform.read_order(order["id"]) == order
    assert platform.events() == events


def test_an_order_that_is_confirmed_by_hand_says_so_once() -> None:
    platform = Platform()
    order = platform.order(platform.register())
    platform.set_status(order, "confirmed")
    platform.set_status(order, "confirmed")
    confirmed = [event["payload"] for event in platform.events() if event["type"] == "order_confirmed"]
    assert [payload["order_id"] for payload in confirmed] == [order["id"]]
    assert "payment_id" not in confirmed[0]["data"]


def test_a_status_may_bring_the_payment_along() -> None:
    platform = Platform()
    order = platform.order(platform.register())
    body = {"status": "confirmed", "paymentId": "pay-9"}
    moved = platform.send("orders", "PUT", f"/api/orders/{order['id']}/status", body, platform.admin)
    assert moved.json["paymentId"] == "pay-9"
    assert platform.events()[-1]["payload"]["data"]["payment_id"] == "pay-9"


def test_every_state_of_a_payment_is_reached_below() -> None:
    assert set(PAYMENT_WAYS) == set(PAYMENTS.transitions)
    for state in PAYMENT_WAYS:
        platform = Platform()
        assert payment_in(platform, platform.register(), state)["status"] == state


@pytest.mark.parametrize("state", PAYMENTS.transitions)
@pytest.mark.parametrize(("amount", "target"), [(1, "partially_refunded"), (6, "partially_refunded"), (10, "refunded")])
def test_a_refund_is_given_only_where_the_payment_allows_it(state: str, amount: float, target: str) -> None:
    platform = Platform()
    ann = platform.register()
    payment = payment_in(platform, ann, state)
    before = payment.get("refundedAmount", 0)
    given = platform.refund(ann, payment, amount)
    after = platform.read_payment(payment["id"])
    rest = payment["amount"] - before
    ends_in = "refunded" if amount == rest else target
    if PAYMENTS.allows(state, ends_in) and amount <= rest:
        assert (given.status, given.json) == (200, after)
        assert (after["status"], after["refundedAmount"]) == (ends_in, before + amount)
    else:
        assert (given.status, given.code) == (409, "PAY_004")
        assert after == payment


@pytest.mark.parametrize("state", PAYMENTS.transitions)
@pytest.mark.parametrize("target", ["completed", "failed"])
def test_only_a_payment_that_is_processing_is_settled(state: str, target: str) -> None:
    platform = Platform()
    payment = payment_in(platform, platform.register(), state)
    given = settled(platform, payment, target)
    after = platform.read_payment(payment["id"])
    if PAYMENTS.allows(state, target):
        assert (given.status, after["status"]) == (200, target)
    else:
        assert (given.status, given.code) == (409, "CONFLICT")
        assert after == payment


def test_a_payment_that_was_settled_is_left_alone_by_its_timer() -> None:
    platform = Platform()
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    settled(platform, payment, "failed")
    platform.advance(10)
    assert platform.read_payment(payment["id"])["status"] == "failed"
    assert [event["type"] for event in platform.events()].count("payment_failed") == 1
