"""The world's time: real, or frozen and advanced by hand. Milliseconds since the epoch, as integers."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1000
DAY = 86_400 * SECOND
# The first and the last moment that can be written: the years 1 to 9999.
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def timestamp(milliseconds: int) -> str:
    """RFC 3339 in UTC with `Z`; whole seconds are written without a fraction."""
    seconds, rest = divmod(milliseconds, SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).isoformat()[:-6]
    return f"{text}.{rest:03}Z" if rest else f"{text}Z"


def parse_time(text: str) -> int:
    """Milliseconds since the epoch of an ISO 8601 time (UTC where it names no zone).

    Raises ValueError where `text` is no such time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    if not EARLIEST <= milliseconds <= LATEST:
        message = f"{text} is outside the years 1 to 9999 in UTC"
        raise ValueError(message)
    return milliseconds


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
