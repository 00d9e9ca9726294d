"""RedisConsumer against a real server: processes that die, connections that break, servers that refuse."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from commerce_sdk._errors import ConnectionFailedError
from harness.brokers import Valkey, proxy, valkey
from harness.events import SECONDS, Watched, entry, running, until
from harness.streams import consumer, pending, publish

pytestmark = pytest.mark.anyio


async def test_stopping_between_two_attempts_leaves_the_event_for_the_next_start(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    await redis.xadd(stream, entry(0))
    failing, watched = Watched(lambda _: ValueError()), Watched()
    async with running(consumer(redis_server.url, stream, failing, retry_delay=3600)):
        await failing.called()
    assert await pending(redis, stream) == 1
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(1) == ["parcel-0"]
    assert await pending(redis, stream) == 0


async def test_what_a_consumer_that_died_had_begun_is_claimed(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xgroup_create(stream, "tests", id="0", mkstream=True)
    for number in range(3):
        await redis.xadd(stream, entry(number))
    await redis.xreadgroup("tests", "dead", {stream: ">"}, count=2)
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched, min_idle=0.05)):
        assert sorted(await watched.parcels(3)) == ["parcel-0", "parcel-1", "parcel-2"]
    assert await pending(redis, stream) == 0


async def test_what_a_living_consumer_works_on_for_long_is_not_claimed(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    await redis.xadd(stream, entry(0))
    busy, idle = Watched(), Watched()
    busy.gate.clear()
    async with running(consumer(redis_server.url, stream, busy, min_idle=0.9)):
        await busy.called()
        async with running(consumer(redis_server.url, stream, idle, name="two", min_idle=0.9)):
            renewed = 0  # how often the time since a sign of life was seen to begin anew
            while renewed < 3:
                before = (await redis.xpending_range(stream, "tests", "-", "+", 1))[0]["time_since_delivered"]
                after = (await redis.xpending_range(stream, "tests", "-", "+", 1))[0]["time_since_delivered"]
                renewed += after < before
            assert idle.calls.empty()
        busy.gate.set()
    assert busy.handled == ["parcel-0"]


async def test_an_event_of_which_processes_die_is_put_aside(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xgroup_create(stream, "tests", id="0", mkstream=True)
    await redis.xadd(stream, entry(0))
    await redis.xadd(stream, entry(1))
    await redis.xreadgroup("tests", "one", {stream: ">"}, count=1)
    for _ in range(2):
        await redis.xreadgroup("tests", "one", {stream: "0"}, count=1)
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched, attempts=3)):
        assert await watched.parcels(1) == ["parcel-1"]
    ((_, fields),) = await redis.xrange(f"{stream}.dead")
    assert fields["dead-letter-reason"] == "it was delivered 3 times and never handled to the end"


async def test_entries_that_were_deleted_meanwhile_are_forgotten(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xgroup_create(stream, "tests", id="0", mkstream=True)
    gone = await redis.xadd(stream, entry(0))
    await redis.xreadgroup("tests", "one", {stream: ">"}, count=1)
    await redis.xdel(stream, gone)
    await redis.xadd(stream, entry(1))
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(1) == ["parcel-1"]
    assert await pending(redis, stream) == 0


async def test_a_group_that_vanishes_is_made_again(redis: Any, redis_server: Valkey, stream: str) -> None:
    watched = Watched()
    await redis.xadd(stream, entry(0))
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(1) == ["parcel-0"]
        await redis.delete(stream)
        await redis.xadd(stream, entry(1))
        assert await watched.parcels(1) == ["parcel-1"]


async def test_a_server_that_restarts_is_awaited(tmp_path: Path) -> None:
    with valkey(tmp_path) as server:
        watched = Watched()
        async with running(consumer(server.url, "parcels", watched)):
            await publish(server.url, 0)
            assert await watched.parcels(1) == ["parcel-0"]
            server.stop()
            server.start()
            await publish(server.url, 1)
            assert await watched.parcels(1) == ["parcel-1"]


async def test_a_server_that_is_not_there_yet_is_awaited(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    server = Valkey(tmp_path)
    # Redis's client tries again by itself, for seconds, before it tells.
    watched, impatient = Watched(), Redis.from_url(server.url, retry=Retry(NoBackoff(), 0))
    async with impatient, running(consumer(impatient, "parcels", watched)):
        await until(lambda: "No connection to the broker (ConnectionError)" in caplog.text)
        server.start()
        try:
            await publish(server.url, 0)
            assert await watched.parcels(1) == ["parcel-0"]
        finally:
            server.stop()
    assert "The broker is back." in caplog.text


async def test_an_event_whose_acknowledgement_was_cut_off_is_not_handled_again(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    await redis.xadd(stream, entry(0))
    watched = Watched()
    watched.gate.clear()
    async with proxy(redis_server.port) as way:
        url = f"redis://127.0.0.1:{way.port}/0"
        async with running(consumer(url, stream, watched)):
            await watched.called()
            way.cut()
            watched.gate.set()
            await redis.xadd(stream, entry(1))
            assert await watched.parcels(1) == ["parcel-1"]
    assert watched.handled == ["parcel-0", "parcel-1"]
    assert await pending(redis, stream) == 0


async def test_a_wrong_password_is_told_at_once(redis: Any, redis_server: Valkey) -> None:
    await redis.acl_setuser("somebody", enabled=True, passwords=["+right"])
    url = redis_server.url.replace("//", "//somebody:wr0ng@")
    with pytest.raises(ConnectionFailedError, match="Redis refuses") as raised:
        await consumer(url, "parcels", Watched()).run()
    assert "wr0ng" not in str(raised.value)


async def test_a_key_that_is_no_stream_is_told_at_once(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.set(stream, "text")
    with pytest.raises(ConnectionFailedError, match="WRONGTYPE"):
        await consumer(redis_server.url, stream, Watched()).run()


async def test_a_stream_that_becomes_another_thing_is_told(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xadd(stream, entry(0))
    watched = Watched()
    run = asyncio.create_task(consumer(redis_server.url, stream, watched).run())
    await watched.called()
    await redis.set(stream, "text")
    with pytest.raises(ConnectionFailedError, match="WRONGTYPE"):
        await asyncio.wait_for(run, SECONDS)
