"""Delivery rules over the control API: made, listed, read and deleted."""

from harness.platform import Platform

RULES = "/__admin/delivery-rules"


def test_a_rule_is_made_read_and_deleted() -> None:
    platform = Platform()
    made = platform.post("admin", RULES, {"effect": "delay", "type": "order_*", "delay": "5s", "times": 2})
    assert made.status == 201
    assert made.json == {
        "id": "rule-1", "effect": "delay", "type": ["order_*"], "share": 1, "times": 2, "delay": "5s",
        "seen": 0, "struck": 0,
    }  # fmt: skip
    assert platform.get("admin", f"{RULES}/rule-1").json == made.json
    assert platform.send("admin", "DELETE", f"{RULES}/rule-1").status == 204
    gone = platform.get("admin", f"{RULES}/rule-1")
    assert (gone.status, gone.json["detail"]) == (404, "There is no delivery rule rule-1.")


def test_rules_are_listed_in_pages_in_the_order_in_which_they_were_made() -> None:
    platform = Platform()
    for effect in ("hold", "drop", "duplicate"):
        platform.post("admin", RULES, {"effect": effect})
    page = platform.get("admin", f"{RULES}?limit=2&offset=1").json
    assert [rule["effect"] for rule in page["delivery_rules"]] == ["drop", "duplicate"]
    assert (page["total"], page["limit"], page["offset"]) == (3, 2, 1)
    assert platform.send("admin", "DELETE", RULES).status == 204
    assert platform.get("admin", RULES).json["total"] == 0


def test_a_wrong_rule_is_refused_with_its_place_and_what_there_is() -> None:
    platform = Platform()
    for body, pointer in (
        ({}, "/effect"),
        ({"effect": "wait"}, "/effect"),
        ({"effect": "hold", "type": []}, "/type"),
        ({"effect": "hold", "type": [""]}, "/type/0"),
        ({"effect": "hold", "type": "order_lost"}, "/type"),
        ({"effect": "hold", "receiver": 7}, "/receiver"),
        ({"effect": "delay", "delay": "soon"}, "/delay"),
        ({"effect": "reorder", "window": 1}, "/window"),
        ({"effect": "hold", "share": 0}, "/share"),
        ({"effect": "hold", "seed": -1}, "/seed"),
    ):
        refused = platform.post("admin", RULES, body)
        assert (refused.status, refused.pointers) == (422, [pointer]), refused.body
    assert len(platform.world.delivery_rules) == 0


def test_each_world_has_its_own() -> None:
    platform = Platform()
    platform.post("admin", RULES, {"effect": "drop"})
    platform.engine.worlds.fork(platform.world, "w1").delivery_rules.clear()
    assert len(platform.world.delivery_rules) == 1
