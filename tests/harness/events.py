"""Events for tests of consumers, handlers that a test can watch, and a consumer that runs beside the test."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from commerce_sdk.events._consumer import Consumer

SECONDS = 15.0  # so long anything may take before a test fails


def headers(number: int) -> dict[str, str]:
    """The headers of the parcel with this number."""
    return {
        "ce-specversion": "1.0",
        "ce-id": f"event-{number}",
        "ce-source": "/parcels",
        "ce-type": "parcel_sent",
        "ce-time": "2026-01-01T00:00:00Z",
        "correlation-id": f"request-{number}",
    }


def payload(number: int) -> dict[str, Any]:
    return {
        "event_type": "parcel_sent",
        "parcel_id": f"parcel-{number}",
        "data": {"postage": 4.90, "sent_at": "2026-01-01T00:00:00Z"},
    }


def body(number: int) -> bytes:
    return json.dumps(payload(number)).encode()


def entry(number: int) -> dict[Any, Any]:
    """The event as fields of a Redis stream's entry."""
    parcel = payload(number)
    return {**parcel, "data": json.dumps(parcel["data"]), **headers(number)}


class Watched:
    """A handler whose calls a test awaits; it raises what `fails` says for an event, and holds while `gate` is shut."""

    def __init__(
        self, fails: Callable[[Any], Exception | None] = lambda _: None, calls: "asyncio.Queue[Any] | None" = None
    ) -> None:
        self.calls: asyncio.Queue[Any] = calls or asyncio.Queue()
        self.handled: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._fails = fails

    async def __call__(self, event: Any) -> None:
        self.calls.put_nowait(event)
        await self.gate.wait()
        if error := self._fails(event):
            raise error
        self.handled.append(event.parcel_id)

    async def called(self) -> Any:
        """The event of the next call."""
        return await asyncio.wait_for(self.calls.get(), SECONDS)

    async def parcels(self, count: int) -> list[str]:
        """What the next calls are about."""
        return [(await self.called()).parcel_id for _ in range(count)]


async def until(holds: Callable[[], bool]) -> None:
    """Let other tasks run until something holds."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - a line of a log, for instance, sets no event
            await asyncio.sleep(0)


@asynccontextmanager
async def running(*consumers: Consumer[Any]) -> AsyncIterator[None]:
    """Consumers that run until the end of the block, and then end by themselves, without error."""
    tasks = [asyncio.create_task(consumer.run()) for consumer in consumers]
    try:
        yield
    finally:
        for consumer in consumers:
            consumer.stop()
        async with asyncio.timeout(SECONDS):
            await asyncio.gather(*tasks)
