"""Time and chance as the client sees them: a seam, so that a test's clock can pass its sleeps, always alike."""

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the client the time and lets it wait; `SystemClock` unless a test gives another."""

    def monotonic(self) -> float:
        """Seconds since some time in the past, never going back."""
        ...

    def time(self) -> float:
        """Seconds since 1970, for dates in `Retry-After`."""
        ...

    def random(self) -> float:
        """A number from 0 to 1, by which pauses differ."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...

    async def sleep_async(self, seconds: float, /) -> None:
        """Wait, letting other tasks run."""
        ...


class SystemClock:
    """The machine's time and chance; has no state, one is enough for the process."""

    def monotonic(self) -> float:
        """Seconds since some time in the past."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def random(self) -> float:
        """A number that nobody foresees."""
        import random  # noqa: PLC0415 - needed only after a failure

        return random.random()  # noqa: S311 - jitter, no secret

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float, /) -> None:
        """Wait, under asyncio or trio."""
        import anyio  # noqa: PLC0415 - not needed by sync clients

        await anyio.sleep(seconds)
