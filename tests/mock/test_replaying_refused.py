"""What is no recording of this contract is refused, and told what is wrong with it."""

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from commerce_mock import recording
from commerce_mock.clock import timestamp
from commerce_mock.outcome import BundleError
from commerce_mock.replaying import replay
from harness.platform import Platform
from harness.recordings import Bundle, buy, same, start, stop


@pytest.fixture(scope="module")
def bought() -> tuple[Platform, Bundle]:
    platform = Platform(seed=3, judged=False)
    start(platform)
    buy(platform)
    return platform, stop(platform)


def test_another_contract_is_told(bought: tuple[Platform, Bundle]) -> None:
    platform, bundle = bought
    outcome = same(platform, {**bundle, "contract": "0" * 64})
    assert outcome.notes == ("the contract is another one than that which was recorded",)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda b: b.update(format="x"), "it is no recording"),
        (lambda b: b.update(version=9), "its version is 9"),
        (lambda b: b.pop("requests"), "/requests is required"),
        (lambda b: b["requests"][0].pop("time"), "/requests/0/time is required"),
        (lambda b: b.update(time="soon"), "/time"),
        (lambda b: b["settings"].update(colour="red"), "it is no recording of this mock"),
        (lambda b: b["settings"].update(jwt_algorithm="none"), "no algorithm 'none'"),
        (lambda b: b["began"].pop("resources"), "resources"),
        (lambda b: b["began"]["resources"].update(ships=[]), "it does not fit the contract: /resources/ships"),
        (
            lambda b: b["surroundings"].update(faults={"made": 1, "all": [{"id": "x"}]}),
            "it is no recording of this mock",
        ),
        (lambda b: b["requests"][1].update(authorization={}), "it is no recording of this mock"),
    ],
)
def test_what_is_no_recording_is_refused(
    spoil: Callable[[Bundle], Any], said: str, bought: tuple[Platform, Bundle]
) -> None:
    platform, bundle = bought
    spoilt = copy.deepcopy(bundle)
    spoil(spoilt)
    with pytest.raises(BundleError, match=said):
        replay(spoilt, platform.contract)


def test_a_contract_without_room_for_the_controls_is_refused(bought: tuple[Platform, Bundle]) -> None:
    platform, bundle = bought
    kept = {name: each for name, each in platform.contract.operations.items() if name != "admin.stop_recording"}
    with pytest.raises(BundleError, match="no room for the mock's controls"):
        replay(bundle, dataclasses.replace(platform.contract, operations=kept))


@pytest.mark.parametrize("content", [None, [], "x", 1, {}])
def test_what_is_something_else_is_refused(content: Any) -> None:
    with pytest.raises(BundleError, match="it is no recording"):
        replay(content, Platform().contract)


def test_the_moment_is_told_to_the_millisecond() -> None:
    platform = Platform(judged=False, clock="2026-01-01T00:00:00.123Z")
    start(platform)
    platform.register()
    bundle = stop(platform)
    assert bundle["requests"][0]["time"] == timestamp(platform.world.clock.now())
    same(platform, bundle)


def test_a_refused_body_that_may_hold_a_secret_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_mock.recorded._complaint", lambda _text: None)
    platform = Platform(judged=False)
    start(platform)
    platform.post("users", "/api/users", b'{"password": canary')
    platform.register()
    bundle = stop(platform)
    assert b"canary" not in orjson.dumps(bundle)
    assert same(platform, bundle).notes == ("1 refused requests are left out, because their bodies are no JSON",)


def test_more_than_it_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST", 2)
    platform = Platform(judged=False)
    start(platform)
    for name in ("ann", "bob", "cid"):
        platform.register(name)
    assert platform.get("admin", "/__admin/recordings/status").json == {
        "recording": True, "requests": 2, "complete": False,
    }  # fmt: skip
    bundle = stop(platform)
    assert (len(bundle["requests"]), bundle["complete"]) == (2, False)
    assert same(platform, bundle).notes == ("more was asked than the recording holds: its end is missing",)
