"""A world's clock as the clock of its clients: what they sleep passes there, and nobody waits."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Condition, Event
from typing import Any, Final

from commerce_mock.clock import LATEST, SECOND, parse_time, timestamp
from commerce_mock.store.timers import subject_of
from commerce_mock.world import World
from commerce_testing.duration import Duration, milliseconds

_PATIENCE: Final = 10.0


@dataclass(eq=False, slots=True)
class _Sleeper:
    """Somebody who waits until `due`, in milliseconds since 1970; `wake` may be called from any thread."""

    due: int
    wake: Callable[[], Any] = field(repr=False)


class WorldClock:
    """The time of one world, for clients (their `clock=`) and for tests; lives as long as the world. Thread-safe.

    It stands still until someone sleeps or calls `advance`. A sleep moves it by what was slept and returns at once.
    With `manual` set, sleepers wait instead until the test has advanced it far enough; one that waits for more than
    `patience` seconds of real time is told so by a `RuntimeError`, since a hanging test tells nothing.
    """

    def __init__(self, world: World) -> None:
        self.manual = False
        self.patience = _PATIENCE
        self._world = world
        self._start = world.clock.now()
        self._changed = Condition()
        self._sleepers: list[_Sleeper] = []

    @property
    def now(self) -> datetime:
        """The world's time, in UTC."""
        return datetime.fromtimestamp(self._world.clock.now() / SECOND, UTC)

    @property
    def sleeping(self) -> int:
        """How many wait for the time to pass, where it is moved by hand."""
        return len(self._sleepers)

    def advance(self, duration: Duration) -> None:
        """Let time pass: `30`, `"30s"`, `"1h30m"`, `timedelta(hours=2)`. Whatever is due on the way happens, in order.

        Raises `ValueError` for what is no duration, and beyond the year 9999.
        """
        passed = milliseconds(duration)
        if self._world.clock.now() + passed > LATEST:
            raise ValueError(f"the clock cannot go beyond {timestamp(LATEST)}")
        self._world.advance(passed)
        self._wake()

    def set(self, moment: datetime | str) -> None:
        """Let it be another time: forward all that is due on the way happens, backward nothing does.

        A text is an ISO time; without a zone it is in UTC. Raises `ValueError` for what is no time.
        """
        text = moment.isoformat() if isinstance(moment, datetime) else moment
        self._world.go_to(parse_time(text), frozen=True)
        self._wake()

    def run_to_next_timer(self) -> list[str]:
        """Go on to the moment when something is due next; gives what that was about, such as the ids of payments."""
        with self._world.lock:
            due = self._world.due
            fired = [] if due is None else self._world.advance(max(0, due - self._world.clock.now()))
        self._wake()
        return [subject_of(timer) for timer in fired]

    def wait_for_sleepers(self, count: int = 1) -> None:
        """Wait, in real time, until so many threads or tasks sleep: then is the time to `advance` it by hand.

        Tasks of the same event loop cannot fall asleep while this waits: use `anyio.wait_all_tasks_blocked()` there.
        Raises `RuntimeError` when `patience` seconds are over.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._sleepers) >= count, self.patience):
                raise RuntimeError(f"{len(self._sleepers)} of {count} fell asleep within {self.patience:g} s")

    # What clients ask.

    def monotonic(self) -> float:
        """Seconds since the world began."""
        return (self._world.clock.now() - self._start) / SECOND

    def random(self) -> float:
        """Always the same, so that the same test makes the same pauses."""
        return 0.5

    def time(self) -> float:
        """Seconds since 1970."""
        return self._world.clock.now() / SECOND

    def sleep(self, seconds: float, /) -> None:
        """Let so much time pass, or wait until it has."""
        if not self.manual:
            self.advance(seconds)
            return
        awake = Event()
        sleeper = self._lie_down(seconds, awake.set)
        try:
            if not awake.wait(self.patience):
                raise _forgotten(self.patience)
        finally:
            self._get_up(sleeper)

    async def sleep_async(self, seconds: float, /) -> None:
        """The same, letting other tasks run; under asyncio and trio."""
        import anyio.lowlevel  # noqa: PLC0415 - not needed by sync clients

        if not self.manual:
            self.advance(seconds)
            await anyio.lowlevel.checkpoint()
            return
        awake = anyio.Event()
        sleeper = self._lie_down(seconds, _from_anywhere(awake.set))
        try:
            with anyio.move_on_after(self.patience) as waited:
                await awake.wait()
            if waited.cancelled_caught:
                raise _forgotten(self.patience)
        finally:
            self._get_up(sleeper)

    def close(self) -> None:
        """Let whoever still sleeps go on: the test is over."""
        self.manual = False
        with self._changed:
            last = max((sleeper.due for sleeper in self._sleepers), default=0)
        self._world.advance(max(0, last - self._world.clock.now()))
        self._wake()

    def _lie_down(self, seconds: float, wake: Callable[[], Any]) -> _Sleeper:
        with self._changed:
            sleeper = _Sleeper(self._world.clock.now() + milliseconds(seconds), wake)
            self._sleepers.append(sleeper)
            self._changed.notify_all()
        self._wake()  # the time may have come meanwhile
        return sleeper

    def _get_up(self, sleeper: _Sleeper) -> None:
        with self._changed:
            self._sleepers.remove(sleeper)

    def _wake(self) -> None:
        with self._changed:
            now = self._world.clock.now()
            for sleeper in self._sleepers:
                if sleeper.due <= now:
                    with suppress(RuntimeError):  # its event loop has ended
                        sleeper.wake()


def _from_anywhere(wake: Callable[[], None]) -> Callable[[], Any]:
    """`wake` for callers of any thread: it runs in the event loop that this is called in."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio  # noqa: PLC0415 - it is running, so it is there

        return partial(trio.lowlevel.current_trio_token().run_sync_soon, wake)
    return partial(loop.call_soon_threadsafe, wake)


def _forgotten(patience: float) -> RuntimeError:
    return RuntimeError(
        f"a client slept for {patience:g} s of real time, and nobody advanced the clock far enough: call "
        "`commerce_mock.clock.advance(...)` from another thread or task, or leave `clock.manual` off"
    )
