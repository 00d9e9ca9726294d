"""RedisConsumer against a real server: what it does while all goes well."""

from typing import Any

import pytest

from commerce_sdk.events import DeadLetter, InvalidEventError
from harness import parcels
from harness.brokers import Valkey
from harness.events import Watched, entry, running
from harness.streams import consumer, pending

pytestmark = pytest.mark.anyio


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


@pytest.mark.parametrize(
    ("streams", "settings", "wrong"),
    [([], {}, "channels is empty"), ("a", {"min_idle": 0}, "min_idle is 0"), ("a", {"attempts": 0}, "attempts is 0")],
)
def test_settings_that_make_no_sense_are_refused(streams: Any, settings: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        consumer("redis://localhost", streams, Watched(), **settings)
