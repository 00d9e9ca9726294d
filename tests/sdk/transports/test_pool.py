import asyncio
from dataclasses import replace

import pytest

from commerce_sdk._transport import AsyncHttpxTransport, HttpxTransport
from commerce_sdk.transports import _pool
from sdk.carriers import get
from sdk.wire import answer, serving


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(_pool, "monotonic", made)
    return made


def test_a_connection_that_was_idle_for_long_is_not_used_again(clock: Clock) -> None:
    transport = HttpxTransport()
    with serving() as wire:
        for passes in (0.0, 3.9, 4.1):
            clock.now += passes
            transport.send(get(wire.url + "/"))
        transport.close()
    assert [heard.connection for heard in wire.heard] == [1, 1, 2]


def test_a_connection_that_was_idle_for_long_is_not_used_again_by_tasks(clock: Clock) -> None:
    async def main(url: str) -> None:
        transport = AsyncHttpxTransport()
        for passes in (0.0, 3.9, 4.1):
            clock.now += passes
            await transport.send(get(url))
        await transport.aclose()

    with serving() as wire:
        asyncio.run(main(wire.url + "/"))
    assert [heard.connection for heard in wire.heard] == [1, 1, 2]


def test_connections_that_nobody_needs_any_more_are_closed(clock: Clock) -> None:
    async def main(url: str) -> None:
        transport = AsyncHttpxTransport()
        await asyncio.gather(*(transport.send(get(url)) for _ in range(3)))
        clock.now += 3.0
        await transport.send(get(url))  # the last used of the three
        clock.now += 3.0
        await transport.send(get(url))  # the other two have been idle for six seconds now
        pools = (await transport._loops.here()).pools  # noqa: SLF001 - who is idle shows nowhere else
        assert [len(pool._kept._stack) for pool in pools] == [1]  # noqa: SLF001 - the same
        await transport.aclose()

    with serving() as wire:
        asyncio.run(main(wire.url + "/"))
    assert len({heard.connection for heard in wire.heard[:3]}) == 3
    assert len(wire.connections) == 3


def test_a_closed_connection_makes_room() -> None:
    transport = HttpxTransport(max_connections=1)
    with serving(replace(answer(), hangs_up=True)) as wire:
        for _ in range(3):
            transport.send(get(wire.url + "/"))
            wire.hung_up.wait(5)
            wire.hung_up.clear()
        transport.close()
    assert [heard.connection for heard in wire.heard] == [1, 2, 3]
