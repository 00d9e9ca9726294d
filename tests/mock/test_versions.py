"""The states around a world's newest requests: bounded, and clear about what is kept no longer."""

import pytest

from commerce_mock.store.memory import State
from commerce_mock.versions import KEPT, EvictedError, Versions
from harness.platform import Platform

STATES = [State({"n": number}) for number in range(3)]


def filled(count: int) -> Versions:
    versions = Versions()
    for number in range(1, count + 1):
        versions.keep((number, f"req-{number}", STATES[0], STATES[1], number))
    return versions


def test_a_version_is_found_by_its_place_and_by_its_request_id() -> None:
    versions = filled(3)
    assert versions.of("request-2") == (2, "req-2", STATES[0], STATES[1], 2)
    assert versions.of("req-2") == versions.of("request-2")
    assert versions.at("request-2") is STATES[1]


def test_of_several_requests_with_one_id_the_newest_is_meant_but_a_place_comes_first() -> None:
    versions = filled(2)
    versions.keep((3, "req-1", STATES[0], STATES[2], None))
    versions.keep((4, "request-1", STATES[0], STATES[2], None))
    assert versions.at("req-1") is STATES[2]
    assert versions.at("request-1") is STATES[1]


def test_only_the_newest_are_kept_and_what_is_not_says_so() -> None:
    versions = filled(KEPT + 2)
    assert len(versions) == KEPT
    assert [version.number for version in versions] == list(range(3, KEPT + 3))
    with pytest.raises(EvictedError):
        versions.of("request-2")
    assert versions.of("request-3").number == 3


@pytest.mark.parametrize("identifier", ["request-5000", "request-x", "request-", "id-9", "request-" + "9" * 5000, ""])
def test_what_was_never_there_is_not_called_evicted(identifier: str) -> None:
    for versions in (filled(3), filled(KEPT)):
        with pytest.raises(KeyError):
            versions.of(identifier)


def test_nothing_is_there_after_clear() -> None:
    versions = filled(3)
    versions.clear()
    assert len(versions) == 0
    with pytest.raises(KeyError):
        versions.of("request-1")


def test_a_request_has_the_states_before_and_after_it_and_those_of_a_refused_one_are_the_same() -> None:
    platform = Platform()
    before = platform.world.store.state
    platform.register()
    after = platform.world.store.state
    platform.get("users", "/api/users/x")
    registered, refused = platform.world.versions.of("request-1"), platform.world.versions.of("request-2")
    assert (registered.before is before, registered.after is after) == (True, True)
    assert refused.before is refused.after is after
    assert registered.frozen_at == platform.world.clock.frozen_at


def test_what_timers_did_before_a_request_is_not_counted_as_its_work() -> None:
    platform = Platform(clock="real", payment_delay=0)
    member = platform.register()
    platform.pay(member, platform.order(member))
    platform.world.clock.offset += 10_000
    platform.get("users", "/health")
    version = next(reversed(list(platform.world.versions)))
    assert version.before is version.after


def test_a_reset_forgets_all_versions_but_its_own() -> None:
    platform = Platform()
    platform.register()
    platform.post("admin", "/__admin/reset")
    (version,) = platform.world.versions
    assert (version.number, version.after) == (0, platform.world.origin)
