"""RedisPublisher against a real server: what arrives, in which order, and what a fault costs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import exceptions

from commerce_mock.transports import redis as module
from commerce_mock.transports.message import Message
from commerce_mock.transports.publisher import PublishError
from commerce_mock.transports.redis import RedisPublisher, fields, told
from commerce_sdk.events import OrderConfirmed, parse
from commerce_sdk.events.redis import RedisConsumer
from harness.brokers import Valkey, free_port, proxy, valkey
from harness.events import Watched
from harness.events import running as consuming
from harness.hybrid import INSTANCE, complete, message, relay, until

pytestmark = pytest.mark.anyio


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Valkey]:
    """A server that a test may ill-treat."""
    with valkey(tmp_path) as server:
        yield server


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    """A channel of events of this test alone."""
    return str(request.node.name)[:60]


@asynccontextmanager
async def publishing(url: str, instance: str = INSTANCE) -> AsyncIterator[RedisPublisher]:
    publisher = RedisPublisher(url, instance)
    try:
        yield publisher
    finally:
        await publisher.close()


def entries(server: Valkey, stream: str) -> list[dict[str, str]]:
    return [found for _, found in server.ask("XRANGE", stream, "-", "+")]


def came(server: Valkey, stream: str) -> list[tuple[str, str]]:
    return [(entry["order_id"], entry["ce-id"]) for entry in entries(server, stream)]


async def test_an_entry_is_as_the_contract_says(redis_server: Valkey, channel: str) -> None:
    sent = message(0, channel=channel, world="w42")
    async with publishing(redis_server.url) as publisher:
        await publisher.connect()
        await publisher.publish([sent])
    (entry,) = entries(redis_server, channel)
    assert entry == {
        "event_type": "order_confirmed",
        "order_id": "order-1",
        "data": '{"confirmed_at":"2026-01-01T00:00:00Z","payment_id":"pay-0"}',
        **sent.headers,
        "mock-position": "0",
    }


async def test_the_client_reads_what_the_mock_publishes(redis_server: Valkey, channel: str) -> None:
    watched = Watched()
    async with publishing(redis_server.url) as publisher:
        await publisher.publish([message(0, channel=channel)])
        async with consuming(RedisConsumer(redis_server.url, channel, watched, group="g", name="n")):
            event = await watched.called()
    assert isinstance(event, OrderConfirmed)
    assert (event.order_id, event.data.payment_id) == ("order-1", "pay-0")
    assert event.metadata is not None
    assert (event.metadata.id, event.metadata.source, event.metadata.correlation_id) == (
        "event-1", "/orders", "request-0",
    )  # fmt: skip


def test_fields_that_are_no_text_are_json() -> None:
    payload = b'{"event_type":"parcel_sent","weight":1.5,"tags":["a"],"name":"\xc3\xa4","none":null}'
    said = dict(fields(replace(message(7), payload=payload)))
    assert (said["weight"], said["tags"], said["name"], said["none"]) == ("1.5", '["a"]', "ä", "null")
    assert said["mock-position"] == "7"
    assert parse(said).event_type == "parcel_sent"


async def test_five_thousand_arrive_each_once_and_in_order(redis_server: Valkey, channel: str) -> None:
    messages = [message(position, 700, channel) for position in range(5000)]
    async with publishing(redis_server.url) as publisher:
        assert await relay(publisher, messages) == []
    assert [identity for _, identity in came(redis_server, channel)] == [each.id for each in messages]


async def test_what_had_arrived_before_a_connection_broke_is_not_sent_again(redis_server: Valkey, channel: str) -> None:
    messages = [message(position, 7, f"{channel}{position % 2}") for position in range(300)]
    async with publishing(redis_server.url) as publisher:
        await publisher.publish(messages[:200])
    async with publishing(redis_server.url) as publisher:
        await publisher.publish(messages[100:])  # whoever published them before did not come to say so
    for part in (0, 1):
        wanted = [each for each in messages if each.position % 2 == part]
        assert came(redis_server, f"{channel}{part}") == [(each.key, each.id) for each in wanted]


async def test_ours_are_found_behind_what_others_published(
    redis_server: Valkey, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TAIL", 10)
    messages = [message(position, channel=channel) for position in range(30)]
    others = [message(position, channel=channel) for position in range(100, 135)]
    async with publishing(redis_server.url) as ours, publishing(redis_server.url, "outbox-2") as theirs:
        await ours.publish(messages[:20])
        await theirs.publish([replace(each, headers={**each.headers, "mock-instance": "outbox-2"}) for each in others])
        await ours.connect()
        await ours.publish(messages[10:])
    mine = [entry for entry in entries(redis_server, channel) if entry["mock-instance"] == INSTANCE]
    assert [entry["ce-id"] for entry in mine] == [each.id for each in messages]


async def test_there_is_an_end_to_looking_for_ours(
    redis_server: Valkey, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TAIL", 10)
    monkeypatch.setattr(module, "_FURTHEST", 20)
    async with publishing(redis_server.url) as ours, publishing(redis_server.url, "outbox-2") as theirs:
        await ours.publish([message(0, channel=channel)])
        others = [message(position, channel=channel) for position in range(30)]
        await theirs.publish([replace(each, headers={**each.headers, "mock-instance": "outbox-2"}) for each in others])
        await ours.connect()
        await ours.publish([message(0, channel=channel)])
    assert [entry["ce-id"] for entry in entries(redis_server, channel)].count("event-1") == 3


async def test_a_connection_that_breaks_in_the_middle_costs_nothing(redis_server: Valkey, channel: str) -> None:
    messages = [message(position, 50, channel) for position in range(6000)]
    async with proxy(redis_server.port) as way, publishing(f"redis://127.0.0.1:{way.port}/0") as publisher:
        relaying = asyncio.create_task(relay(publisher, messages, 500, pause=0.001))
        for part in (500, 1500, 3000):
            await until(lambda part=part: redis_server.ask("XLEN", channel) >= part)  # type: ignore[misc] # a default
            way.cut()
        await relaying
    assert [identity for _, identity in came(redis_server, channel)] == [each.id for each in messages]


async def test_what_an_earlier_connection_left_on_its_way_is_never_carried_out(
    redis_server: Valkey, channel: str
) -> None:
    async with publishing(redis_server.url) as earlier, publishing(redis_server.url) as later:
        await earlier.connect()
        await later.connect()
        with pytest.raises(PublishError, match=r"no connection to Redis \(ConnectionError\)"):
            await earlier.publish([message(0, channel=channel)])
    assert redis_server.ask("XLEN", channel) == 0


async def test_a_full_server_takes_nothing_until_it_has_room_and_then_all_in_order(own: Valkey) -> None:
    messages = [message(position, 7) for position in range(3000)]
    own.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
    own.ask("CONFIG", "SET", "appendonly", "no")
    own.ask("CONFIG", "SET", "maxmemory", own.ask("INFO", "memory")["used_memory"] + 700_000)
    async with publishing(own.url) as publisher:
        relaying = asyncio.create_task(relay(publisher, messages, 200, pause=0.01))
        await until(lambda: own.ask("INFO", "stats")["total_error_replies"] > 40)  # many times
        length = own.ask("XLEN", "order_events")
        assert 0 < length < len(messages)
        assert length % 200 == 0
        own.ask("CONFIG", "SET", "maxmemory", 0)
        failures = await relaying
    assert set(failures) == {"Redis is full: it has reached its maxmemory"}
    assert [identity for _, identity in came(own, "order_events")] == [each.id for each in messages]


async def test_a_server_that_is_killed_and_comes_back_has_everything_once(own: Valkey) -> None:
    messages = [message(position, 50) for position in range(5000)]
    async with publishing(own.url) as publisher:
        relaying = asyncio.create_task(relay(publisher, messages, 500, 0.05))
        await until(lambda: own.ask("XLEN", "order_events") >= 1000)
        await asyncio.to_thread(own.kill)
        await asyncio.to_thread(own.start)
        failures = await relaying
    assert failures
    assert complete(came(own, "order_events"), messages)
    assert len(came(own, "order_events")) == len(messages)


async def test_a_server_that_is_silent_is_told_and_has_everything_once(
    own: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.1)
    messages = [message(position, 50) for position in range(1000)]
    async with publishing(own.url) as publisher:
        await publisher.publish(messages[:10])
        with own.paused():
            with pytest.raises(PublishError, match="Redis does not answer"):
                await publisher.publish(messages[10:500])
            with pytest.raises(PublishError, match="Redis does not answer"):
                await publisher.publish(messages[10:500])
        monkeypatch.setattr(module, "TIMEOUT", 10.0)
        await relay(publisher, messages[10:])
    assert complete(came(own, "order_events"), messages)
    assert len(came(own, "order_events")) == len(messages)


async def test_a_stream_that_is_something_else_is_told(redis_server: Valkey, channel: str) -> None:
    redis_server.ask("SET", channel, "text")
    good = f"{channel}-good"
    messages = [message(0, channel=good), message(1, channel=channel), message(2, channel=good)]
    async with publishing(redis_server.url) as publisher:
        with pytest.raises(PublishError, match="Redis refuses: WRONGTYPE"):
            await publisher.publish(messages)
        redis_server.ask("DEL", channel)
        await publisher.publish(messages)
    assert [entry["ce-id"] for entry in entries(redis_server, good)] == ["event-1", "event-3"]


async def test_what_goes_wrong_in_the_middle_of_a_batch_is_made_good(redis_server: Valkey, channel: str) -> None:
    messages = [message(position, channel=f"{channel}{position % 2}") for position in range(6)]

    class Blind(RedisPublisher):
        """Sees no stream before it writes to it."""

        async def _last(self, stream: str) -> int:
            del stream
            return -1

    redis_server.ask("SET", f"{channel}0", "text")
    publisher = Blind(redis_server.url, INSTANCE)
    with pytest.raises(PublishError, match="Redis refuses: WRONGTYPE"):
        await publisher.publish(messages)
    assert redis_server.ask("XLEN", f"{channel}1") == 3
    redis_server.ask("DEL", f"{channel}0")
    async with publishing(redis_server.url) as again:
        await again.publish(messages)
    assert [entry["ce-id"] for entry in entries(redis_server, f"{channel}0")] == ["event-1", "event-3", "event-5"]
    assert [entry["ce-id"] for entry in entries(redis_server, f"{channel}1")] == ["event-2", "event-4", "event-6"]


async def test_a_wrong_password_is_told_without_it(redis_server: Valkey) -> None:
    async with publishing(f"redis://nobody:not-the-one@127.0.0.1:{redis_server.port}/0") as publisher:
        with pytest.raises(PublishError) as caught:
            await publisher.connect()
        assert str(caught.value) == "Redis refuses the user or the password of the URL"
        assert "not-the-one" not in repr(publisher)


async def test_a_user_who_may_only_add_can_publish(redis_server: Valkey, channel: str) -> None:
    rights = ("+xadd", "+xrevrange", "+multi", "+exec", "+ping", "+select", "~*")
    redis_server.ask("ACL", "SETUSER", "adder", "reset", "on", ">a-password", *rights)
    async with publishing(f"redis://adder:a-password@127.0.0.1:{redis_server.port}/0") as publisher:
        await publisher.publish([message(0, channel=channel)])
        assert redis_server.ask("XLEN", channel) == 1
        redis_server.ask("ACL", "SETUSER", "adder", "-xadd")
        with pytest.raises(PublishError, match="Redis does not let the user of the URL add to the streams"):
            await publisher.publish([message(1, channel=channel)])


async def test_a_server_that_is_not_there_is_told() -> None:
    async with publishing(f"redis://default:not-the-one@127.0.0.1:{free_port()}/0") as publisher:
        with pytest.raises(PublishError, match=r"no connection to Redis \(ConnectionError\)"):
            await publisher.publish([message(0)])


def test_what_a_server_repeats_of_a_command_is_not_told() -> None:
    error: Any = exceptions.ResponseError("unknown command 'XADD', with args beginning with: 'order_events' 'a-canary'")
    assert told(error) == "Redis refuses: unknown command 'XADD'"


def test_a_message_knows_its_place(channel: str) -> None:
    assert isinstance(message(3, channel=channel), Message)
