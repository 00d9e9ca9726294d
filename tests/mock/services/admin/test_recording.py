"""Recordings by the control API; what is in them stands in `test_replaying.py`."""

from commerce_mock.replaying import replay
from harness.platform import Platform

START, STATUS, STOP = (f"/__admin/recordings/{name}" for name in ("start", "status", "stop"))


def test_a_recording_is_started_looked_at_and_stopped() -> None:
    platform = Platform()
    nothing = {"recording": False, "requests": 0, "complete": True}
    assert platform.get("admin", STATUS).json == nothing
    assert platform.post("admin", START).json == {"recording": True, "requests": 0, "complete": True}
    platform.register()
    assert platform.get("admin", STATUS).json == {"recording": True, "requests": 1, "complete": True}
    bundle = platform.post("admin", STOP)
    assert bundle.status == 200
    assert replay(bundle.json, platform.contract).identical
    assert platform.get("admin", STATUS).json == nothing


def test_only_one_is_made_at_a_time_and_only_what_was_started_is_stopped() -> None:
    platform = Platform()
    assert platform.post("admin", STOP).code == "CONFLICT"
    platform.post("admin", START)
    assert platform.post("admin", START).code == "CONFLICT"
    platform.post("admin", STOP)
    assert platform.post("admin", START).status == 200


def test_each_world_is_recorded_by_itself() -> None:
    platform = Platform(judged=False)
    default, other = platform.world, platform.engine.worlds.fork(platform.world, "w1")
    platform.post("admin", START)
    platform.world = other
    platform.register("bob")
    assert platform.get("admin", STATUS).json["recording"] is False
    platform.world = default
    assert platform.post("admin", STOP).json["requests"] == []


def test_a_second_recording_begins_where_the_first_ended() -> None:
    platform = Platform(judged=False)
    for name in ("ann", "bob"):
        platform.post("admin", START)
        platform.register(name)
        bundle = platform.post("admin", STOP).json
        assert replay(bundle, platform.contract).requests == 1
