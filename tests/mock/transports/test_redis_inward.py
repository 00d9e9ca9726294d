"""Events of a real service, over Redis Streams, into a mock of the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError  # noqa: A004 - what its client raises

from commerce_mock.transports.inward import Incoming
from commerce_mock.transports.redis_inward import RedisSubscriber
from harness.brokers import Valkey, free_port
from harness.hybrid import CHANNELS, INSTANCE, Emissions, bridged, envelope, paid, running, until
from harness.platform import Platform

pytestmark = pytest.mark.anyio

GROUP = f"commerce-mock-{INSTANCE}"


@pytest.fixture
async def redis(redis_server: Valkey) -> AsyncIterator[Any]:
    """The other side."""
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        await client.flushall()
        yield client


@pytest.fixture
def platform() -> Platform:
    return Platform(judged=False)


@asynccontextmanager
async def hybrid(url: str, platform: Platform, redis: Any, *failures: int | None) -> AsyncIterator[Any]:
    """A mock that hears of what comes over Redis."""
    async with bridged(platform, *failures) as (bridge, _), running(RedisSubscriber(url, CHANNELS, bridge)):
        await until(lambda: _joined(redis))
        yield bridge


async def _joined(redis: Any) -> bool:
    if not await redis.exists("payment_events"):
        return False
    return any(group["name"] == GROUP for group in await redis.xinfo_groups("payment_events"))


async def say(redis: Any, payload: dict[str, Any], headers: dict[str, str], stream: str = "payment_events") -> str:
    """Publish as a real payment service does."""
    return str(await redis.xadd(stream, {**payload, "data": orjson.dumps(payload["data"]).decode(), **headers}))


def status(platform: Platform, payload: dict[str, Any]) -> str:
    return str(platform.read_order(payload["order_id"])["status"])


async def pending(redis: Any) -> int:
    return int((await redis.xpending("payment_events", GROUP))["pending"])


async def test_a_real_payment_confirms_an_order_of_the_mock(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    outbox = platform.world.outbox = Emissions()
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis) as bridge:
        await say(redis, payload, envelope("real-1"))
        await until(lambda: status(platform, payload) == "confirmed")
        told = [message.type for message in outbox.messages]
        assert told == ["user_created", "order_created", "user_verified", "order_confirmed"]
        for message in outbox.messages:  # which its own group reads as well
            await say(redis, orjson.loads(message.payload), dict(message.headers), message.channel)
        await say(redis, {**payload, "payment_id": "pay-real-2"}, envelope("real-2"))
        await until(lambda: bridge.taken == 2)
        assert bridge.refused == 0
        assert [message.type for message in outbox.messages] == told  # its own events did not come back
        await until(lambda: _settled(redis))
    brought = next(event for event in platform.events() if event["id"] == "real-1")
    assert brought["payload"] == payload


async def _settled(redis: Any) -> bool:
    return await pending(redis) == 0


async def test_an_event_that_comes_again_has_no_second_effect(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis) as bridge:
        await say(redis, payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)
        before = platform.events()
        await say(redis, payload, envelope("real-1"))
        await until(lambda: bridge.taken == 2)
    assert platform.events() == before


async def test_it_begins_with_what_comes_and_goes_on_where_it_was(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    member = platform.register()
    payloads = [paid(platform, member) for _ in range(4)]
    await say(redis, payloads[0], envelope("real-0"))  # before there was a mock
    async with hybrid(redis_server.url, platform, redis):
        pass
    for number in (1, 2, 3):
        await say(redis, payloads[number], envelope(f"real-{number}"))
    async with hybrid(redis_server.url, platform, redis) as bridge:
        await until(lambda: bridge.taken == 3)
    brought = [event["id"] for event in platform.events() if event["type"] == "payment_completed"]
    assert brought == ["real-1", "real-2", "real-3"]


async def test_nothing_is_acknowledged_before_the_mock_has_answered(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis, *[503] * 1000):
        await say(redis, payload, envelope("real-1"))
        await until(lambda: _has_pending(redis))
    async with hybrid(redis_server.url, platform, redis) as bridge:
        await until(lambda: bridge.taken == 1)
        await until(lambda: _settled(redis))
    assert status(platform, payload) == "confirmed"


async def _has_pending(redis: Any) -> bool:
    return await pending(redis) > 0


@asynccontextmanager
async def hearing(url: str, platform: Platform, redis: Any) -> AsyncIterator[tuple[Any, dict[str, Any]]]:
    """A mock that has heard of one payment, and another payment that nobody has told it of."""
    member = platform.register()
    first, second = (paid(platform, member) for _ in range(2))
    async with hybrid(url, platform, redis) as bridge:
        await say(redis, first, envelope("real-0"))
        await until(lambda: bridge.taken == 1)
        yield bridge, second


async def test_a_server_that_goes_and_comes_back_is_awaited(
    redis_server: Valkey, platform: Platform, redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(redis_server.url, platform, redis) as (bridge, payload):
        await until(lambda: _settled(redis))  # else it rightly comes again, and has no second effect
        redis_server.stop()
        await until(lambda: bool(caplog.messages))
        redis_server.start()
        await until(lambda: _said(redis, payload))
        await until(lambda: bridge.taken == 2)
    assert caplog.messages == [
        "No events come in from Redis (ConnectionError); it is tried again.",
        "Events come in from Redis again.",
    ]


async def _said(redis: Any, payload: dict[str, Any]) -> bool:
    try:
        await say(redis, payload, envelope("real-1"))
    except ConnectionError:  # the old connection
        return False
    return True


async def test_a_stream_that_is_deleted_is_read_from_its_new_beginning(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    async with hearing(redis_server.url, platform, redis) as (bridge, payload):
        await redis.delete("payment_events")
        await say(redis, payload, envelope("real-1"))
        await until(lambda: bridge.taken == 2)
    assert status(platform, payload) == "confirmed"


async def test_what_does_not_fit_is_told_and_does_not_come_again(
    redis_server: Valkey, platform: Platform, redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis) as bridge:
        entry = await redis.xadd("payment_events", {"event_type": "payment_completed", "data": "{"})
        other = await redis.xadd("payment_events", {"order_id": "order-1"})
        await say(redis, payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)
        await until(lambda: _settled(redis))
        assert bridge.refused == 2
    assert caplog.messages == [
        f"The event payment_events:{entry}, from payment_events, does not come in: its field `data` is no JSON",
        f"The event payment_events:{other}, from payment_events, does not come in: it does not say its `event_type`",
    ]


async def test_an_entry_that_was_trimmed_after_it_was_given_is_passed_over(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis, *[503] * 1000):
        await say(redis, payload, envelope("real-0"))
        await until(lambda: _has_pending(redis))
    await redis.xtrim("payment_events", maxlen=0)
    await say(redis, payload, envelope("real-1"))
    async with hybrid(redis_server.url, platform, redis) as bridge:
        await until(lambda: bridge.taken == 1)
        await until(lambda: _settled(redis))
        assert bridge.refused == 0


async def test_a_key_that_is_no_stream_is_told_and_awaited(
    redis_server: Valkey, platform: Platform, redis: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await redis.set("payment_events", "no stream")
    payload = paid(platform, platform.register())
    async with bridged(platform) as (bridge, _), running(RedisSubscriber(redis_server.url, CHANNELS, bridge)):
        await until(lambda: len(caplog.messages) == 1)
        await redis.delete("payment_events")
        await until(lambda: len(caplog.messages) == 2)
        await say(redis, payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)
    assert caplog.messages[0] == "No events come in from Redis (ResponseError); it is tried again."


async def add_own(redis: Any, number: int) -> None:
    """Entries that the mock has published itself."""
    async with redis.pipeline(transaction=False) as many:
        for position in range(number):
            many.xadd("payment_events", {"event_type": "payment_completed", "mock-instance": INSTANCE, "n": position})
        await many.execute()


async def _is_through(redis: Any) -> bool:
    """Whether the group has all of the stream, and finished it."""
    (group,) = await redis.xinfo_groups("payment_events")
    last = (await redis.xinfo_stream("payment_events"))["last-generated-id"]
    return bool(group["last-delivered-id"] == last and group["pending"] == 0)


async def test_the_server_leaves_out_what_the_mock_published_itself(
    redis_server: Valkey, platform: Platform, redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url, platform, redis) as bridge:
        asked: list[Any] = []
        is_own = bridge.is_own

        def watched(headers: Any) -> bool:
            asked.append(headers)
            return bool(is_own(headers))

        monkeypatch.setattr(bridge, "is_own", watched)
        await add_own(redis, 1)  # which ends the wait
        await until(lambda: _is_through(redis))
        await add_own(redis, 3000)
        await say(redis, payload, envelope("real-1"))
        await add_own(redis, 3000)
        await until(lambda: _is_through(redis))
        assert bridge.taken == 1
    assert len(asked) < 1000


async def test_a_user_who_may_not_run_scripts_hears_of_the_same(
    redis_server: Valkey, platform: Platform, redis: Any
) -> None:
    await redis.acl_setuser("plain", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-@scripting"])
    payload = paid(platform, platform.register())
    async with hybrid(redis_server.url.replace("//", "//plain:any@"), platform, redis) as bridge:
        await add_own(redis, 100)
        await say(redis, payload, envelope("real-1"))
        await until(lambda: _is_through(redis))
        assert (bridge.taken, bridge.refused) == (1, 0)


async def test_a_server_that_is_not_there_yet_is_awaited(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    async with bridged(platform) as (bridge, _):
        subscriber = RedisSubscriber(f"redis://:not-the-one@127.0.0.1:{free_port()}/0", CHANNELS, bridge)
        assert "not-the-one" not in repr(subscriber)
        async with running(subscriber):
            await until(lambda: len(caplog.messages) == 1)
    assert caplog.messages == ["No events come in from Redis (ConnectionError); it is tried again."]


def test_an_event_on_its_way_shows_nothing_of_itself() -> None:
    shown = repr(Incoming("payment_events", {"ce-id": "real-1"}, b'{"cardNumber": "4242424242424242"}', "1-0"))
    assert shown == "Incoming(place='payment_events', identity='1-0')"
