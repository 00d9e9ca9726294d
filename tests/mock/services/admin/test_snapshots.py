"""Snapshots by the control API: made, listed, returned to, deleted."""

from harness.platform import Platform
from harness.stage import Stage


def make(platform: Platform, name: str) -> None:
    assert platform.post("admin", "/__admin/snapshots", {"name": name}).status == 201


def restore(platform: Platform, name: str) -> None:
    assert platform.post("admin", f"/__admin/snapshots/{name}/restore").status == 200


def test_a_snapshot_says_what_is_in_it_and_they_are_listed_in_pages() -> None:
    stage = Stage()
    made = stage.platform.post("admin", "/__admin/snapshots", {"name": "first"})
    expected = {
        "name": "first",
        "now": "2026-01-01T00:00:00Z",
        "resources": {"orders": 3, "payments": 2, "users": 2},
    }
    assert (made.status, made.json) == (201, expected)
    stage.send(stage.ask("orders.create"))
    make(stage.platform, "second")
    page = stage.platform.get("admin", "/__admin/snapshots?limit=1").json
    assert (page["snapshots"], page["total"]) == ([expected], 2)
    (second,) = stage.platform.get("admin", "/__admin/snapshots?offset=1").json["snapshots"]
    assert (second["name"], second["resources"]["orders"]) == ("second", 4)


def test_a_world_is_all_that_it_was_after_a_restore() -> None:
    stage = Stage()
    platform = stage.platform
    platform.switch("notifications", up=False)
    platform.post("admin", "/__admin/faults", {"fault": "reset", "operation": "users.get"})
    payment = stage.processing()
    make(platform, "before")
    state, now = platform.world.store.state, platform.world.clock.now()

    platform.post("admin", f"/__admin/payments/{payment}/settle", {"status": "completed"})
    platform.switch("notifications", up=True)
    platform.switch("orders", up=False)
    platform.send("admin", "DELETE", "/__admin/faults")
    platform.advance(3600)

    restore(platform, "before")
    assert platform.world.store.state is state
    assert platform.world.clock.now() == now
    assert platform.world.down == {"notifications"}
    assert len(platform.world.faults) == 1
    assert platform.read_payment(payment)["status"] == "processing"


def test_a_snapshot_can_be_restored_again_and_again_and_outlives_a_reset() -> None:
    stage = Stage()
    platform = stage.platform
    order = stage.send(stage.ask("orders.create")).json
    make(platform, "ordered")
    for _ in range(2):
        platform.post("admin", "/__admin/reset")
        assert platform.read_order(order["id"])["code"] == "ORDER_003"
        restore(platform, "ordered")
        assert platform.read_order(order["id"]) == order


def test_timers_fire_again_after_a_restore() -> None:
    stage = Stage()
    platform = stage.platform
    payment = stage.send(stage.ask("payments.create")).json["id"]
    make(platform, "processing")
    for _ in range(2):
        platform.advance(2)
        assert platform.read_payment(payment)["status"] == "completed"
        restore(platform, "processing")
        assert platform.read_payment(payment)["status"] == "processing"


def test_a_clock_that_runs_goes_on_after_a_restore() -> None:
    platform = Platform(clock="real")
    make(platform, "before")
    platform.advance(3600)
    restore(platform, "before")
    now = platform.get("admin", "/__admin/clock").json
    assert now["mode"] == "real"
    assert platform.world.clock.offset == 3_600_000


def test_a_name_is_used_once_until_its_snapshot_is_deleted() -> None:
    platform = Platform()
    make(platform, "one")
    refused = platform.post("admin", "/__admin/snapshots", {"name": "one"})
    assert (refused.code, refused.pointers) == ("CONFLICT", ["/name"])
    assert platform.send("admin", "DELETE", "/__admin/snapshots/one").status == 204
    assert platform.send("admin", "DELETE", "/__admin/snapshots/one").code == "NOT_FOUND"
    assert platform.post("admin", "/__admin/snapshots/one/restore").code == "NOT_FOUND"
    make(platform, "one")


def test_there_are_only_so_many_snapshots() -> None:
    platform = Platform()
    make(platform, "one")
    platform.world.snapshots.update({f"s{n}": platform.world.snapshots["one"] for n in range(999)})
    refused = platform.post("admin", "/__admin/snapshots", {"name": "last"})
    assert (refused.code, refused.pointers) == ("CONFLICT", ["/name"])
    assert "delete some" in refused.json["detail"]


def test_snapshots_are_those_of_one_world() -> None:
    platform = Platform()
    make(platform, "one")
    fork = platform.engine.worlds.fork(platform.world, "w1")
    assert fork.snapshots == {}
