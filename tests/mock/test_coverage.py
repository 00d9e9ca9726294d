"""Contract coverage: what is declared, what was exercised, and the share of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from commerce_mock import derived
from commerce_mock.coverage import Counts, Kind, begin_anew, declared, exercised, of_all, report
from commerce_mock.problems import Problem
from harness.platform import Platform, contract
from harness.stage import Stage


def counted(platform: Platform) -> Mapping[tuple[str, ...], int]:
    return exercised(platform.world.meters)


def test_every_declared_thing_is_an_item_once_and_no_control_is() -> None:
    items = list(declared(contract()))
    keys = [item.key for item in items]
    assert len(set(keys)) == len(keys)
    assert not any(item.name.startswith("admin.") for item in items)
    operations = contract().operations
    assert (Kind.OPERATION, "orders.create") in keys
    assert (Kind.RESPONSE, "orders.create", "201") in keys
    assert (Kind.PROBLEM, "orders.create", "ORDER_002") in keys
    assert (Kind.TRANSITION, "orders", "pending", "confirmed") in keys
    assert (Kind.EVENT, "order_created") in keys
    services = {item.key: item.service for item in items}
    assert services[Kind.OPERATION, "orders.create"] == operations["orders.create"].service
    assert services[Kind.TRANSITION, "payments", "processing", "failed"] == "payments"


def test_what_clients_did_is_counted_as_it_is_declared() -> None:
    stage = Stage()
    stage.send(stage.ask("orders.create"))
    stage.send(stage.ask("orders.create"))
    stage.send(stage.ask("orders.create").with_body(items=[]))
    stage.send(stage.ask("orders.cancel"))
    stage.platform.get("orders", "/nowhere")
    assert counted(stage.platform) == {
        ("operation", "orders.create"): 3,
        ("operation", "orders.cancel"): 1,
        ("response", "orders.create", "201"): 2,
        ("response", "orders.create", "422"): 1,
        ("response", "orders.cancel", "200"): 1,
        ("problem", "orders.create", "ORDER_002"): 1,
        ("transition", "orders", "pending", "cancelled"): 1,
        ("event", "order_created"): 2,
    }


def test_moves_that_timers_and_reactions_make_are_counted_too() -> None:
    stage = Stage()
    stage.send(stage.ask("payments.create"))
    stage.platform.advance(10)
    found = counted(stage.platform)
    assert found["transition", "payments", "processing", "completed"] == 1
    assert found["transition", "orders", "pending", "confirmed"] == 1
    assert found["event", "order_confirmed"] == 1


def test_a_move_that_was_undone_is_not_counted() -> None:
    def moves_and_refuses(tx: Any, call: Any) -> Any:
        derived.move(tx, call)
        raise Problem("ORDER_004")

    stage = Stage(rules={"orders.cancel": moves_and_refuses})
    assert stage.send(stage.ask("orders.cancel")).status == 409
    assert not [key for key in counted(stage.platform) if key[0] == Kind.TRANSITION]


def test_what_the_scenario_brought_along_is_not_exercised() -> None:
    assert counted(Platform(scenario="demo")) == {}


def test_a_reset_changes_nothing_but_a_new_beginning_does() -> None:
    stage = Stage()
    stage.send(stage.ask("orders.create"))
    stage.platform.world.reset()
    assert counted(stage.platform)["operation", "orders.create"] == 1
    begin_anew(stage.platform.engine.worlds)
    assert counted(stage.platform) == {}
    stage.send(stage.ask("orders.create"))
    begin_anew(stage.platform.engine.worlds)
    stage.send(stage.ask("orders.create"))
    assert counted(stage.platform)["operation", "orders.create"] == 1


def test_worlds_are_summed_also_those_that_are_gone() -> None:
    platform = Platform()
    worlds, first = platform.engine.worlds, platform.world
    for name in ("w1", "w2", "w3"):
        platform.world = worlds.fork(first, name)
        platform.register()
    platform.world = first
    worlds.remove("w1")
    worlds.expire(-1)
    assert len(worlds) == 1
    platform.register()
    assert of_all(worlds)["operation", "users.create"] == 4
    assert exercised(first.meters)["operation", "users.create"] == 1
    begin_anew(worlds)
    assert of_all(worlds) == {}


def test_the_share_is_rounded_down_so_that_100_is_all() -> None:
    items = list(declared(contract()))
    everything = Counts(item.key for item in items)
    whole = report(contract(), everything)
    assert (whole["percent"], whole["covered"], whole["total"]) == (100.0, len(items), len(items))
    del everything[items[0].key]
    told = report(contract(), everything)
    assert told["percent"] < 100
    assert told["covered"] == len(items) - 1
    assert told["kinds"][0]["covered"] == told["kinds"][0]["total"] - 1
    assert [share["kind"] for share in told["kinds"]] == list(Kind)
    assert told["items"][0]["count"] == 0
    assert told["items"][0]["location"]["line"] == items[0].location.line


def test_a_contract_of_nothing_is_exercised_as_a_whole() -> None:
    nothing = replace(contract(), operations={}, resources={}, events={})
    assert report(nothing, Counts()) == {"percent": 100.0, "covered": 0, "total": 0, "kinds": [], "items": []}


@pytest.mark.parametrize("service", ["users", "payments"])
def test_resources_without_a_lifecycle_have_no_moves(service: str) -> None:
    moves = [item for item in declared(contract()) if item.key[0] == Kind.TRANSITION and item.service == service]
    assert bool(moves) is (service == "payments")
