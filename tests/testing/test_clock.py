from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import anyio
import pytest

from commerce_sdk import errors
from commerce_testing import CommerceMock, WorldClock


class Running:
    """A thread with what it gave or raised."""

    def __init__(self, target: Callable[[], Any]) -> None:
        self._target = target
        self.value: Any = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.value = self._target()
        except Exception as error:  # noqa: BLE001 - given to the test
            self.value = error

    def result(self) -> Any:
        self._thread.join(5)
        assert not self._thread.is_alive()
        return self.value


@pytest.fixture
def clock(mock: CommerceMock) -> WorldClock:
    return mock.clock


def test_the_time_stands_still_until_it_is_advanced(clock: WorldClock) -> None:
    assert clock.now == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance("1h30m")
    assert clock.now == datetime(2026, 1, 1, 1, 30, tzinfo=UTC)
    assert clock.monotonic() == 5400
    assert clock.time() == datetime(2026, 1, 1, 1, 30, tzinfo=UTC).timestamp()


def test_a_sleep_passes_at_once(clock: WorldClock) -> None:
    clock.sleep(3600)
    clock.sleep(0.2)
    assert clock.monotonic() == 3600.2


@pytest.mark.anyio
async def test_a_sleep_of_a_task_passes_at_once_and_lets_others_run(clock: WorldClock) -> None:
    await clock.sleep_async(7)
    assert clock.monotonic() == 7
    with anyio.move_on_after(0) as scope:  # only where others may run can it be cancelled
        await clock.sleep_async(7)
    assert scope.cancelled_caught


def test_the_year_10000_never_comes(clock: WorldClock) -> None:
    with pytest.raises(ValueError, match=r"cannot go beyond 9999-12-31T23:59:59\.999Z"):
        clock.advance("2922000d")


def test_a_thread_sleeps_until_the_time_moved_by_hand_has_come(clock: WorldClock) -> None:
    clock.manual = True

    def sleep() -> float:
        clock.sleep(30)
        return clock.monotonic()

    sleeper = Running(sleep)
    clock.wait_for_sleepers()
    assert clock.sleeping == 1
    clock.advance("29s")
    assert clock.sleeping == 1
    clock.advance("1s")
    assert sleeper.result() == 30
    assert clock.sleeping == 0


@pytest.mark.anyio
async def test_a_task_sleeps_until_the_time_moved_by_hand_has_come(clock: WorldClock) -> None:
    clock.manual = True
    woken = []

    async def sleep(seconds: float) -> None:
        await clock.sleep_async(seconds)
        woken.append(seconds)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sleep, 20)
        tasks.start_soon(sleep, 10)
        await anyio.wait_all_tasks_blocked()
        assert clock.sleeping == 2
        clock.advance(10)
        await anyio.wait_all_tasks_blocked()
        assert woken == [10]
        # From another thread, too.
        await anyio.to_thread.run_sync(clock.advance, 10)
    assert woken == [10, 20]
    assert clock.sleeping == 0


def test_a_sleep_that_is_over_already_does_not_wait(clock: WorldClock) -> None:
    clock.manual = True
    clock.sleep(0)
    assert clock.monotonic() == 0


def test_whoever_is_forgotten_asleep_is_told_how_to_wake(clock: WorldClock) -> None:
    clock.manual, clock.patience = True, 0.01
    with pytest.raises(
        RuntimeError, match=r"nobody advanced the clock far enough: call `commerce_mock\.clock\.advance"
    ):
        clock.sleep(1)
    assert clock.sleeping == 0


@pytest.mark.anyio
async def test_a_task_that_is_forgotten_asleep_is_told_too(clock: WorldClock) -> None:
    clock.manual, clock.patience = True, 0.01
    with pytest.raises(RuntimeError, match="nobody advanced the clock"):
        await clock.sleep_async(1)
    assert clock.sleeping == 0


def test_waiting_for_sleepers_has_an_end(clock: WorldClock) -> None:
    clock.patience = 0.01
    with pytest.raises(RuntimeError, match=r"0 of 2 fell asleep within 0\.01 s"):
        clock.wait_for_sleepers(2)


def test_the_end_of_the_test_wakes_who_still_sleeps(clock: WorldClock) -> None:
    clock.manual = True
    sleeper = Running(lambda: clock.sleep(30))
    clock.wait_for_sleepers()
    clock.close()
    assert sleeper.result() is None
    assert clock.monotonic() == 30


def test_a_sleeper_whose_event_loop_has_ended_disturbs_nobody(clock: WorldClock) -> None:
    clock.manual = True

    async def leave_asleep() -> Any:
        sleep = clock.sleep_async(10)
        # One step: it lies down and waits; nobody ever goes on with it.
        sleep.send(None)
        return sleep

    left = anyio.run(leave_asleep)
    clock.advance(10)
    with pytest.raises(RuntimeError):
        left.throw(RuntimeError("no event loop"))


def test_waiting_for_a_payment_takes_its_time_in_the_world_only(shop: Any) -> None:
    payment_id = shop.pay(shop.order())
    assert shop.client.payments.wait(payment_id).status == "completed"
    assert 1 <= shop.mock.clock.monotonic() < 3


def test_waiting_for_a_payment_can_be_stopped_in_the_middle(shop: Any) -> None:
    payment_id = shop.pay(shop.order())
    shop.mock.clock.manual = True
    waiting = Running(lambda: shop.client.payments.wait(payment_id).status)
    shop.mock.clock.wait_for_sleepers()
    assert shop.mock.state["payments"][payment_id]["status"] == "processing"
    shop.mock.clock.advance("5s")
    assert waiting.result() == "completed"


def test_a_deadline_is_one_of_the_world(shop: Any) -> None:
    shop.mock.fail("orders.get", 503, times=None, headers={"Retry-After": "2"})
    with shop.client.deadline(3), pytest.raises(errors.ServiceUnavailableError):
        shop.client.orders.get("order-1")
    assert shop.mock.clock.monotonic() == 2


@pytest.mark.parametrize("moment", ["2027-02-03T04:05:06Z", datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)])
def test_another_time_is_set(moment: datetime | str, clock: WorldClock) -> None:
    clock.set(moment)
    assert clock.now == datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
    clock.set("2020-01-01")
    assert clock.now == datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match=r".+"):
        clock.set("tomorrow")
