"""Waiting until a resource leaves a state: reads, with growing pauses between them."""

from dataclasses import replace
from typing import Any, Final

from commerce_sdk._call import perform
from commerce_sdk._core import Core
from commerce_sdk._deadline import ends_at
from commerce_sdk._errors import RequestTimeoutError
from commerce_sdk._request import Call
from commerce_sdk._steps import Sleep, Steps

_FIRST_PAUSE: Final = 0.2
_GROWTH: Final = 1.5
_LONGEST_PAUSE: Final = 5.0


def wait(core: Core, call: Call, state: str, leaves: str, timeout: float) -> Steps[Any]:
    """Read again and again until the attribute `state` says something else than `leaves`; gives the last reading.

    Raises `RequestTimeoutError` when `timeout` seconds are over before that.
    """
    end = ends_at(core.clock, timeout)
    pause = _FIRST_PAUSE
    while True:
        # Never less than a moment: a clock that jumped beyond the end is no reason not to look once more.
        left = max(end - core.clock.monotonic(), _FIRST_PAUSE)
        resource = yield from perform(core, replace(call, timeout=left))
        if getattr(resource, state) != leaves:
            return resource
        left = end - core.clock.monotonic()
        if left <= _FIRST_PAUSE:
            raise RequestTimeoutError(f"still {leaves} after {timeout:g} s", operation=call.operation.name)
        # The last readings come closer together, so that the end of the time is not slept through.
        yield Sleep(min(pause, max(left / 2, _FIRST_PAUSE)))
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
