"""RabbitPublisher against a real node: what arrives, in which order, and what a fault costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import aiormq
import orjson
import pytest
from aiormq.abc import AbstractChannel

from commerce_mock.transports.publisher import PublishError
from commerce_mock.transports.rabbitmq import RabbitPublisher, queue_of
from commerce_sdk.events import OrderConfirmed
from commerce_sdk.events.rabbitmq import RabbitConsumer
from harness.brokers import Rabbit, free_port, proxy
from harness.events import Watched
from harness.events import running as consuming
from harness.hybrid import CHANNELS, SECONDS, complete, firsts, message, relay, until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def publishing(url: str, *channels: str) -> AsyncIterator[RabbitPublisher]:
    publisher = RabbitPublisher(url, channels)
    try:
        yield publisher
    finally:
        await publisher.close()


@pytest.fixture
async def side(rabbit: Rabbit) -> AsyncIterator[AbstractChannel]:
    """Another client's channel."""
    connection = await aiormq.connect(rabbit.url)
    yield await connection.channel()
    await connection.close()


@pytest.fixture
def channel(request: pytest.FixtureRequest) -> str:
    """A channel of events of this test alone."""
    return str(request.node.name).split("[", maxsplit=1)[0].removeprefix("test_")[:60]


async def have_bounded(side: AbstractChannel, channel: str, length: int) -> None:
    """A queue of somebody else's that refuses what is too much."""
    limits: Any = {"x-max-length": length, "x-overflow": "reject-publish"}
    await side.queue_declare(queue_of(channel), durable=True, arguments=limits)


async def all_of(side: AbstractChannel, queue: str, into: list[tuple[str, str]], key: str = "order_id") -> None:
    """Have all messages of a queue come into a list, as (entity, event id); they are acknowledged."""

    async def take(message: Any) -> None:
        into.append((orjson.loads(message.body)[key], message.header.properties.headers["ce-id"]))

    await side.basic_consume(queue, take, no_ack=True)


async def length(side: AbstractChannel, queue: str) -> int:
    return int((await side.queue_declare(queue, passive=True)).message_count or 0)


async def test_a_message_is_as_the_contract_says(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    sent = message(0, channel=channel, world="w42")
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.connect()
        await publisher.publish([sent])
    came = await side.basic_get(queue_of(channel))
    properties = came.header.properties
    assert (came.delivery.exchange, came.delivery.routing_key) == (channel, "order_confirmed")  # type: ignore[union-attr] # a GetOk
    assert (properties.content_type, properties.delivery_mode, properties.message_id) == (
        "application/json", 2, "event-1",
    )  # fmt: skip
    assert properties.headers == sent.headers
    assert came.body == sent.payload


async def test_exchanges_and_queues_are_there_before_the_first_event(rabbit: Rabbit, side: AbstractChannel) -> None:
    async with publishing(rabbit.url, *CHANNELS) as publisher:
        await publisher.connect()
        await publisher.connect()  # they are there already
    for name in CHANNELS:
        await side.exchange_declare(name, exchange_type="topic", durable=True)  # the same, or it is refused
        await side.queue_declare(queue_of(name), durable=True)
    assert [queue_of(name) for name in CHANNELS] == ["user.events", "order.events", "payment.events"]


async def test_the_client_reads_what_the_mock_publishes(rabbit: Rabbit, channel: str) -> None:
    watched = Watched()
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.publish([message(0, channel=channel)])
        async with consuming(RabbitConsumer(rabbit.url, [queue_of(channel)], watched)):
            event = await watched.called()
    assert isinstance(event, OrderConfirmed)
    assert (event.order_id, event.data.payment_id) == ("order-1", "pay-0")
    assert event.metadata is not None
    assert (event.metadata.id, event.metadata.source, event.metadata.correlation_id) == (
        "event-1", "/orders", "request-0",
    )  # fmt: skip


@pytest.mark.untraced  # to trace so many takes longer than to do them
async def test_twenty_thousand_arrive_each_once_and_in_the_order_of_each_entity(
    rabbit: Rabbit, side: AbstractChannel, channel: str
) -> None:
    messages = [message(position, 700, channel) for position in range(20_000)]
    came: list[tuple[str, str]] = []
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.connect()
        await all_of(side, queue_of(channel), came)
        assert await relay(publisher, messages, 2000) == []
    await until(lambda: len(came) >= len(messages))
    assert len(came) == len(messages)
    assert complete(came, messages)


async def test_a_full_queue_is_awaited_and_nothing_overtakes_or_comes_twice(
    rabbit: Rabbit, side: AbstractChannel, channel: str
) -> None:
    await have_bounded(side, channel, 20)
    messages = [message(position, 7, channel) for position in range(300)]
    came: list[tuple[str, str]] = []
    async with publishing(rabbit.url, channel) as publisher:
        relaying = asyncio.create_task(relay(publisher, messages, 100, pause=0.01))
        while not relaying.done():
            got = await side.basic_get(queue_of(channel), no_ack=True)
            if got.body:
                headers: Any = got.header.properties.headers
                came.append((orjson.loads(got.body)["order_id"], headers["ce-id"]))
            else:
                await asyncio.sleep(0)
        failures = await relaying
    await all_of(side, queue_of(channel), came)
    await until(lambda: len(came) >= len(messages))
    assert failures
    assert f"a queue that is bound to {channel} takes no more" in failures[0]
    assert len(came) == len(messages)  # what was confirmed behind a refused one was not sent again
    assert complete(came, messages)


async def test_what_a_full_queue_has_taken_is_told(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    await have_bounded(side, channel, 0)
    messages = [message(0, 2, "taking"), *(message(position, 2, channel) for position in (1, 2, 3))]
    async with publishing(rabbit.url, channel, "taking") as publisher:
        with pytest.raises(PublishError) as caught:
            await publisher.publish([messages[0], messages[1], messages[3]])
        assert caught.value.acknowledged == 1
        with pytest.raises(PublishError, match=r"RabbitMQ refuses event-[24]: a queue") as caught:
            await publisher.publish([messages[1], messages[3]])
        assert caught.value.acknowledged == 0


async def test_a_connection_that_breaks_in_the_middle_costs_duplicates_at_most(
    rabbit: Rabbit, side: AbstractChannel, channel: str
) -> None:
    messages = [message(position, 50, channel) for position in range(3000)]
    came: list[tuple[str, str]] = []
    async with proxy(rabbit.port) as way, publishing(f"amqp://guest:guest@127.0.0.1:{way.port}/", channel) as publisher:
        await publisher.connect()
        await all_of(side, queue_of(channel), came)
        relaying = asyncio.create_task(relay(publisher, messages, 500))
        for part in (400, 1200, 2000):
            await until(lambda part=part: len(came) > part)  # type: ignore[misc] # a default argument
            way.cut()
        failures = await relaying
    await until(lambda: len(firsts(came)["order-50"]) == 60)
    assert len(failures) >= 3
    assert complete(came, messages)
    assert_only_neighbours_repeat(came)


def assert_only_neighbours_repeat(came: list[tuple[str, str]]) -> None:
    """A duplicate directly follows its first: between them no other event of its entity came."""
    last: dict[str, str] = {}
    seen: set[str] = set()
    for key, identity in came:
        assert identity not in seen or last[key] == identity
        seen.add(identity)
        last[key] = identity


async def test_a_node_that_is_killed_and_comes_back_has_everything(rabbit: Rabbit, channel: str) -> None:
    messages = [message(position, 50, channel) for position in range(6000)]
    came: list[tuple[str, str]] = []
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.connect()
        relaying = asyncio.create_task(relay(publisher, messages, 500, 0.2))
        connection = await aiormq.connect(rabbit.url)
        side = await connection.channel()
        await until(lambda: _longer(side, queue_of(channel), 1000))
        rabbit.kill()
        assert not relaying.done()
        await asyncio.to_thread(rabbit.start)
        failures = await relaying
    with suppress(Exception):
        await connection.close()
    connection = await aiormq.connect(rabbit.url)
    await all_of(await connection.channel(), queue_of(channel), came)
    await until(lambda: len({identity for _, identity in came}) == len(messages))
    await connection.close()
    assert failures
    assert complete(came, messages)
    assert_only_neighbours_repeat(came)


async def _longer(side: AbstractChannel, queue: str, than: int) -> bool:
    return await length(side, queue) > than


async def test_a_blocked_broker_is_awaited_without_work(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.publish([message(0, channel=channel)])
        await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "absolute", "1")
        try:
            blocked = asyncio.create_task(publisher.publish([message(position, 9, channel) for position in (1, 2)]))
            done, _ = await asyncio.wait([blocked], timeout=0.5)
            assert not done
        finally:
            await asyncio.to_thread(rabbit.control, "set_vm_memory_high_watermark", "0.8")
        await asyncio.wait_for(blocked, SECONDS)
    assert await length(side, queue_of(channel)) == 3


async def test_a_queue_that_is_deleted_is_made_again(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    messages = [message(position, 3, channel) for position in range(10)]
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.publish(messages[:1])
        await side.queue_delete(queue_of(channel))
        failures = await relay(publisher, messages[1:])
    (told,) = failures
    assert told.startswith("RabbitMQ has no queue for event-")
    assert told.endswith(f": nothing is bound to {channel}")
    assert await length(side, queue_of(channel)) == 9


async def test_an_exchange_that_is_deleted_is_made_again(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    messages = [message(position, 3, channel) for position in range(10)]
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.publish(messages[:1])
        await side.exchange_delete(channel)
        assert await relay(publisher, messages[1:])
    assert await length(side, queue_of(channel)) == 10


async def test_an_exchange_of_another_kind_is_told(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    await side.exchange_declare(channel, exchange_type="fanout")
    async with publishing(rabbit.url, channel) as publisher:
        with pytest.raises(PublishError, match=r"RabbitMQ refuses: .*PRECONDITION_FAILED.*'type'"):
            await publisher.connect()
        with pytest.raises(PublishError, match=r"RabbitMQ refuses: .*PRECONDITION_FAILED") as caught:
            await publisher.publish([message(0, channel=channel)])
        assert caught.value.acknowledged == 0
    async with publishing(rabbit.url) as publisher:
        await publisher.connect()
        with pytest.raises(PublishError, match=r"RabbitMQ refuses: .*PRECONDITION_FAILED"):
            await publisher.publish([message(0, channel=channel)])


async def test_a_channel_that_no_exchange_can_be_named_like_is_told(rabbit: Rabbit) -> None:
    async with publishing(rabbit.url, "user/{id}/events") as publisher:
        with pytest.raises(PublishError, match=r"named like the channel 'user/\{id\}/events'"):
            await publisher.connect()


async def test_an_id_of_any_length_is_published(rabbit: Rabbit, side: AbstractChannel, channel: str) -> None:
    identity = "ü" * 255
    sent = message(0, channel=channel)
    async with publishing(rabbit.url, channel) as publisher:
        await publisher.publish([replace(sent, id=identity, headers={**sent.headers, "ce-id": identity})])
    properties = (await side.basic_get(queue_of(channel))).header.properties
    assert (properties.headers or {})["ce-id"] == identity


async def test_a_wrong_password_is_told_without_it(rabbit: Rabbit) -> None:
    async with publishing(f"amqp://guest:not-the-one@127.0.0.1:{rabbit.port}/", "order_events") as publisher:
        with pytest.raises(PublishError) as caught:
            await publisher.connect()
        assert str(caught.value) == "RabbitMQ refuses the user, the password or the virtual host of the URL"
        assert "not-the-one" not in repr(publisher)


async def test_a_broker_that_is_not_there_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with publishing(f"amqp://guest:not-the-one@127.0.0.1:{free_port()}/") as publisher:
        with pytest.raises(PublishError, match=r"no connection to RabbitMQ \(AMQPConnectionError\)"):
            await publisher.publish([message(0)])
    assert caplog.text == ""


async def test_publishing_can_be_ended_while_it_waits(rabbit: Rabbit, channel: str) -> None:
    async with proxy(rabbit.port) as way, publishing(f"amqp://guest:guest@127.0.0.1:{way.port}/", channel) as publisher:
        await publisher.connect()
        task = asyncio.create_task(publisher.publish([message(position, 900, channel) for position in range(900)]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
