"""Rules for deliveries: which ones they select, who is asked first, how often they act, and chances by seed."""

from typing import Any

import pytest

from commerce_mock.delivery_effects import Drop, Duplicate, Hold, Reorder
from commerce_mock.delivery_rules import MOST, DeliveryRule, DeliveryRules, known_rule_of, rule_of
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.problems import Problem
from harness.platform import Platform

SHOP = Platform()
BEHAVIOUR = SHOP.engine.behaviour
SHOP.paid(SHOP.register())
PAID = next(event for event in map(from_log, SHOP.world.store.begin().oldest(LOG)) if event.type == "payment_completed")


def acting(rules: DeliveryRules, receiver: str = "orders", event: Emitted = PAID, seed: int = 0) -> str | None:
    """Which rule acts on a delivery."""
    found = rules.strike(event, receiver, seed)
    return None if found is None else found.rule.id


def rules(*orders: dict[str, Any]) -> DeliveryRules:
    made = DeliveryRules()
    for order in orders:
        made.add(rule_of(order, BEHAVIOUR))
    return made


def test_a_world_without_rules_lets_everything_pass() -> None:
    made = rules()
    assert (len(made), made.active, made.strike(PAID, "orders", 0)) == (0, (), None)


@pytest.mark.parametrize(
    ("selection", "selected"),
    [
        ({}, True),
        ({"type": "payment_completed"}, True),
        ({"type": "payment_*"}, True),
        ({"type": ["order_created", "payment_completed"]}, True),
        ({"type": "order_created"}, False),
        ({"source": "payments"}, True),
        ({"source": ["orders", "users"]}, False),
        ({"receiver": "orders"}, True),
        ({"receiver": ["brokers", "orders"]}, True),
        ({"receiver": "notifications"}, False),
        ({"about": "order-1"}, True),
        ({"about": "45.49"}, True),
        ({"about": "order-2"}, False),
        ({"type": "payment_*", "receiver": "orders", "about": "pay-1"}, True),
        ({"type": "payment_*", "receiver": "users", "about": "pay-1"}, False),
    ],
)
def test_a_rule_acts_on_the_deliveries_that_it_selects(selection: dict[str, Any], *, selected: bool) -> None:
    assert (acting(rules({"effect": "hold", **selection})) == "rule-1") is selected


def test_a_value_is_found_anywhere_in_a_payload_and_truth_is_none() -> None:
    event = from_log(SHOP.world.store.begin().entry(LOG, PAID.number))
    event.payload["data"]["tags"] = [None, True, {"parcel": 7}]
    found = {
        text for text in ("7", "True", "true", "None") if acting(rules({"effect": "hold", "about": text}), event=event)
    }
    assert found == {"7"}


def test_the_first_that_acts_decides_and_the_next_one_waits_for_its_turn() -> None:
    made = rules(
        {"effect": "drop", "receiver": "users"}, {"effect": "hold", "times": 2}, {"effect": "drop", "times": 1}
    )
    assert [acting(made) for _ in range(4)] == ["rule-2", "rule-2", "rule-3", None]
    assert [(rule.seen, rule.struck, rule.left) for rule in made] == [(0, 0, None), (2, 2, 0), (1, 1, 0)]
    assert [rule.id for rule in made.active] == ["rule-1"]


def shares(**said: Any) -> list[bool]:
    made = rules({"effect": "hold", "share": 0.3, **said})
    return [acting(made) is not None for _ in range(1000)]


def test_a_share_is_the_same_with_the_same_seed() -> None:
    assert shares() == shares()
    assert shares(seed=7) == shares(seed=7)
    assert shares(seed=7) != shares(seed=8)
    assert 250 < sum(shares()) < 350


def test_the_worlds_seed_decides_where_a_rule_has_none() -> None:
    of_world = rules({"effect": "hold", "share": 0.5})
    of_other = rules({"effect": "hold", "share": 0.5})
    assert [acting(of_world, seed=1) for _ in range(100)] != [acting(of_other, seed=2) for _ in range(100)]


@pytest.mark.parametrize(
    ("order", "pointer", "message"),
    [
        ({"type": "order_lost"}, "/type", "'order_lost' names no event: there are order_created"),
        ({"type": ["order_created", "shoe_*"]}, "/type", "'shoe_*' names no event"),
        ({"source": "notifications"}, "/source", "'notifications' emits none of these events: they come from orders"),
        ({"type": "order_*", "source": "payments"}, "/source", "they come from orders"),
        ({"receiver": "payments"}, "/receiver", "'payments' hears of none of these events: those that do are brokers"),
        ({"type": "order_created", "receiver": "users"}, "/receiver", "those that do are brokers, notifications"),
    ],
)
def test_what_selects_nothing_in_the_contract_is_refused(order: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(Problem) as refused:
        rule_of({"effect": "hold", **order}, BEHAVIOUR)
    ((place, told),) = refused.value.errors
    assert place == pointer
    assert message in told


def test_no_world_has_more_than_so_many() -> None:
    made = DeliveryRules(DeliveryRule(Drop()) for _ in range(MOST))
    with pytest.raises(Problem) as refused:
        made.add(DeliveryRule(Drop()))
    assert refused.value.code == "CONFLICT"


def test_a_rule_shows_what_was_asked_for() -> None:
    rule = rule_of({"effect": "duplicate", "type": "payment_*", "seed": 0, "times": 3, "delay": "5s"}, BEHAVIOUR)
    order = {
        "effect": "duplicate",
        "type": ["payment_*"],
        "share": 1,
        "seed": 0,
        "times": 3,
        "copies": 1,
        "delay": "5s",
    }
    assert rule.order() == order
    assert rule.document() == {"id": "", **order, "seen": 0, "struck": 0}
    assert rule_of(order, BEHAVIOUR).order() == order


def test_what_is_removed_acts_no_more() -> None:
    made = rules({"effect": "hold"}, {"effect": "drop"})
    made.remove("rule-1")
    made.remove("rule-1")
    assert (acting(made), made.get("rule-1")) == ("rule-2", None)
    made.clear()
    assert (acting(made), len(made)) == (None, 0)
    assert made.add(DeliveryRule(Hold())).id == "rule-3"


def test_a_reset_brings_back_those_of_the_beginning_which_remember_nothing() -> None:
    made = DeliveryRules()
    made.begin([{"effect": "hold", "times": 1}, {"effect": "drop"}], BEHAVIOUR)
    assert [acting(made), acting(made)] == ["rule-1", "rule-2"]
    made.clear()
    made.add(DeliveryRule(Hold()))
    made.reset()
    assert [(rule.id, rule.effect, rule.struck) for rule in made] == [("rule-1", Hold(), 0), ("rule-2", Drop(), 0)]
    assert made.add(DeliveryRule(Duplicate())).id == "rule-3"


def test_a_rule_that_was_there_keeps_its_id_and_the_next_one_comes_after_it() -> None:
    made = DeliveryRules()
    made.begin([{"effect": "hold", "id": "rule-7"}], BEHAVIOUR)
    assert acting(made) == "rule-7"
    assert made.add(DeliveryRule(Hold())).id == "rule-8"
    known = known_rule_of({"effect": "reorder", "window": 2, "id": "rule-4", "seen": 5, "struck": 3}, BEHAVIOUR)
    assert (known.effect, known.id, known.seen, known.struck) == (Reorder(2), "rule-4", 5, 3)


def test_saved_rules_go_on_as_they_would_have() -> None:
    made = rules({"effect": "hold", "share": 0.5}, {"effect": "drop", "times": 1, "share": 0.5})
    for _ in range(10):
        acting(made)
    other = DeliveryRules()
    other.restore(made.saved(), BEHAVIOUR)
    assert [acting(other) for _ in range(50)] == [acting(made) for _ in range(50)]
    assert other.add(DeliveryRule(Hold())).id == "rule-3"


def test_a_copy_goes_its_own_way_and_a_twin_begins_anew() -> None:
    made = DeliveryRules()
    made.begin([{"effect": "hold", "times": 2}], BEHAVIOUR)
    made.add(DeliveryRule(Drop()))
    acting(made)
    copy, twin = made.copy(), made.twin()
    assert [acting(copy), acting(copy)] == ["rule-1", "rule-2"]
    assert [rule.struck for rule in made] == [1, 0]
    assert [(rule.id, rule.struck) for rule in twin] == [("rule-1", 0)]
