"""How long something takes, as tests write it: seconds, a timedelta, or text such as `1h30m`."""

import math
from datetime import timedelta
from typing import TypeAlias

from commerce_mock.clock import parse_duration

Duration: TypeAlias = float | timedelta | str


def milliseconds(duration: Duration) -> int:
    """A duration in whole milliseconds, rounded up, so that a wait is never too short.

    Raises `ValueError` for what is no duration, or a negative one.
    """
    if isinstance(duration, str):
        return parse_duration(duration)
    exact = duration / timedelta(milliseconds=1) if isinstance(duration, timedelta) else duration * 1000
    if not 0 <= exact < math.inf:
        raise ValueError(f"time does not pass by {duration}: it only goes forward")
    return math.ceil(round(exact, 6))
