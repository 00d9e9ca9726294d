import time

import anyio
import pytest

from commerce_sdk._clock import SystemClock


def test_the_system_clock_is_the_machines() -> None:
    clock = SystemClock()
    assert abs(clock.time() - time.time()) < 5
    assert abs(clock.monotonic() - time.monotonic()) < 5


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_it_sleeps_by_really_waiting(backend: str) -> None:
    clock = SystemClock()
    began = clock.monotonic()
    clock.sleep(0.002)
    anyio.run(clock.sleep_async, 0.002, backend=backend)
    assert clock.monotonic() - began >= 0.004
