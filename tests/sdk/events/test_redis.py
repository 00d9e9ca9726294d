"""RedisConsumer against a real server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk.events import DeadLetter, InvalidEventError, RedisConsumer
from harness import parcels
from harness.brokers import Valkey, proxy, valkey
from harness.events import Watched, entry, running, until

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


async def publish(url: str, number: int) -> None:
    async with Redis.from_url(url) as redis:
        await redis.xadd("parcels", entry(number))


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
        second.calls = first.calls
        first.gate.set()
        second.gate.set()
        await first.parcels(7)
    assert first.handled
    assert second.handled
    assert sorted(first.handled + second.handled) == [f"parcel-{number}" for number in range(9)]
    assert [await pending(redis, name) for name in streams] == [0, 0, 0]


async def test_a_client_is_used_and_stays_open(redis: Any, stream: str) -> None:
    await redis.xadd(stream, entry(0))
    watched = Watched()
    async with running(consumer(redis, stream, watched)):
        assert await watched.parcels(1) == ["parcel-0"]
    assert await redis.ping()


async def test_what_is_no_event_is_put_aside_and_the_next_comes(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xadd(stream, {"event_type": "parcel_sent", "data": "{", "parcel_id": "p"})
    await redis.xadd(stream, entry(1))
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(1) == ["parcel-1"]
    ((_, fields),) = await redis.xrange(f"{stream}.dead")
    assert fields == {
        "event_type": "parcel_sent",
        "data": "{",
        "parcel_id": "p",
        "dead-letter-channel": stream,
        "dead-letter-reason": "This message is no event: `data` is not JSON (character 1).",
        "dead-letter-attempts": "1",
    }
    assert await pending(redis, stream) == 0


async def test_a_handler_that_fails_is_called_again_and_then_its_event_is_put_aside(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    await redis.xadd(stream, entry(0))
    await redis.xadd(stream, entry(1))
    watched = Watched(lambda event: KeyError(event.parcel_id) if event.parcel_id == "parcel-0" else None)
    async with running(consumer(redis_server.url, stream, watched, attempts=3, dead_letters=f"{stream}-graves")):
        assert await watched.parcels(4) == ["parcel-0"] * 3 + ["parcel-1"]
    ((_, fields),) = await redis.xrange(f"{stream}-graves")
    assert fields["dead-letter-reason"] == "its handler failed 3 times, last with KeyError"
    event = parcels.parse(fields)
    assert (event.parcel_id, event.metadata.id, event.model_extra) == ("parcel-0", "event-0", {})


async def test_dead_letters_can_go_to_a_function(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xadd(stream, {"hello": "world"})
    await redis.xadd(stream, entry(1))
    letters: list[DeadLetter] = []
    watched = Watched()
    async with running(consumer(redis_server.url, stream, watched, dead_letters=letters.append)):
        await watched.parcels(1)
    (letter,) = letters
    assert letter.message == {b"hello": b"world"}
    assert isinstance(letter.error, InvalidEventError)
    assert not await redis.exists(f"{stream}.dead")


async def test_a_function_for_dead_letters_that_fails_ends_the_run_and_the_message_stays(
    redis: Any, redis_server: Valkey, stream: str
) -> None:
    await redis.xadd(stream, {"hello": "world"})

    def full(letter: DeadLetter) -> None:
        raise OSError(f"no room for a letter from {letter.channel}")

    with pytest.raises(OSError, match="no room"):
        await consumer(redis_server.url, stream, Watched(), dead_letters=full).run()
    assert await pending(redis, stream) == 1


async def test_stopping_lets_the_handler_end_and_leaves_the_rest(redis: Any, redis_server: Valkey, stream: str) -> None:
    await redis.xadd(stream, entry(0))
    await redis.xadd(stream, entry(1))
    watched = Watched()
    watched.gate.clear()
    async with running(one := consumer(redis_server.url, stream, watched)):
        await watched.called()
        one.stop()
        watched.gate.set()
    assert watched.handled == ["parcel-0"]
    assert await pending(redis, stream) == 0
    async with running(consumer(redis_server.url, stream, watched)):
        assert await watched.parcels(1) == ["parcel-1"]


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


@pytest.mark.parametrize(
    ("streams", "settings", "wrong"),
    [([], {}, "channels is empty"), ("a", {"min_idle": 0}, "min_idle is 0"), ("a", {"attempts": 0}, "attempts is 0")],
)
def test_settings_that_make_no_sense_are_refused(streams: Any, settings: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        consumer("redis://localhost", streams, Watched(), **settings)
