"""A schedule decides in which order deliveries and requests come, and nothing illegal ever does."""

from collections.abc import Iterator
from typing import Any

import pytest

from commerce_mock.exploring import Plan
from commerce_mock.schedules import Deviation, Schedule
from commerce_testing import Stage
from harness.deliveries import Broker
from harness.platform import Answered, Platform
from harness.schedules import LATE, Checkout, is_legal, runner

LATE_PLAN = Plan((Deviation(1, "request"),))
PATH = "/__admin/schedule"


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def checkout(stage: Stage) -> Iterator[Checkout]:
    made = Checkout(stage)
    yield made
    made.mock.close()


def scheduled(checkout: Checkout, *deviations: tuple[int, str], **more: Any) -> Schedule:
    made = Schedule([Deviation(*each) for each in deviations], **more)
    checkout.world.schedule = made
    return made


def put(platform: Platform, body: Any) -> Answered:
    return platform.send("admin", "PUT", PATH, body)


def test_without_deviations_all_is_as_without_a_schedule(stage: Stage) -> None:
    worlds = [Checkout(stage) for _ in range(2)]
    schedule = scheduled(worlds[0])
    for each in worlds:
        each.pay(each.last)
    said = [[event.model_dump() for event in each.mock.events] for each in worlds]
    assert said[0] == said[1]
    assert worlds[0].mock.inbox == worlds[1].mock.inbox
    assert [point.chosen for point in schedule.points] == [point.options[0] for point in schedule.points]


def test_the_clients_next_request_can_come_before_the_deliveries(checkout: Checkout) -> None:
    schedule = scheduled(checkout, (1, "request"))
    checkout.pay(checkout.last)
    assert schedule.document()["waiting"] == ["event-7/users", "event-7/orders", "event-7/notifications"]
    assert not checkout.confirmed()
    assert schedule.document()["waiting"] == []
    assert checkout.confirmed()


def test_a_delivery_is_late_by_so_many_requests_at_most(checkout: Checkout) -> None:
    scheduled(checkout, *((point, "request") for point in range(1, 20)), patience=2)
    checkout.pay(checkout.last)
    assert [checkout.confirmed() for _ in range(3)] == [False, False, True]


def test_nothing_illegal_comes_of_a_deviation(stage: Stage) -> None:
    for choice in ("request", "event-7/notifications", "event-7/orders"):
        ran = runner(stage, lambda each: each.pay(each.last))(Plan((Deviation(1, choice),)))
        assert is_legal(ran)
        assert ran.deviations[0] == (1, choice)


def test_events_of_one_order_never_overtake_each_other(checkout: Checkout) -> None:
    scheduled(checkout, (1, "request"), (2, "request"))
    order = checkout.order()
    checkout.client.orders.set_status(order, status="confirmed", payment_id="pay-1")
    world = checkout.world
    assert world.schedule is not None
    offered = [point.options for point in world.schedule.points]
    assert all(sum(name.endswith("/notifications") for name in options) == 1 for options in offered)


def test_controls_are_no_requests_of_the_client() -> None:
    platform = Platform()
    put(platform, {})
    platform.get("admin", "/__admin/clock")
    assert platform.get("admin", PATH).json["requests"] == 0
    platform.get("orders", "/health")
    assert platform.get("admin", PATH).json["requests"] == 1


def test_what_cannot_be_followed_is_told(checkout: Checkout) -> None:
    schedule = scheduled(checkout, (1, "event-99/orders"))
    checkout.pay(checkout.last)
    assert schedule.missed == [1]
    assert checkout.confirmed()


def test_a_world_that_is_taken_back_waits_for_nothing(checkout: Checkout) -> None:
    checkout.mock.history.snapshot("before")
    schedule = scheduled(checkout, (1, "request"))
    checkout.pay(checkout.last)
    checkout.mock.history.restore("before")
    assert schedule.document()["waiting"] == []
    checkout.pay(checkout.last)
    assert checkout.confirmed()
    checkout.mock.reset()
    assert checkout.world.schedule is schedule


def test_who_waits_for_a_mail_has_waited_for_all_deliveries(checkout: Checkout) -> None:
    scheduled(checkout, *((point, "request") for point in range(1, 20)))
    checkout.pay(checkout.last)
    checkout.mock.inbox.wait_for(event_type="order_confirmed", count=2, wait=0)


def test_a_long_poll_waits_for_all_deliveries() -> None:
    platform = Platform(payment_delay="immediate")
    put(platform, {"deviations": [LATE]})
    platform.register()
    assert platform.get("admin", "/__admin/inbox").json["total"] == 0
    assert platform.get("admin", "/__admin/inbox?wait=1s").json["total"] == 1


def test_brokers_get_every_event_at_once() -> None:
    platform = Platform()
    broker = Broker()
    platform.world.outbox = broker
    put(platform, {"deviations": [LATE]})
    platform.register()
    assert broker.got == ["default user_created"]
    assert platform.get("admin", PATH).json["waiting"] == ["event-1/notifications"]


def test_delivery_rules_act_when_a_delivery_has_its_turn() -> None:
    platform = Platform()
    platform.post("admin", "/__admin/delivery-rules", {"effect": "drop", "receiver": "notifications"})
    put(platform, {"deviations": [LATE]})
    platform.register()
    assert platform.get("admin", "/__admin/delivery-rules/rule-1").json["struck"] == 0
    platform.send("admin", "DELETE", PATH)
    assert platform.get("admin", "/__admin/delivery-rules/rule-1").json["struck"] == 1
    assert platform.inbox() == []


def test_the_end_lets_all_come_and_tells_what_was_chosen() -> None:
    platform = Platform()
    put(platform, {"deviations": [LATE]})
    platform.register()
    ended = platform.send("admin", "DELETE", PATH).json
    assert [step.get("delivery") for step in ended["story"]] == [None, "event-1/notifications"]
    assert ended["points"][0]["options"] == ["event-1/notifications", "request"]
    assert len(platform.inbox()) == 1
    assert platform.send("admin", "DELETE", PATH).status == 404


def test_a_new_schedule_lets_come_what_an_earlier_one_kept() -> None:
    platform = Platform()
    put(platform, {"deviations": [LATE]})
    platform.register()
    put(platform, {})
    assert len(platform.inbox()) == 1


def test_the_same_deviations_make_the_same_run(stage: Stage) -> None:
    run = runner(stage, lambda each: each.pay(each.last))
    assert run(LATE_PLAN).trace == run(LATE_PLAN).trace
