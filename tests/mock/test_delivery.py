"""Deliveries as state: they go where the world goes, by snapshot, fork, rewind, reset, export and recording."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from commerce_mock import deliveries
from commerce_mock.delivery import BROKERS, Delivery, receivers, steps
from commerce_mock.exporting import exported
from commerce_mock.replaying import replay
from commerce_mock.saving import scenario_yaml
from commerce_mock.world import World
from harness.deliveries import Broker, Shop
from harness.platform import Platform, contract

Spoil = Callable[[dict[str, Any]], Any]
BRANCHES = (
    {"effect": "hold", "type": "payment_completed", "receiver": "orders"},
    {"effect": "delay", "receiver": "users", "delay": "1h"},
    {"effect": "reorder", "receiver": "notifications", "window": 2, "within": "2h"},
)


def busy() -> Shop:
    """A shop with one delivery of every kind on its way, and a payment to come."""
    shop = Shop(*BRANCHES)
    shop.pay()
    order = shop.platform.order(shop.ann)
    shop.platform.pay(shop.ann, order)
    return shop


def underway(world: World) -> list[tuple[str, str, bool]]:
    return [(each.id, each.receiver, each.due is not None) for each in deliveries.pending(world)]


EXPECTED = [("delivery-2", "users", True), ("delivery-3", "orders", False), ("delivery-5", "notifications", True)]


def test_the_busy_world_has_one_of_every_kind() -> None:
    assert underway(busy().world) == EXPECTED


def test_a_snapshot_has_them_and_brings_them_back_with_their_rules() -> None:
    shop = busy()
    shop.platform.post("admin", "/__admin/snapshots", {"name": "before"})
    deliveries.release(shop.world, ["delivery-2", "delivery-3", "delivery-5"])
    shop.platform.send("admin", "DELETE", "/__admin/delivery-rules")
    shop.platform.post("admin", "/__admin/snapshots/before/restore")
    assert underway(shop.world) == EXPECTED
    assert [(rule.id, rule.struck) for rule in shop.world.delivery_rules] == [
        ("rule-1", 1),
        ("rule-2", 1),
        ("rule-3", 3),
    ]
    assert len(shop.timers()) == 3


def test_a_fork_has_its_own() -> None:
    shop = busy()
    fork = shop.platform.engine.worlds.fork(shop.world, "w1")
    deliveries.release(shop.world, ["delivery-3"])
    shop.world.delivery_rules.clear()
    assert underway(fork) == EXPECTED
    assert len(fork.delivery_rules) == 3
    assert [event.type for event in deliveries.deliver(fork, "delivery-3").events] == ["order_confirmed"]


def test_to_rewind_takes_back_what_was_delivered_and_what_set_out() -> None:
    shop = busy()
    last = f"request-{shop.world.journal.total}"
    shop.platform.post("admin", "/__admin/deliveries/release", {"ids": ["delivery-3"]})
    shop.platform.order(shop.ann)
    shop.platform.post("admin", "/__admin/rewind", {"to": last})
    assert underway(shop.world) == EXPECTED


def test_a_reset_forgets_them_and_their_rules() -> None:
    shop = busy()
    shop.platform.post("admin", "/__admin/reset")
    assert (underway(shop.world), len(shop.world.delivery_rules), shop.timers()) == ([], 0, [])
    assert shop.rule(effect="hold").json["id"] == "rule-1"


def test_an_imported_world_goes_on_as_the_exported_one_does() -> None:
    shop, other = busy(), Shop({"effect": "drop"})
    document = orjson.loads(orjson.dumps(exported(shop.world)))
    imported = other.platform.post("admin", "/__admin/import", document)
    assert imported.status == 200, imported.body
    assert {**exported(other.world), "requests": 0} == {**document, "requests": 0}
    ends = []
    for each in (shop, other):
        each.platform.advance(3 * 3600)
        ends.append((each.subjects(), underway(each.world), each.platform.events(), each.timers()))
        assert underway(each.world)[-1] != EXPECTED[-1]
    assert ends[0] == ends[1]
    other.platform.post("admin", "/__admin/reset")
    assert underway(other.world) == EXPECTED
    assert [rule.id for rule in other.world.delivery_rules] == ["rule-1", "rule-2", "rule-3"]


def setting(*place: str | int, to: Any) -> Spoil:
    def spoil(document: dict[str, Any]) -> None:
        *way, last = place
        found: Any = document
        for step in way:
            found = found[step]
        found[last] = to

    return spoil


@pytest.mark.parametrize(
    ("spoil", "pointer", "message"),
    [
        (setting("deliveries", 0, "event", to=99), "/deliveries/0/event", "must be the number of an event"),
        (setting("deliveries", 1, "receiver", to="payments"), "/deliveries/1/receiver", "those that do are brokers"),
        (setting("deliveries", 1, "number", to=2), "/deliveries/1/number", "is 2, and there is one before it"),
        (setting("deliveries", 0, "due", to="9999-12-31T23:59:59-23:00"), "/deliveries/0/due", "must be a time"),
        (setting("deliveries", 0, "since", to=7), "/deliveries/0/since", ""),
        (setting("deliveries", 0, to={}), "/deliveries/0/number", "is required"),
        (setting("delivery_rules", 0, "type", to="order_lost"), "/delivery_rules/0/type", "names no event"),
        (setting("delivery_rules", 1, "id", to="rule-x"), "/delivery_rules/1/id", ""),
        (setting("delivery_rules", 2, "window", to=1), "/delivery_rules/2/window", ""),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(spoil: Spoil, pointer: str, message: str) -> None:
    document = orjson.loads(orjson.dumps(exported(busy().world)))
    spoil(document)
    refused = Platform().post("admin", "/__admin/import", document)
    assert refused.status == 422, refused.body
    told = {error["pointer"]: error["message"] for error in refused.json["errors"]}
    assert message in told[pointer]


def recorded(shop: Shop) -> dict[str, Any]:
    """A recording of all that can be done with deliveries; it begins when some are on their way."""
    platform = shop.platform
    assert platform.post("admin", "/__admin/recordings/start").status == 200
    shop.pay()
    platform.post(
        "admin", "/__admin/delivery-rules", {"effect": "duplicate", "share": 0.5, "delay": "1s", "up_to": "1m"}
    )
    platform.send("admin", "DELETE", "/__admin/delivery-rules/rule-3")
    platform.post("admin", "/__admin/deliveries/release", {"first": 1})
    platform.post("admin", "/__admin/clock/advance", {"seconds": 60})
    shop.pay()
    identifier = deliveries.pending(shop.world)[0].id
    platform.send("admin", "DELETE", f"/__admin/deliveries/{identifier}")
    platform.post("admin", "/__admin/deliveries/release")
    platform.order(shop.ann)
    bundle: dict[str, Any] = orjson.loads(platform.post("admin", "/__admin/recordings/stop").body)
    return bundle


@pytest.mark.parametrize("brokers", [False, True])
def test_a_recording_is_replayed_to_the_byte(*, brokers: bool) -> None:
    shop = busy()
    if brokers:
        shop.world.outbox = Broker()
        shop.rule(effect="hold", receiver="brokers")
    outcome = replay(recorded(shop), contract())
    assert outcome.difference is None
    assert (outcome.events, outcome.requests) == (10, 11)


def test_rules_that_a_test_sets_from_outside_are_turned_in_the_replay_too() -> None:
    shop = Shop()
    platform = shop.platform
    platform.post("admin", "/__admin/recordings/start")
    platform.order(shop.ann)
    shop.world.delivery_rules.begin([{"effect": "drop", "receiver": "notifications"}], shop.world.behaviour)
    platform.order(shop.ann)
    bundle = orjson.loads(platform.post("admin", "/__admin/recordings/stop").body)
    assert bundle["requests"][1]["turned"]["delivery_rules"]["made"] == 1
    assert replay(bundle, contract()).identical


def test_a_scenario_has_the_rules_but_nothing_that_is_on_its_way() -> None:
    shop = busy()
    refused = shop.platform.get("admin", "/__admin/scenario")
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert "3 deliveries on their way" in refused.json["detail"]
    shop.platform.send("admin", "DELETE", "/__admin/deliveries")
    scenario = shop.platform.get("admin", "/__admin/scenario").json
    assert [rule["effect"] for rule in scenario["delivery_rules"]] == ["hold", "delay", "reorder"]
    assert "delivery_rules:\n" in scenario_yaml(scenario)
    other = Shop({"effect": "hold"})
    assert other.platform.send("admin", "PUT", "/__admin/scenario", scenario).status == 200
    assert [rule.order() for rule in other.world.delivery_rules] == scenario["delivery_rules"]
    assert underway(other.world) == []  # what is told happened before the rules
    other.world.delivery_rules.clear()
    other.platform.post("admin", "/__admin/reset")
    assert len(other.world.delivery_rules) == 3


def test_a_generated_scenario_has_no_rules() -> None:
    shop = busy()
    shop.platform.post("admin", "/__admin/scenario/generate", {"users": 1, "orders": 1})
    assert (underway(shop.world), len(shop.world.delivery_rules)) == ([], 0)


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        ({"effect": "hold", "type": "order_lost"}, "/delivery_rules/0/type", "names no event"),
        ({"effect": "wait"}, "/delivery_rules/0/effect", ""),
        ({"effect": "hold", "id": "rule-x"}, "/delivery_rules/0/id", "means nothing to the effect"),
        (7, "/delivery_rules/0", ""),
    ],
)
def test_a_scenario_with_a_wrong_rule_is_refused_with_its_place(rule: Any, pointer: str, message: str) -> None:
    refused = Platform().send("admin", "PUT", "/__admin/scenario", {"delivery_rules": [rule]})
    assert refused.status == 422, refused.body
    told = {error["pointer"]: error["message"] for error in refused.json["errors"]}
    assert message in told[pointer]


def test_a_world_that_is_named_first_begins_with_the_rules_of_the_beginning() -> None:
    platform = Platform()
    platform.send("admin", "PUT", "/__admin/scenario", {"delivery_rules": [{"effect": "hold"}]})
    platform.send("users", "GET", "/health", headers={"X-Mock-World": "w1"})
    twin = platform.world.twin("w2", 0)
    assert [rule.id for rule in twin.delivery_rules] == ["rule-1"]


# Explained


def explained(shop: Shop, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.platform.get("admin", f"/__admin/requests/request-{number}/explain").json[
        "deliveries"
    ]
    return found


def test_an_explanation_tells_what_became_of_its_events_and_by_which_rule() -> None:
    shop = Shop(
        {"effect": "hold", "receiver": "orders"},
        {"effect": "drop", "receiver": "users"},
        {"effect": "duplicate", "receiver": "notifications", "type": "payment_completed", "delay": "1h"},
        {"effect": "reorder", "receiver": "notifications", "window": 2},
    )
    order = shop.pay()
    created = shop.world.journal.total - 1
    told = [(each["receiver"], each["did"], each["rule"], each["delivery"]) for each in explained(shop, created + 1)]
    assert told == [
        ("users", "dropped", "rule-2", None),
        ("orders", "held", "rule-1", "delivery-2"),
        ("notifications", "duplicated", "rule-3", None),
        ("notifications", "delayed", "rule-3", "delivery-3"),
    ]
    assert [each["did"] for each in explained(shop, created)] == ["collected"]
    deliveries.deliver(shop.world, "delivery-2")
    assert shop.status(order) == "confirmed"
    last = explained(shop, created + 1)
    assert [(each["receiver"], each["did"], each["delivery"]) for each in last[4:]] == [
        ("orders", "delivered", "delivery-2"),
        ("notifications", "collected", "delivery-4"),
        ("notifications", "delivered", "delivery-4"),
    ]
    assert {each["event"] for each in last[:5]} == {"event-3"}
    assert (last[3]["time"], last[3]["due"]) == ("2026-01-01T00:00:01Z", "2026-01-01T01:00:01Z")


def test_what_came_at_once_is_not_told() -> None:
    shop = Shop({"effect": "hold", "receiver": "orders"})
    shop.platform.order(shop.ann)
    assert explained(shop, shop.world.journal.total) == []
    assert list(steps(shop.world.store.begin(), {0, 1, 2})) == []


def test_who_may_hear_of_an_event_are_brokers_and_the_services_that_react() -> None:
    behaviour = Platform().engine.behaviour
    assert receivers(behaviour, "payment_completed") == [BROKERS, "users", "orders", "notifications"]
    assert receivers(behaviour, "order_created") == [BROKERS, "notifications"]


def test_the_timer_of_a_delivery_is_named_for_it_or_for_what_it_comes_together_with() -> None:
    alone = Delivery(3, 0, "orders", 0, 1, "rule-1", None)
    assert (alone.id, alone.timer) == ("delivery-3", "delivery-3")
    assert Delivery(4, 0, "orders", 0, 1, "rule-1", "rule-1/3").timer == "rule-1/3"
