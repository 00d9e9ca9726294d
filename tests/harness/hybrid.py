"""For tests of brokers: events to publish, a stand-in for the relay, and a mock that others' events come into."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import orjson

from commerce_mock.clock import timestamp
from commerce_mock.events import Emitted
from commerce_mock.http.app import App
from commerce_mock.transports.inward import WORLD, Bridge, Subscriber, received
from commerce_mock.transports.message import Message
from commerce_mock.transports.publisher import Publisher, PublishError
from harness.platform import Member, Platform

INSTANCE: Final = "outbox-1"
SECONDS: Final = 30.0  # so long anything may take before a test fails
CHANNELS: Final = ("user_events", "order_events", "payment_events")


def message(position: int, keys: int = 1, channel: str = "order_events", world: str = "default") -> Message:
    """The event at a position; so many entities take turns."""
    order = f"order-{position % keys + 1}"
    payload = {
        "event_type": "order_confirmed",
        "order_id": order,
        "data": {"confirmed_at": "2026-01-01T00:00:00Z", "payment_id": f"pay-{position}"},
    }
    headers = {
        "ce-specversion": "1.0",
        "ce-id": f"event-{position + 1}",
        "ce-source": "/orders",
        "ce-type": "order_confirmed",
        "ce-time": "2026-01-01T00:00:00Z",
        "correlation-id": f"request-{position}",
        "mock-world": world,
        "mock-instance": INSTANCE,
    }
    return Message(position, headers["ce-id"], channel, "order_confirmed", order, headers, orjson.dumps(payload))


async def relay(publisher: Publisher, messages: Sequence[Message], batch: int = 500, pause: float = 0.05) -> list[str]:
    """Publish all, trying again after each failure from what was acknowledged; what went wrong on the way."""
    failures, done = [], 0
    async with asyncio.timeout(2 * SECONDS):
        while done < len(messages):
            part = messages[done : done + batch]
            try:
                await publisher.publish(part)
            except PublishError as error:
                failures.append(str(error))
                done += error.acknowledged
                await asyncio.sleep(pause)
            else:
                done += len(part)
    return failures


def firsts(came: Sequence[tuple[str, str]]) -> dict[str, list[int]]:
    """For each entity the numbers of its events, each where it came first; what comes is (entity, event id)."""
    seen: set[str] = set()
    rows: dict[str, list[int]] = {}
    for key, identity in came:
        if identity not in seen:
            seen.add(identity)
            rows.setdefault(key, []).append(int(identity.removeprefix("event-")))
    return rows


def complete(came: Sequence[tuple[str, str]], messages: Sequence[Message]) -> bool:
    """Whether every event came, and those of each entity in order, leaving duplicates out."""
    wanted: dict[str, list[int]] = {}
    for each in messages:
        wanted.setdefault(each.key, []).append(each.position + 1)
    return firsts(came) == wanted


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


class Failing(httpx.AsyncBaseTransport):
    """A way to a mock that first fails as told: with a status, or without any answer."""

    def __init__(self, way: httpx.AsyncBaseTransport, *failures: int | None) -> None:
        self._way = way
        self.failures = list(failures)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.failures:
            status = self.failures.pop(0)
            if status is None:
                raise httpx.ConnectError("nobody listens")
            return httpx.Response(status, text="out of order")
        return await self._way.handle_async_request(request)


def way_to(platform: Platform) -> httpx.AsyncBaseTransport:
    """The way to a mock in this process, as over HTTP."""
    return httpx.ASGITransport(App(platform.engine, {3010: "admin"}), raise_app_exceptions=True)


@asynccontextmanager
async def bridged(platform: Platform, *failures: int | None, **settings: Any) -> AsyncIterator[tuple[Bridge, Failing]]:
    """A bridge into a mock in this process, whose way fails first as told."""
    types = frozenset().union(*received(platform.contract).values())
    way = Failing(way_to(platform), *failures)
    bridge = Bridge("http://127.0.0.1:3010", INSTANCE, types, transport=way, **settings)
    try:
        yield bridge, way
    finally:
        await bridge.close()


@asynccontextmanager
async def running(subscriber: Subscriber) -> AsyncIterator[None]:
    """A subscriber at work, as the relay has it."""
    task = asyncio.create_task(subscriber.run())
    try:
        yield
    finally:
        while not task.done():  # redis-py may swallow a cancellation
            task.cancel()
            await asyncio.wait([task], timeout=0.05)
        assert task.cancelled(), task.exception()


class Emissions:
    """An outbox that keeps what a mock emits, as messages to publish."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def append(self, world: str, event: Emitted) -> None:
        headers = {
            "ce-specversion": "1.0",
            "ce-id": event.id,
            "ce-source": event.source,
            "ce-type": event.type,
            "ce-time": timestamp(event.time),
            "correlation-id": event.correlation_id,
            WORLD: world,
            "mock-instance": INSTANCE,
        }
        channel, position = event.event.channel, len(self.messages)
        content = orjson.dumps(event.payload)
        self.messages.append(Message(position, event.id, channel, event.type, event.about.key, headers, content))


def paid(platform: Platform, member: Member) -> dict[str, Any]:
    """What a real payment service says of a new order of the mock: it was paid."""
    order = platform.order(member)
    return {
        "event_type": "payment_completed",
        "payment_id": f"pay-real-{order['id']}",
        "order_id": order["id"],
        "user_id": member.id,
        "data": {
            "amount": order["totalAmount"],
            "currency": "USD",
            "transaction_id": "txn-real-1",
            "completed_at": "2026-01-01T00:00:00Z",
        },
    }


def envelope(identity: str) -> dict[str, str]:
    """The headers of what a real payment service publishes."""
    return {
        "ce-specversion": "1.0",
        "ce-id": identity,
        "ce-source": "https://pay.example/payments",
        "ce-type": "payment_completed",
        "ce-time": "2026-01-01T00:00:00Z",
        "correlation-id": "from-the-shop",
    }
