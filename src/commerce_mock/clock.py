"""The world's time: real, or frozen and advanced by hand. Milliseconds since the epoch, as integers."""

import time
from datetime import UTC, datetime
from functools import lru_cache

SECOND = 1000
DAY = 86_400 * SECOND


@lru_cache(maxsize=4096)
def timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with `Z`; whole seconds are written without a fraction."""
    moment = datetime.fromtimestamp(milliseconds / SECOND, UTC)
    precision = "milliseconds" if milliseconds % SECOND else "seconds"
    return moment.isoformat(timespec=precision)[:-6] + "Z"


def parse_time(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time (UTC where it names no zone).

    Raises ValueError where `text` is no such time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * SECOND)


class Clock:
    """Tells one world the time; lives as long as the world. `frozen_at` None means that it runs with the machine's."""

    __slots__ = ("frozen_at",)

    def __init__(self, frozen_at: int | None = None) -> None:
        self.frozen_at = frozen_at

    @property
    def mode(self) -> str:
        """`real` or `frozen`, as `--clock` names them."""
        return "real" if self.frozen_at is None else "frozen"

    def now(self) -> int:
        """Milliseconds since the epoch."""
        frozen = self.frozen_at
        return time.time_ns() // 1_000_000 if frozen is None else frozen
