"""A world's time and state: timers fire in order at their own time, a reset returns to the scenario."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import pytest

from commerce_mock.clock import SECOND, timestamp
from commerce_mock.transaction import Transaction
from harness.platform import Platform

Timers = dict[str, Callable[[Transaction, str], None]]


class Ticking:
    """A platform with a timer `note` that writes down when it fired, and for whom."""

    def __init__(self) -> None:
        self.platform = Platform()
        self.world = self.platform.world
        self.start = self.world.clock.now()
        self.noted: list[tuple[str, float]] = []
        self.timers = cast("Timers", self.world.behaviour.timers)
        self.timers["note"] = self.note

    def note(self, tx: Transaction, argument: str) -> None:
        self.noted.append((argument, (tx.now - self.start) / SECOND))

    def schedule(self, seconds: float, argument: str, name: str = "note") -> None:
        with self.world.transaction("a-request", "a-trace") as tx:
            tx.schedule(self.start + round(seconds * SECOND), name, argument)


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def test_timers_fire_in_order_each_at_its_own_time(ticking: Ticking) -> None:
    for seconds, name in ((3, "c"), (1, "a"), (2, "b"), (1, "a too"), (0.5, "first")):
        ticking.schedule(seconds, name)
    ticking.platform.advance(10)
    assert ticking.noted == [("first", 0.5), ("a", 1), ("a too", 1), ("b", 2), ("c", 3)]
    assert timestamp(ticking.world.clock.now()) == "2026-01-01T00:00:10Z"


def test_a_timer_fires_once_and_not_before_it_is_due(ticking: Ticking) -> None:
    ticking.schedule(2, "a")
    ticking.platform.advance(1.999)
    assert ticking.noted == []
    ticking.platform.advance(0.001)
    ticking.platform.advance(10)
    assert ticking.noted == [("a", 2)]


def test_while_a_timer_fires_it_is_its_time(ticking: Ticking) -> None:
    seen: list[str] = []
    ticking.timers["look"] = lambda _tx, _argument: seen.append(timestamp(ticking.world.clock.now()))
    ticking.schedule(4, "", "look")
    ticking.platform.advance(60)
    assert seen == ["2026-01-01T00:00:04Z"]


def test_a_timer_may_set_another_that_falls_due_on_the_same_way(ticking: Ticking) -> None:
    def again(tx: Transaction, argument: str) -> None:
        ticking.note(tx, argument)
        if tx.now < ticking.start + 3 * SECOND:
            tx.schedule(tx.now + SECOND, "again", argument)

    ticking.timers["again"] = again
    ticking.schedule(1, "tick", "again")
    ticking.platform.advance(10)
    assert ticking.noted == [("tick", 1), ("tick", 2), ("tick", 3)]


def test_a_timer_that_is_overdue_fires_before_the_next_request_is_answered(ticking: Ticking) -> None:
    ticking.schedule(-5, "late")
    assert ticking.noted == []
    ticking.platform.get("orders", "/nowhere")
    assert ticking.noted == [("late", -5)]
    assert ticking.world.clock.now() == ticking.start


def test_a_timer_fires_on_behalf_of_the_request_that_set_it(ticking: Ticking) -> None:
    causes: list[tuple[str, str | None]] = []
    ticking.timers["cause"] = lambda tx, _: causes.append((tx.correlation_id, tx.traceparent))
    ticking.schedule(1, "", "cause")
    ticking.platform.advance(1)
    assert causes == [("a-request", "a-trace")]


@pytest.mark.parametrize("name", ["broken", "unheard of"])
def test_a_timer_that_fails_is_logged_dropped_and_leaves_no_trace(
    name: str, ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(tx: Transaction, _: str) -> None:
        tx.store.number("broken")
        tx.schedule(tx.now, "note", "never")
        raise ZeroDivisionError

    ticking.timers["broken"] = broken
    ticking.schedule(1, "argument", name)
    ticking.schedule(2, "after")
    with caplog.at_level(logging.ERROR):
        ticking.platform.advance(5)
    assert f"the timer {name} of argument failed" in caplog.text
    assert ticking.noted == [("after", 2)]
    with ticking.world.transaction("test") as tx:
        assert tx.store.number("broken") == 1
        assert tx.store.next_timer() is None


def test_a_timer_of_a_transaction_that_is_undone_never_fires(ticking: Ticking) -> None:
    with suppress(ZeroDivisionError), ticking.world.transaction("test") as tx:
        tx.schedule(tx.now, "note", "never")
        raise ZeroDivisionError
    ticking.platform.advance(1)
    assert ticking.noted == []


def test_a_reset_forgets_the_timers_that_were_set_since(ticking: Ticking) -> None:
    ticking.schedule(1, "never")
    ticking.world.reset()
    ticking.platform.advance(5)
    assert ticking.noted == []


def test_a_reset_brings_back_the_timers_of_the_scenario(ticking: Ticking) -> None:
    ticking.schedule(1, "of the scenario")
    ticking.world.origin = ticking.world.store.state
    ticking.platform.advance(5)
    ticking.world.reset()
    assert ticking.noted == [("of the scenario", 1)]
    ticking.platform.advance(1)
    assert ticking.noted == [("of the scenario", 1)] * 2


def test_on_a_frozen_clock_nobody_needs_to_wait_for_a_timer(ticking: Ticking) -> None:
    ticking.schedule(1, "a")
    assert ticking.world.next_due() is None


def test_on_a_real_clock_the_next_timer_says_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    times = [1_000.0]
    monkeypatch.setattr("time.time_ns", lambda: round(times[0] * 10**9))
    platform = Platform(clock="real")
    assert platform.world.next_due() is None
    with platform.world.transaction("test") as tx:
        tx.schedule(round(times[0] * SECOND) + 2500, "payments.outcome", "pay-0")
        tx.schedule(round(times[0] * SECOND) + 9000, "payments.outcome", "pay-0")
    assert platform.world.next_due() == 2.5
    times[0] += 2
    platform.world.run_due()
    assert platform.world.next_due() == 0.5
    times[0] += 3
    assert platform.world.next_due() == 0
    platform.world.run_due()
    assert platform.world.next_due() == 4
    times[0] += 4
    platform.world.run_due()
    assert platform.world.next_due() is None


def test_on_a_real_clock_a_payment_is_completed_at_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    times = [1_767_225_600.0]
    monkeypatch.setattr("time.time_ns", lambda: round(times[0] * 10**9))
    platform = Platform(clock="real")
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    times[0] += 60
    completed = platform.read_payment(payment["id"])
    assert completed["completedAt"] == "2026-01-01T00:00:01Z"
    assert platform.get("admin", "/__admin/clock").json == {"now": "2026-01-01T00:01:00Z", "mode": "real"}


def test_two_worlds_of_one_contract_know_nothing_of_each_other() -> None:
    first, second = Platform(), Platform()
    ann = first.register()
    assert second.events() == []
    assert second.get("users", f"/api/users/{ann.id}", second.admin).code == "USER_004"
    assert second.register() == ann


def test_a_timer_that_fails_harms_neither_the_request_that_it_precedes_nor_those_after_it(
    ticking: Ticking, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_tx: Transaction, _argument: str) -> None:
        raise ZeroDivisionError

    ticking.timers["broken"] = broken
    ticking.schedule(-2, "argument", "broken")
    ticking.schedule(-1, "after")
    answers = [ticking.platform.get("orders", "/health") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert ticking.noted == [("after", -1)]
    assert caplog.text.count("the timer broken of argument failed") == 1


def test_an_event_without_the_amount_that_is_counted_is_delivered_all_the_same() -> None:
    platform = Platform()
    observed = cast("dict[str, str]", platform.world.behaviour.observed)
    observed["order_created"] = "noSuchAmount"
    ann = platform.register()
    assert platform.order(ann)["status"] == "pending"
    assert [mail["event_type"] for mail in platform.inbox(ann)] == ["order_created", "user_created"]
    assert platform.world.meters.values == {}


def test_on_a_running_clock_that_was_moved_the_next_timer_is_as_much_nearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_767_225_600 * 10**9)
    platform = Platform(clock="real", payment_delay="1h")
    ann = platform.register()
    platform.pay(ann, platform.order(ann))
    assert platform.world.next_due() == 3600
    assert platform.world.advance(1000 * SECOND) == []
    assert platform.world.next_due() == 2600
    (fired,) = platform.world.go_to(platform.world.clock.now() + 2600 * SECOND, frozen=False)
    assert fired[2] == "payments.outcome"
    assert platform.world.next_due() is None
