"""RedisConsumer against a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from commerce_sdk.events import DeadLetter, InvalidEventError, RedisConsumer
from commerce_sdk._errors import ConnectionFailedError
from harness import parcels
from harness.brokers import Valkey, proxy, valkey
from harness.events import SECONDS, Watched, entry, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def redis(redis_server: Valkey) -> AsyncIterator[Any]:
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        yield client


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


def consumer(server: Any, streams: Any, handlers: Any, name: str = "one", **settings: Any) -> RedisConsumer[Any]:
    settings = {"retry_delay": 0, "parse": parcels.parse, **settings}
    return RedisConsumer(server, streams, handlers, group="tests", name=name, **settings)


async def pending(redis: Any, stream: str) -> int:
    return int((await redis.xpending(stream, "tests"))["pending"])


async def test_events_come_in_order_and_are_acknowledged(redis: Any, redis_server: Valkey, stream: str) -> None:
    for number in range(3):
        await redis.xadd(stream, entry(number))
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(3) == ["parcel-0", "parcel-1", "parcel-2"]
        await redis.xadd(stream, entry(3))
        event = await watched.called()
    assert (event.metadata.id, str(event.data.postage)) == ("event-3", "4.9")
    assert await pending(redis, stream) == 0


async def test_a_group_that_starts_now_leaves_out_what_was(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xadd(stream, entry(0))
    await redis.xgroup_create(stream, "tests", id="$")
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched, start="$")):
        await redis.xadd(stream, entry(1))
        assert await watched.parcels(1) == ["parcel-1"]


async def test_two_consumers_of_a_group_share_the_events_of_several_streams(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    streams = [f"{stream}-{letter}" for letter in "abc"]
    first, second = Watched(), Watched()
    first.gate.clear()
    second.gate.clear()
    async with running(
        consumer(redis_server.url, streams, first), consumer(redis_server.url, streams, second, name="two")
    ):
        for number in range(9):
            await redis.xadd(streams[number % 3], entry(number))
        await first.called()
        await second.called()
        first.gate.set()
        second.gate.set()
        for _ in range(7):
            done, _ = await asyncio.wait(
                [asyncio.create_task(first.calls.get()), asyncio.create_task(second.calls.get())],
                timeout=SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            assert done
    assert sorted(first.handled + second.handled) == [f"parcel-{number}" for number in range(9)]
