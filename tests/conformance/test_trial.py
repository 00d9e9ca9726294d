"""A trial: what a law expects and finds, and how long it waits for what comes by itself."""

from typing import Any

import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Failure
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from harness.conforming import suite
from harness.platform import contract

NAME = "orders.create"


def trial(**changes: Any) -> Trial:
    made = suite(**changes)
    return Trial(contract().operations[NAME], made.session, made.supply, made.settings)


def refused(made: Trial) -> Exchange:
    return made.session.call(made.operation, body={})


def test_what_is_expected_is_no_failure() -> None:
    made = trial()
    answered = refused(made)
    assert answered.told() == "401 UNAUTHORIZED"
    assert made.expect(answered, 401, because="nobody")
    assert made.expect(answered, {200, 401}, "UNAUTHORIZED", because="nobody")
    assert made.expect(answered, 401, {"FORBIDDEN", "UNAUTHORIZED"}, because="nobody")
    assert made.failures == []


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, None, "403"),
        ({404, 403}, None, "403 or 404"),
        (401, "FORBIDDEN", "401 FORBIDDEN"),
        (401, ["B", "A"], "401 A or B"),
    ],
)
def test_what_is_not_expected_is_a_failure_that_says_so(status: Any, code: Any, expected: str) -> None:
    made = trial()
    before, answered = refused(made), refused(made)
    assert not made.expect(answered, status, code, because="it is so", after=[before])
    location = made.operation.location
    assert made.failures == [Failure("it is so", location, expected, "401 UNAUTHORIZED", (before, answered))]


def test_another_place_in_the_documents_may_say_it() -> None:
    made = trial()
    place = contract().resources["orders"].location
    assert made.check(holds=True, because="it is so", expected=1, got=1)
    assert not made.check(holds=False, because="it is so", expected=2, got=1, at=place)
    assert made.failures == [Failure("it is so", place, "2", "1")]


def test_what_cannot_be_reached_is_put_down_beside_failures() -> None:
    made = trial()
    made.unreachable("nobody knows", "ask")
    made.unreachable("nobody knows")
    assert made.missing == [("nobody knows", "ask"), ("nobody knows", "")]
    assert made.failures == []


def test_what_comes_by_itself_is_waited_for() -> None:
    looks = iter([None, None, "here"])
    assert trial().until(lambda: next(looks)) == "here"
    assert list(looks) == []


def test_what_is_false_has_come() -> None:
    assert trial().until(lambda: False) is False


def test_what_does_not_come_is_waited_for_no_longer_than_patience() -> None:
    looks: list[int] = []
    assert trial(patience=0.05).until(lambda: looks.append(1)) is None
    assert 2 <= len(looks) < 8


def test_without_a_tap_there_are_no_events() -> None:
    with pytest.raises(UnreachableError, match="--events"):
        _ = trial().tap
