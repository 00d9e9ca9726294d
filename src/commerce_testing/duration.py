"""How long something takes, as tests write it: seconds, a timedelta, or text such as `1h30m`."""

import math
import re
from datetime import timedelta
from typing import Final, TypeAlias

Duration: TypeAlias = float | timedelta | str

_UNITS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")


def milliseconds(duration: Duration) -> int:
    """A duration in whole milliseconds, rounded up, so that a wait is never too short.

    Raises `ValueError` for what is no duration, or a negative one.
    """
    if isinstance(duration, str):
        if not _WHOLE.fullmatch(duration):
            raise ValueError(f"{duration!r} is no duration: write seconds, or text such as '500ms', '30s' or '1h30m'")
        exact = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(duration))
    elif isinstance(duration, timedelta):
        exact = duration / timedelta(milliseconds=1)
    else:
        exact = duration * 1000
    if not 0 <= exact < math.inf:
        raise ValueError(f"time does not pass by {duration}: it only goes forward")
    return math.ceil(round(exact, 6))
