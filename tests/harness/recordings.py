"""Recordings of a platform in process: begun, ended, and played again."""

from typing import Any

from commerce_mock.outcome import Outcome
from commerce_mock.replaying import replay
from harness.platform import Member, Platform

Bundle = dict[str, Any]


def start(platform: Platform) -> None:
    assert platform.post("admin", "/__admin/recordings/start").status == 200


def stop(platform: Platform) -> Bundle:
    """The bundle as it is in a file."""
    stopped = platform.post("admin", "/__admin/recordings/stop")
    assert stopped.status == 200, stopped.body[:2000]
    bundle: Bundle = stopped.json
    return bundle


def same(platform: Platform, bundle: Bundle) -> Outcome:
    outcome = replay(bundle, platform.contract)
    assert outcome.identical, str(outcome.difference)
    return outcome


def buy(platform: Platform, name: str = "ann") -> Member:
    """Register, order, pay, and let time pass."""
    member = platform.register(name)
    platform.paid(member)
    return member
