"""Events on their way where a world has rules: held, made when and in what order somebody says, or lost."""

import logging
from itertools import permutations

import pytest

from commerce_mock import deliveries
from harness.deliveries import Shop, numbers, waiting
from harness.stage import BODIES

ALL = {"effect": "hold"}


def test_a_held_event_waits_and_everybody_else_hears_of_it() -> None:
    shop = Shop({"effect": "hold", "type": "payment_completed", "receiver": "orders"})
    order = shop.pay()
    assert shop.status(order) == "pending"
    assert shop.waiting() == ["orders payment_completed"]
    assert "We received your payment pay-1" in shop.subjects()
    made = deliveries.deliver(shop.world, "delivery-1")
    assert [each.id for each in made.deliveries] == ["delivery-1"]
    assert [event.type for event in made.events] == ["order_confirmed"]
    assert (shop.status(order), waiting(shop.world)) == ("confirmed", [])


def test_a_released_event_is_heard_of_now_and_what_comes_of_it_carries_the_first_requests_ids() -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    order = shop.platform.order(shop.ann)
    body = {**BODIES["payments.create"], "orderId": order["id"], "userId": shop.ann.id, "amount": order["totalAmount"]}
    headers = {"X-Request-Id": "the-payment", "traceparent": trace}
    shop.platform.send("payments", "POST", "/api/payments", body, shop.ann.token, headers)
    shop.platform.advance(3600)
    (confirmed,) = deliveries.release(shop.world, ["delivery-1"]).events
    assert (confirmed.correlation_id, confirmed.traceparent) == ("the-payment", trace)
    assert confirmed.time == shop.world.clock.now()
    assert shop.platform.read_order(order["id"])["updatedAt"] == "2026-01-01T01:00:00Z"


def test_what_comes_of_a_delivery_meets_the_rules_again() -> None:
    shop = Shop(ALL)
    order = shop.pay()
    assert shop.waiting() == [
        "notifications order_created",
        "users payment_completed",
        "orders payment_completed",
        "notifications payment_completed",
    ]
    (paid,) = (each for each in waiting(shop.world) if each.receiver == "orders")
    assert [event.type for event in deliveries.deliver(shop.world, paid.id).events] == ["order_confirmed"]
    assert shop.waiting()[-1] == "notifications order_confirmed"
    assert shop.status(order) == "confirmed"


def test_whoever_chooses_can_make_every_schedule_and_all_end_alike() -> None:
    def run(schedule: tuple[int, ...]) -> tuple[str, bool, int]:
        shop = Shop(ALL)
        order = shop.pay()
        for number in schedule:
            deliveries.deliver(shop.world, f"delivery-{number}")
        while waiting(shop.world):
            deliveries.deliver(shop.world, waiting(shop.world)[0].id)
        user = shop.platform.get("users", f"/api/users/{shop.ann.id}", shop.ann.token).json
        return shop.status(order), user["is_verified"], len(shop.subjects())

    assert {run(schedule) for schedule in permutations((1, 2, 3, 4))} == {("confirmed", True, 5)}


def test_several_are_made_in_exactly_the_order_that_is_wanted() -> None:
    shop = Shop({"effect": "hold", "receiver": "notifications"})
    for _ in range(3):
        shop.platform.order(shop.ann)
    made = deliveries.release(shop.world, ["delivery-3", "delivery-1", "delivery-3", "delivery-2"])
    assert [each.number for each in made.deliveries] == [3, 1, 2]
    assert shop.subjects()[1:] == [f"We received your order order-{n}" for n in (3, 1, 2)]


def test_nothing_is_made_where_one_of_them_is_not_on_its_way() -> None:
    shop = Shop({"effect": "hold", "receiver": "notifications"})
    shop.platform.order(shop.ann)
    with pytest.raises(KeyError, match="delivery-2"):
        deliveries.release(shop.world, ["delivery-1", "delivery-2"])
    assert numbers(shop.world) == [1]


def test_a_reaction_that_fails_takes_the_delivery_with_it_as_on_a_broker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    order = shop.pay()

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(shop.world.behaviour.reactions["payment_completed"], "orders", fail)
    with caplog.at_level(logging.ERROR):
        assert deliveries.deliver(shop.world, "delivery-1").events == []
    assert "the reaction of orders to event-3 failed" in caplog.text
    assert (waiting(shop.world), shop.status(order)) == ([], "pending")


def test_who_has_gone_meanwhile_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    shop.pay()
    monkeypatch.delitem(shop.world.behaviour.reactions["payment_completed"], "orders")
    assert deliveries.deliver(shop.world, "delivery-1").events == []
    assert waiting(shop.world) == []


def test_what_a_deleted_rule_keeps_goes_on_waiting() -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    order = shop.pay()
    shop.platform.send("admin", "DELETE", "/__admin/delivery-rules/rule-1")
    assert numbers(shop.world) == [1]
    deliveries.deliver(shop.world, "delivery-1")
    assert shop.status(order) == "confirmed"


def test_the_same_seed_and_the_same_requests_give_the_same_world() -> None:
    def run() -> tuple[list[str], list[int]]:
        shop = Shop(
            {"effect": "duplicate", "share": 0.3, "delay": "0s", "up_to": "1m"},
            {"effect": "drop", "share": 0.2},
            {"effect": "reorder", "receiver": "notifications", "window": 3, "within": "20s"},
            {"effect": "delay", "delay": "1s", "up_to": "5m"},
            seed=42,
        )
        for _ in range(8):
            shop.pay()
        shop.platform.advance(30)
        return shop.subjects(), numbers(shop.world)

    assert run() == run()


def test_many_are_made_in_the_order_in_which_they_set_out() -> None:
    shop = Shop({"effect": "hold", "receiver": "notifications"})
    for _ in range(100):
        shop.platform.order(shop.ann)
    deliveries.release(shop.world, [each.id for each in waiting(shop.world)])
    newest = shop.platform.inbox()
    assert [mail["subject"].rpartition("-")[2] for mail in newest] == [str(number) for number in range(100, 0, -1)]
