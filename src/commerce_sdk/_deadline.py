"""Until when calls may take: the end that `with commerce.deadline(...)` sets for all calls inside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from commerce_sdk._clock import Clock

# The clock counts too: a time of one clock says nothing on another.
_ends: Final[ContextVar[tuple[Clock, float] | None]] = ContextVar("commerce_deadline", default=None)


@contextmanager
def deadline(clock: Clock, seconds: float) -> Iterator[None]:
    """Let every call inside end within so many seconds from now, together; an earlier end around it still holds."""
    token = _ends.set((clock, ends_at(clock, seconds)))
    try:
        yield
    finally:
        _ends.reset(token)


def ends_at(clock: Clock, seconds: float) -> float:
    """When something that may take so many seconds has to end, by the clock's `monotonic()`."""
    end = clock.monotonic() + seconds
    around = _ends.get()
    return min(end, around[1]) if around is not None and around[0] is clock else end
