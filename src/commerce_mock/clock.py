"""The world's time: running, or frozen and advanced by hand. Milliseconds since the epoch, as integers."""

import math
import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1000
DAY = 86_400 * SECOND
# The first and the last moment that can be written: the years 1 to 9999.
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"ms": 1, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)


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


def parse_duration(text: str) -> int:
    """Milliseconds of a duration such as `500ms`, `2s`, `1.5h`, `1h30m` or `3d`, rounded up: no wait is too short.

    Raises ValueError where `text` is no duration, or longer than there are years to write.
    """
    if not _DURATION.fullmatch(text):
        message = f"{text!r} is no duration: write seconds, or text such as '500ms', '30s' or '1h30m'"
        raise ValueError(message)
    exact = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if exact > LATEST - EARLIEST:
        message = f"{text[:40]!r} is longer than the years 1 to 9999"
        raise ValueError(message)
    return math.ceil(round(exact, 6))


def machine_time() -> int:
    """What the machine's clock says, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Clock:
    """Tells one world the time; lives as long as the world.

    `frozen_at` is where it stands still; None means that it runs with the machine's clock, `offset` milliseconds ahead.
    """

    __slots__ = ("frozen_at", "offset")

    def __init__(self, frozen_at: int | None = None, offset: int = 0) -> None:
        self.frozen_at = frozen_at
        self.offset = offset

    @property
    def mode(self) -> str:
        """`real` or `frozen`, as `--clock` names them."""
        return "real" if self.frozen_at is None else "frozen"

    def now(self) -> int:
        """Milliseconds since the epoch."""
        frozen = self.frozen_at
        return time.time_ns() // 1_000_000 + self.offset if frozen is None else frozen

    def set(self, now: int, *, frozen: bool) -> None:
        """Let it be `now`, from where time goes on unless it is frozen."""
        self.frozen_at = now if frozen else None
        self.offset = 0 if frozen else now - self.machine_time()

    def machine_time(self) -> int:
        """What the clock says by which it runs, in milliseconds since the epoch."""
        return machine_time()
