"""The difference of two states as a JSON Patch, which an applier of its own applies."""

import copy
import json
from itertools import pairwise
from time import perf_counter
from typing import Any

from commerce_contract.pointer import split
from commerce_mock.patching import patch
from commerce_mock.store.memory import MemoryStore, State
from harness.platform import Platform
from harness.stage import Stage


def resources(state: State, *collections: str) -> dict[str, Any]:
    """All resources by collection and id, as the patch is about them."""
    return {name: {key: json.loads(row[0]) for key, row in state.get(name, {}).items()} for name in collections}


def applied(document: Any, operations: list[dict[str, Any]]) -> Any:
    """RFC 6902, as far as `add`, `remove` and `replace` go."""
    document = copy.deepcopy(document)
    for operation in operations:
        *places, last = split(operation["path"])
        target = document
        for place in places:
            target = target[int(place) if isinstance(target, list) else place]
        name = int(last) if isinstance(target, list) else last
        there = isinstance(target, list) or name in target
        assert there == (operation["op"] != "add"), operation
        if operation["op"] == "remove":
            del target[name]
        else:
            target[name] = operation["value"]
    return document


def stored(*documents: Any, key: str = "id") -> State:
    tx = (store := MemoryStore()).begin()
    for document in documents:
        tx.insert("things", str(document[key]), (json.dumps(document).encode(), None, None, None))
    tx.commit()
    return store.state


def difference(before: Any, after: Any) -> list[dict[str, Any]]:
    return list(patch(stored(before), stored(after), ["things"]))


def test_a_change_is_told_at_the_deepest_place_that_is_otherwise() -> None:
    before = {"id": "a", "same": 1, "inner": {"x": 1, "y": [1, {"z": 2}]}, "gone": None, "a/b~c": 1}
    after = {"id": "a", "same": 1, "inner": {"x": 1, "y": [1, {"z": 3}]}, "came": [], "a/b~c": 2}
    assert difference(before, after) == [
        {"op": "replace", "path": "/things/a/inner/y/1/z", "value": 3},
        {"op": "remove", "path": "/things/a/gone"},
        {"op": "replace", "path": "/things/a/a~1b~0c", "value": 2},
        {"op": "add", "path": "/things/a/came", "value": []},
    ]


def test_what_changes_its_kind_or_length_is_replaced_as_a_whole_and_true_is_not_one() -> None:
    before = {"id": "a", "list": [1, 2], "kind": {"x": 1}, "flag": True}
    after = {"id": "a", "list": [1, 2, 3], "kind": [1], "flag": 1}
    assert difference(before, after) == [
        {"op": "replace", "path": "/things/a/list", "value": [1, 2, 3]},
        {"op": "replace", "path": "/things/a/kind", "value": [1]},
        {"op": "replace", "path": "/things/a/flag", "value": 1},
    ]


def test_resources_that_came_and_went_are_told_whole_in_the_order_of_their_ids() -> None:
    before, after = stored({"id": "order-9"}, {"id": "order-2"}), stored({"id": "order-10"}, {"id": "order-9"})
    assert list(patch(before, after, ["things", "others"])) == [
        {"op": "remove", "path": "/things/order-2"},
        {"op": "add", "path": "/things/order-10", "value": {"id": "order-10"}},
    ]


def test_rows_that_say_the_same_are_no_difference_though_they_are_not_the_same() -> None:
    assert difference({"id": "a", "x": [1.5]}, {"id": "a", "x": [1.5]}) == []


def test_the_patches_of_a_history_lead_from_each_state_to_the_next_and_back() -> None:
    stage = Stage()
    platform, world = stage.platform, stage.platform.world
    member = platform.register()
    order, _ = platform.paid(member, 5.0)
    platform.cancel(member, order)
    stage.send(stage.ask("users.update"))
    stage.send(stage.ask("payments.refund"))
    states = [world.origin, *(version.after for version in world.versions)]
    names = list(world.behaviour.resources)
    changed = 0
    for one, other in [*pairwise(states), *pairwise(reversed(states)), (states[0], states[-1])]:
        operations = list(patch(one, other, names))
        changed += bool(operations)
        assert applied(resources(one, *names), operations) == resources(other, *names)
    assert changed > 8


def test_to_compare_two_states_of_a_large_world_takes_a_look_at_each_row_and_no_more() -> None:
    platform = Platform(judged=False)
    member = platform.register()
    row = (b'{"id":"x"}', member.id, "pending", None)
    tx = platform.world.store.begin()
    for number in range(100_000):
        tx.insert("orders", f"old-{number}", row)
    tx.commit()
    before = platform.world.store.state
    platform.order(member)
    began = perf_counter()
    (operation,) = patch(before, platform.world.store.state, ["users", "orders"])
    assert perf_counter() - began < 1
    assert (operation["op"], operation["path"]) == ("add", "/orders/order-100001")
