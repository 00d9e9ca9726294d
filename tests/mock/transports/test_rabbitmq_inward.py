"""Events of a real service, over RabbitMQ, into a mock of the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiormq
import orjson
import pytest
from aiormq import spec
from aiormq.abc import AbstractChannel

from commerce_mock.events import LOG, from_log
from commerce_mock.transports.rabbitmq import RabbitPublisher
from commerce_mock.transports.rabbitmq_inward import PREFETCH, RabbitSubscriber
from harness.brokers import Rabbit, free_port, proxy
from harness.hybrid import CHANNELS, INSTANCE, Emissions, bridged, envelope, paid, running, until
from harness.platform import Platform

pytestmark = pytest.mark.anyio

QUEUE = f"commerce-mock-{INSTANCE}"


class Payments:
    """A real payment service, as the bus sees it."""

    def __init__(self, channel: AbstractChannel) -> None:
        self.channel = channel

    async def say(self, payload: Any, headers: Any, message_id: str | None = None) -> None:
        body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        properties = spec.Basic.Properties(headers=headers, message_id=message_id, delivery_mode=2)
        await self.channel.basic_publish(
            body, exchange="payment_events", routing_key="payment_completed", properties=properties
        )

    async def waiting(self) -> int:
        """How many messages wait in the mock's queue."""
        return int((await self.channel.queue_declare(QUEUE, passive=True)).message_count or 0)

    async def consumers(self) -> int:
        return int((await self.channel.queue_declare(QUEUE, passive=True)).consumer_count or 0)


@pytest.fixture
async def payments(rabbit: Rabbit) -> AsyncIterator[Payments]:
    connection = await aiormq.connect(rabbit.url)
    channel = await connection.channel()
    await channel.queue_delete(QUEUE)
    yield Payments(channel)
    await connection.close()


@pytest.fixture
def platform() -> Platform:
    return Platform(judged=False)


@asynccontextmanager
async def hybrid(url: str, platform: Platform, payments: Payments, *failures: int | None) -> AsyncIterator[Any]:
    """A mock that hears of what comes over RabbitMQ."""
    async with bridged(platform, *failures) as (bridge, _):
        subscriber = RabbitSubscriber(url, CHANNELS, bridge)
        assert "guest" not in repr(subscriber)
        async with running(subscriber):
            await until(lambda: _consuming(payments))
            yield bridge


async def _consuming(payments: Payments) -> bool:
    try:
        return await payments.consumers() == 1
    except aiormq.ChannelNotFoundEntity:
        payments.channel = await payments.channel.connection.channel()
        return False


def status(platform: Platform, payload: dict[str, Any]) -> str:
    return str(platform.read_order(payload["order_id"])["status"])


async def test_a_real_payment_confirms_an_order_of_the_mock(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    outbox = platform.world.outbox = Emissions()
    publisher = RabbitPublisher(rabbit.url, CHANNELS)
    payload = paid(platform, platform.register())
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await payments.say(payload, envelope("real-1"))
        await until(lambda: status(platform, payload) == "confirmed")
        told = [message.type for message in outbox.messages]
        assert told == ["user_created", "order_created", "user_verified", "order_confirmed"]
        await publisher.publish(outbox.messages)  # which its own queue is bound to as well
        await payments.say({**payload, "payment_id": "pay-real-2"}, envelope("real-2"))
        await until(lambda: bridge.taken == 2)
        assert bridge.refused == 0
        assert [message.type for message in outbox.messages] == told  # its own events did not come back
        await until(lambda: _is_empty(payments))
    await publisher.close()


async def _is_empty(payments: Payments) -> bool:
    return await payments.waiting() == 0


async def test_an_event_that_comes_again_has_no_second_effect(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await payments.say(payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)
        before = platform.events()
        await payments.say(payload, envelope("real-1"))
        await until(lambda: bridge.taken == 2)
    assert platform.events() == before


async def test_what_came_while_the_mock_was_away_is_there_when_it_is_back(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    member = platform.register()
    payloads = [paid(platform, member) for _ in range(3)]
    async with hybrid(rabbit.url, platform, payments):
        pass
    for number, payload in enumerate(payloads):
        await payments.say(payload, envelope(f"real-{number}"))
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await until(lambda: bridge.taken == 3)
    brought = [event["id"] for event in platform.events() if event["type"] == "payment_completed"]
    assert brought == ["real-0", "real-1", "real-2"]


async def test_nothing_is_acknowledged_before_the_mock_has_answered(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(rabbit.url, platform, payments, *[503] * 1000):
        await payments.say(payload, envelope("real-1"))
        await payments.say(payload, envelope("real-2"))
        await until(lambda: _is_empty(payments))  # they were delivered
    await until(lambda: _has_waiting(payments, 2))  # and are there again
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await until(lambda: bridge.taken == 2)
    assert status(platform, payload) == "confirmed"


async def _has_waiting(payments: Payments, number: int) -> bool:
    return await payments.waiting() == number


async def test_many_come_in_through_breaks_of_the_connection(
    rabbit: Rabbit, platform: Platform, payments: Payments, caplog: pytest.LogCaptureFixture
) -> None:
    member = platform.register()
    payload = paid(platform, member)
    number = 2 * PREFETCH
    async with proxy(rabbit.port) as way:
        url = f"amqp://guest:guest@127.0.0.1:{way.port}/"
        async with hybrid(url, platform, payments) as bridge:
            say = [payments.say({**payload, "payment_id": f"pay-{n}"}, envelope(f"real-{n}")) for n in range(number)]
            await asyncio.gather(*say[: number // 2])
            await until(lambda: bridge.taken > 20)
            way.cut()
            await asyncio.gather(*say[number // 2 :])
            await until(lambda: platform.world.meters.published["payment_completed"] == number)
            await until(lambda: _is_empty(payments))
            assert bridge.refused == 0
    store = platform.world.store.begin()
    log = [from_log(store.entry(LOG, number)) for number in range(store.count(LOG))]
    brought = [event.id for event in log if event.type == "payment_completed"]
    assert brought[: number // 2] == [f"real-{n}" for n in range(number // 2)]
    assert sorted(brought) == sorted(f"real-{n}" for n in range(number))
    assert caplog.messages == [
        "No events come in: no connection to RabbitMQ (ConnectionError); it is tried again.",
        "Events come in from RabbitMQ again.",
    ]


async def test_what_does_not_fit_is_told_and_does_not_come_again(
    rabbit: Rabbit, platform: Platform, payments: Payments, caplog: pytest.LogCaptureFixture
) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await payments.say(b"no JSON", None, "message-7")
        await payments.say({**payload, "order_id": 7}, {"ce-id": bytearray(b"real-0"), "odd": None, "x-death": [1]})
        await payments.say(payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)
        assert bridge.refused == 2
        await until(lambda: _is_empty(payments))
    assert caplog.messages[0] == ("The event message-7, from payment_events, does not come in: its payload is no JSON")
    assert caplog.messages[1].startswith(
        "The event real-0, from payment_events, does not come in: VALIDATION_ERROR: /payload/order_id "
    )


async def test_a_queue_that_is_deleted_is_made_again(rabbit: Rabbit, platform: Platform, payments: Payments) -> None:
    payload = paid(platform, platform.register())
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await payments.channel.queue_delete(QUEUE)
        await until(lambda: _consuming(payments))
        await payments.say(payload, envelope("real-1"))
        await until(lambda: bridge.taken == 1)


async def test_the_queue_goes_by_itself_when_nobody_reads_it_for_a_week(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    async with hybrid(rabbit.url, platform, payments):
        pass
    week: Any = {"x-expires": 7 * 24 * 3600 * 1000}
    await payments.channel.queue_declare(QUEUE, durable=True, arguments=week)  # the same, or it is refused


async def test_the_broker_leaves_out_what_the_mock_published_itself(
    rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    async with hybrid(rabbit.url, platform, payments):
        pass
    payload = paid(platform, platform.register())
    for identity, instance in (("own-1", INSTANCE), ("other-1", "outbox-2"), ("own-2", INSTANCE), ("other-2", None)):
        await payments.say(payload, {**envelope(identity), **({"mock-instance": instance} if instance else {})})
    await until(lambda: _has_waiting(payments, 2))
    async with hybrid(rabbit.url, platform, payments) as bridge:
        await until(lambda: bridge.taken == 2)
    brought = [event["id"] for event in platform.events() if event["type"] == "payment_completed"]
    assert brought == ["other-1", "other-2"]


@pytest.mark.parametrize("exchange", [QUEUE, f"{QUEUE}.others", f"{QUEUE}.own"])
async def test_what_leads_to_the_queue_goes_with_it(
    exchange: str, rabbit: Rabbit, platform: Platform, payments: Payments
) -> None:
    async with hybrid(rabbit.url, platform, payments):
        await payments.channel.exchange_declare(exchange, passive=True)
    await payments.channel.queue_delete(QUEUE)
    with pytest.raises(aiormq.ChannelNotFoundEntity):
        await payments.channel.exchange_declare(exchange, passive=True)


async def test_a_broker_that_is_not_there_yet_is_awaited(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    async with bridged(platform) as (bridge, _):
        subscriber = RabbitSubscriber(f"amqp://guest:not-the-one@127.0.0.1:{free_port()}/", CHANNELS, bridge)
        async with running(subscriber):
            await until(lambda: len(caplog.messages) == 1)
    assert caplog.messages == ["No events come in: no connection to RabbitMQ (AMQPConnectionError); it is tried again."]
