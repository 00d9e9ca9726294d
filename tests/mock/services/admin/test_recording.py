"""Recordings by the control API; what is in them stands in `test_replaying.py`."""

from typing import Any

import orjson

from commerce_mock.outcome import Outcome
from commerce_mock.replaying import replay
from commerce_mock.settings import MEBIBYTE
from harness.platform import Platform

START, STATUS, STOP, REPLAY = (f"/__admin/recordings/{name}" for name in ("start", "status", "stop", "replay"))


def recorded(platform: Platform) -> Any:
    """What somebody else's mock was asked: a user registers, orders and pays."""
    platform.post("admin", START)
    platform.paid(platform.register())
    return platform.post("admin", STOP).json


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


def test_a_recording_is_replayed_beside_the_worlds_that_there_are() -> None:
    bundle = recorded(Platform(judged=False, seed=3))
    platform = Platform()
    platform.register("mine")
    before, faults = platform.world.store.state, len(platform.world.faults)
    replayed = platform.post("admin", REPLAY, bundle)
    assert replayed.status == 200, replayed.body
    assert replayed.json == {
        "identical": True,
        "requests": len(bundle["requests"]),
        "events": 5,
        "sha256": bundle["sha256"],
        "notes": [],
    }
    assert platform.world.store.state is before
    assert (len(platform.world.faults), len(platform.engine.worlds)) == (faults, 1)
    assert platform.world.clock.now() == 1_767_225_600_000
    assert [entry.operation for entry in platform.world.journal.newest()] == ["admin.replay_recording", "users.create"]


def test_the_first_difference_is_told_with_both_sides() -> None:
    platform = Platform()
    bundle = recorded(Platform(judged=False))
    bundle["requests"][1]["answer"]["body"]["status"] = "shipped"
    bundle["requests"][1]["answer"]["body"].pop("totalAmount")
    told = platform.post("admin", REPLAY, bundle).json
    assert told["identical"] is False
    assert told["difference"] == {
        "number": 2,
        "request": "POST /api/orders",
        "pointer": "/answer/body/status",
        "recorded": "shipped",
        "replayed": "pending",
    }
    assert told["notes"] == ["the answers or events in it were changed after it was recorded"]
    assert Outcome.of(told).document() == told
    bundle["requests"][1]["answer"]["body"]["status"] = "pending"
    told = platform.post("admin", REPLAY, bundle).json
    assert told["difference"].keys() == {"number", "request", "pointer", "replayed"}
    assert Outcome.of(told).difference is not None
    assert Outcome.of(told).document() == told


def test_what_comes_after_the_last_request_has_no_number() -> None:
    bundle = recorded(Platform(judged=False))
    bundle["last"]["events"] = [bundle["requests"][0]["events"][0]]
    told = Platform().post("admin", REPLAY, bundle).json["difference"]
    assert told.keys() == {"pointer", "recorded"}


def test_what_is_no_recording_is_refused_with_its_place() -> None:
    platform = Platform()
    bundle = recorded(Platform(judged=False))
    refused = platform.post("admin", REPLAY, {**bundle, "sha256": "?"})
    assert (refused.status, refused.pointers) == (422, ["/sha256"])
    refused = platform.post("admin", REPLAY, {**bundle, "began": {}})
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR")
    assert refused.pointers == [""]
    assert "/format is required" in refused.json["errors"][0]["message"]
    assert platform.post("admin", REPLAY, {**bundle, "settings": {"no": "flag"}}).status == 422


def test_a_mock_that_is_not_served_says_where_to_replay() -> None:
    platform = Platform()
    bundle = recorded(Platform(judged=False))
    platform.engine.worlds.replay = None
    refused = platform.post("admin", REPLAY, bundle)
    assert (refused.status, refused.json["detail"]) == (
        409,
        "This mock is not served: replay the recording with `commerce-mock replay`.",
    )


def test_the_journal_keeps_nothing_of_a_body_that_is_a_large_world_but_a_recording_does() -> None:
    platform = Platform(judged=False)
    platform.post("admin", START)
    document = platform.get("admin", "/__admin/export").json
    document["records"] = {"/settlement": {"delay": "1s"}}
    document["events"] = []
    document["numbers"] = {f"a sequence with a long name {n}": n for n in range(40_000)}
    assert len(orjson.dumps(document)) > MEBIBYTE
    assert platform.post("admin", "/__admin/import", document).status == 200
    assert next(platform.world.journal.newest()).body == b""
    bundle = platform.post("admin", STOP).json
    assert bundle["requests"][0]["body"] == document
    assert replay(bundle, platform.contract).identical
    assert platform.post("admin", REPLAY, bundle).json["identical"] is True
    assert next(platform.world.journal.newest()).body == b""
