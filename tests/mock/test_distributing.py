"""How events set out where a world has rules: late, twice, shuffled, lost, and to brokers as to services."""

from typing import Any

from commerce_mock import deliveries
from commerce_mock.clock import LATEST
from harness.deliveries import Broker, Shop, numbers, waiting

# Delay


def test_a_late_event_comes_on_the_worlds_clock() -> None:
    shop = Shop({"effect": "delay", "receiver": "orders", "delay": "5m"})
    order = shop.pay()
    (late,) = waiting(shop.world)
    assert late.due == shop.world.clock.now() + 300_000
    shop.platform.advance(299)
    assert shop.status(order) == "pending"
    shop.platform.advance(1)
    assert (shop.status(order), waiting(shop.world), shop.timers()) == ("confirmed", [], [])
    (confirmed,) = (event for event in shop.platform.events() if event["type"] == "order_confirmed")
    assert confirmed["time"] == "2026-01-01T00:05:01Z"


def test_what_is_late_is_a_timer_that_the_clock_goes_on_to() -> None:
    shop = Shop({"effect": "delay", "receiver": "orders", "delay": "5m"})
    order = shop.pay()
    (timer,) = shop.platform.get("admin", "/__admin/timers").json["timers"]
    assert timer == {
        "due": "2026-01-01T00:05:01Z", "name": "deliveries.due", "about": "delivery-1", "request_id": "req-4",
    }  # fmt: skip
    fired = shop.platform.post("admin", "/__admin/clock/next").json
    assert (fired["now"], fired["fired"]) == ("2026-01-01T00:05:01Z", [timer])
    assert shop.status(order) == "confirmed"


def test_what_is_late_by_chance_is_late_the_same_with_the_same_seed() -> None:
    def dues(**said: Any) -> list[int | None]:
        shop = Shop({"effect": "delay", "receiver": "notifications", "delay": "0s", "up_to": "1h", **said})
        for _ in range(5):
            shop.platform.order(shop.ann)
        return [each.due for each in waiting(shop.world)]

    assert dues() == dues()
    assert len(set(dues())) == 5
    assert dues(seed=1) != dues(seed=2)


def test_a_delay_of_nothing_is_none_and_none_goes_beyond_the_last_year() -> None:
    shop = Shop(
        {"effect": "delay", "receiver": "notifications", "delay": "0s", "times": 1}, clock="9999-12-30T00:00:00Z"
    )
    shop.platform.order(shop.ann)
    assert (waiting(shop.world), len(shop.subjects())) == ([], 2)
    shop.rule(effect="delay", receiver="notifications", delay="9d")
    shop.platform.order(shop.ann)
    assert [each.due for each in waiting(shop.world)] == [LATEST]
    assert shop.platform.get("admin", "/__admin/deliveries").json["deliveries"][0]["due"] == "9999-12-31T23:59:59.999Z"


def test_what_is_released_before_it_is_due_leaves_no_timer() -> None:
    shop = Shop({"effect": "delay", "receiver": "notifications", "delay": "5m"})
    order = shop.platform.order(shop.ann)
    shop.platform.order(shop.ann)
    shop.platform.pay(shop.ann, order)
    deliveries.release(shop.world, ["delivery-1"])
    assert len(shop.timers()) == 2
    deliveries.drop(shop.world, ["delivery-2", "delivery-2", "delivery-9"])
    assert len(shop.timers()) == 1
    assert "payment" in str(shop.world.store.begin().next_timer())
    assert shop.world.due == shop.world.clock.now() + 1000


def test_on_a_running_clock_what_is_late_comes_by_itself() -> None:
    shop = Shop({"effect": "delay", "receiver": "notifications", "delay": "1ms"}, clock="real")
    shop.platform.order(shop.ann)
    due = shop.world.due
    assert due is not None
    shop.world.run_due(due)
    assert (waiting(shop.world), len(shop.subjects())) == ([], 2)


# Duplicate


def test_a_copy_comes_at_once_after_the_first() -> None:
    shop = Shop({"effect": "duplicate", "type": "payment_completed", "copies": 2})
    order = shop.pay()
    assert shop.subjects().count("We received your payment pay-1") == 3
    assert shop.subjects().count(f"Your order {order} is confirmed") == 1


def test_copies_may_come_later_each_for_itself() -> None:
    shop = Shop({"effect": "duplicate", "receiver": "notifications", "copies": 2, "delay": "1s", "up_to": "1h"})
    shop.platform.order(shop.ann)
    assert len(shop.subjects()) == 2
    first, second = sorted(each.due or 0 for each in waiting(shop.world))
    assert first != second
    shop.platform.post("admin", "/__admin/clock/next")
    assert len(shop.subjects()) == 3
    shop.platform.post("admin", "/__admin/clock/next")
    assert (len(shop.subjects()), waiting(shop.world)) == (4, [])


# Drop


def test_a_lost_event_stays_in_the_log_and_is_heard_of_by_nobody() -> None:
    shop = Shop({"effect": "drop", "type": "payment_completed", "receiver": "orders"})
    order = shop.pay()
    assert (shop.status(order), waiting(shop.world)) == ("pending", [])
    assert "payment_completed" in [event["type"] for event in shop.platform.events()]


def test_what_is_on_its_way_can_be_lost_too() -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    order = shop.pay()
    deliveries.drop(shop.world, ["delivery-1"])
    assert (waiting(shop.world), shop.status(order)) == ([], "pending")


# Reorder


def test_a_window_is_let_go_when_it_is_full_and_never_in_the_order_in_which_it_came() -> None:
    shop = Shop({"effect": "reorder", "type": "order_created", "window": 3})
    for _ in range(7):
        shop.platform.order(shop.ann)
    came = [subject.rpartition("-")[2] for subject in shop.subjects()[1:]]
    assert (sorted(came[:3]), sorted(came[3:])) == (["1", "2", "3"], ["4", "5", "6"])
    assert came[:3] != ["1", "2", "3"]
    assert came[3:] != ["4", "5", "6"]
    assert (numbers(shop.world), shop.timers()) == ([7], [])


def test_two_are_always_exchanged_whatever_the_seed() -> None:
    for seed in range(20):
        shop = Shop({"effect": "reorder", "type": "order_created", "window": 2}, seed=seed)
        shop.platform.order(shop.ann)
        shop.platform.order(shop.ann)
        assert shop.subjects()[1:] == ["We received your order order-2", "We received your order order-1"]


def test_a_time_ends_a_window_too() -> None:
    shop = Shop({"effect": "reorder", "type": "order_created", "within": "10s"})
    shop.platform.order(shop.ann)
    shop.platform.advance(5)
    shop.platform.order(shop.ann)
    assert len(shop.timers()) == 1
    shop.platform.advance(5)
    assert shop.subjects()[1:] == ["We received your order order-2", "We received your order order-1"]
    shop.platform.order(shop.ann)
    shop.platform.advance(10)
    assert (len(shop.subjects()), waiting(shop.world), shop.timers()) == (4, [], [])


def test_a_window_that_is_full_before_its_time_leaves_no_timer() -> None:
    shop = Shop({"effect": "reorder", "type": "order_created", "window": 2, "within": "10s"})
    shop.platform.order(shop.ann)
    shop.platform.order(shop.ann)
    assert (waiting(shop.world), shop.timers(), shop.world.due) == ([], [], None)


def test_a_window_goes_on_where_one_of_it_is_released_or_dropped() -> None:
    shop = Shop({"effect": "reorder", "type": "order_created", "window": 3, "within": "10s"})
    for _ in range(2):
        shop.platform.order(shop.ann)
    deliveries.deliver(shop.world, "delivery-1")
    assert (numbers(shop.world), len(shop.timers())) == ([2], 1)
    shop.platform.order(shop.ann)
    assert numbers(shop.world) == [2, 3]
    shop.platform.advance(10)
    assert shop.subjects()[2:] == ["We received your order order-3", "We received your order order-2"]


# Who else is concerned


def test_brokers_are_a_receiver_like_the_services() -> None:
    shop = Shop()
    broker = shop.world.outbox = Broker()
    shop.rule(effect="hold", type="order_created", receiver="brokers")
    shop.platform.order(shop.ann)
    assert (broker.got, shop.waiting()) == ([], ["brokers order_created"])
    assert len(shop.subjects()) == 2
    shop.pay()
    assert broker.got == ["default payment_completed", "default user_verified", "default order_confirmed"]
    deliveries.release(shop.world, [each.id for each in waiting(shop.world)])
    assert broker.got[3:] == ["default order_created"] * 2


def test_a_world_without_brokers_has_no_deliveries_to_them() -> None:
    shop = Shop({"effect": "hold"})
    shop.platform.order(shop.ann)
    assert shop.waiting() == ["notifications order_created"]


def test_what_is_on_its_way_to_brokers_that_are_gone_is_heard_of_by_nobody() -> None:
    shop = Shop()
    shop.world.outbox = Broker()
    shop.rule(effect="hold", receiver="brokers")
    shop.platform.order(shop.ann)
    shop.world.outbox = None
    assert deliveries.deliver(shop.world, "delivery-1").events == []


def test_events_are_counted_when_they_happen_and_not_when_they_come() -> None:
    shop = Shop({"effect": "hold"})
    shop.pay()
    assert shop.world.meters.published["payment_completed"] == 1
    for each in waiting(shop.world):
        deliveries.deliver(shop.world, each.id)
    assert shop.world.meters.published["payment_completed"] == 1


def test_a_rule_that_has_acted_often_enough_lets_the_rest_of_an_event_pass() -> None:
    shop = Shop({"effect": "drop", "type": "payment_completed", "times": 1})
    order = shop.pay()
    user = shop.platform.get("users", f"/api/users/{shop.ann.id}", shop.ann.token).json
    assert (user["is_verified"], shop.status(order)) == (False, "confirmed")
    assert shop.world.delivery_rules.active == ()


def test_what_an_older_rule_of_the_same_id_holds_is_collected_by_none() -> None:
    shop = Shop({"effect": "hold", "type": "order_created"})
    shop.platform.order(shop.ann)
    shop.world.delivery_rules.begin([{"effect": "reorder", "type": "order_created", "window": 2}], shop.world.behaviour)
    shop.platform.order(shop.ann)
    shop.platform.order(shop.ann)
    assert numbers(shop.world) == [1]
    assert shop.subjects()[1:] == ["We received your order order-3", "We received your order order-2"]
