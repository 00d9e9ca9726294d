"""Snapshots, the past, and forks, as tests use them."""

import pytest

from commerce_mock.versions import KEPT
from commerce_testing import CommerceMock, Setting, Stage
from testing.conftest import Shop


def newest(mock: CommerceMock) -> str:
    return mock.requests[-1].id


def test_a_test_returns_to_a_snapshot(shop: Shop) -> None:
    order = shop.order()
    shop.mock.history.snapshot("ordered")
    shop.client.orders.cancel(order)
    shop.mock.clock.advance("1h")
    shop.mock.history.restore("ordered")
    assert shop.client.orders.get(order).status == "pending"
    with pytest.raises(ValueError, match="There is a snapshot ordered already"):
        shop.mock.history.snapshot("ordered")
    with pytest.raises(ValueError, match="no snapshot nothing"):
        shop.mock.history.restore("nothing")


def test_a_test_looks_at_the_past_and_goes_back_to_it(shop: Shop) -> None:
    order = shop.order()
    ordered = newest(shop.mock)
    shop.client.orders.cancel(order)
    cancelled = newest(shop.mock)
    assert shop.mock.history.at(ordered)["orders"][order]["status"] == "pending"
    assert shop.mock.history.at(cancelled)["orders"][order]["status"] == "cancelled"
    assert shop.mock.history.at(cancelled) == {name: shop.mock.state[name] for name in shop.mock.state}
    changed = {operation["path"]: operation.get("value") for operation in shop.mock.history.diff(ordered, cancelled)}
    assert changed[f"/orders/{order}/status"] == "cancelled"
    assert shop.mock.history.diff(ordered) == shop.mock.history.diff(ordered, cancelled)
    assert {operation["op"] for operation in shop.mock.history.diff()} == {"add"}
    shop.mock.history.rewind(ordered)
    assert shop.mock.state["orders"][order]["status"] == "pending"


def test_what_was_never_there_or_is_kept_no_longer_is_told(shop: Shop) -> None:
    with pytest.raises(ValueError, match="no request 'req-99' among the newest"):
        shop.mock.history.at("req-99")
    with pytest.raises(ValueError, match="There is no request req-99"):
        shop.mock.history.rewind("req-99")
    world = shop.mock.engine.world
    for number in range(2, KEPT + 2):
        world.versions.keep((number, "again", world.store.state, world.store.state, 0))
    with pytest.raises(ValueError, match="request-1 is not kept any more"):
        shop.mock.history.diff("request-1")


def test_an_exported_world_is_loaded_in_another_test(shop: Shop, stage: Stage) -> None:
    order = shop.order()
    document = shop.mock.history.export()
    other = CommerceMock(stage.lay(Setting(seed=9)))
    other.history.load(document)
    assert other.state["orders"][order] == shop.mock.state["orders"][order]
    assert other.client().orders.get(order).id == order
    document["resources"]["orders"][0]["status"] = "lost"
    with pytest.raises(ValueError, match="/resources/orders/0/status"):
        other.history.load(document)


def test_a_fork_goes_its_own_way_from_now_from_a_request_and_from_a_snapshot(shop: Shop) -> None:
    first = shop.order()
    ordered = newest(shop.mock)
    shop.mock.history.snapshot("one")
    shop.order()
    now, then, kept = (
        shop.mock.fork("now"),
        shop.mock.fork("then", at=ordered),
        shop.mock.fork("kept", snapshot="one"),
    )
    assert [len(mock.state["orders"]) for mock in (shop.mock, now, then, kept)] == [2, 2, 1, 1]
    then.client().orders.cancel(first)
    assert then.state["orders"][first]["status"] == "cancelled"
    assert shop.mock.state["orders"][first]["status"] == kept.state["orders"][first]["status"] == "pending"
    assert then.engine.world.name == "then"
    assert [world.name for world in shop.mock.engine.worlds] == ["default", "now", "then", "kept"]
    then.clock.advance("1h")
    assert then.clock.now > kept.clock.now


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("no name", {}, "A world's name is"),
        ("default", {}, "There is a world default already"),
        ("w1", {"at": "req-99"}, "no request"),
        ("w1", {"snapshot": "nothing"}, "no snapshot is named 'nothing'"),
        ("w1", {"at": "req-1", "snapshot": "one"}, "give one of them"),
    ],
)
def test_what_cannot_be_forked_is_told(shop: Shop, name: str, said: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shop.mock.fork(name, **said)
