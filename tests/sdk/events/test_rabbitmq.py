"""RabbitConsumer against a real node."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aio_pika
import pytest

from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk.events import DeadLetter
from commerce_sdk.events.rabbitmq import RabbitConsumer
from harness import parcels
from harness.brokers import Rabbit, proxy
from harness.events import SECONDS, Watched, body, headers, running, until

pytestmark = pytest.mark.anyio


class Side:
    """The publisher's side of one queue, which is bound to an exchange of the same name."""

    def __init__(self, channel: Any, queue: str) -> None:
        self.channel = channel
        self.queue = queue
        self.bindings = {queue: f"{queue}_events"}

    async def publish(self, *numbers: int) -> None:
        exchange = await self.channel.declare_exchange(self.bindings[self.queue], "topic", durable=True)
        for number in numbers:
            message = aio_pika.Message(body(number), headers=dict(headers(number)), delivery_mode=2)
            await exchange.publish(message, "parcel_sent")

    async def declare(self) -> None:
        """What the consumer declares too, before it does."""
        exchange = await self.channel.declare_exchange(self.bindings[self.queue], "topic", durable=True)
        queue = await self.channel.declare_queue(self.queue, durable=True)
        await queue.bind(exchange, "#")

    async def left(self, queue: str) -> int:
        """How many messages wait in a queue."""
        return int((await self.channel.declare_queue(queue, passive=True)).declaration_result.message_count)

    async def dead(self, queue: str) -> Any:
        """A message from a queue of dead letters."""
        return await (await self.channel.get_queue(queue, ensure=False)).get(timeout=SECONDS)


@pytest.fixture
async def side(rabbit: Rabbit, request: pytest.FixtureRequest) -> AsyncIterator[Side]:
    async with await aio_pika.connect(rabbit.url) as connection:
        one = Side(await connection.channel(), str(request.node.name))
        await one.declare()
        yield one


def consumer(url: str, queues: Any, handlers: Any, **settings: Any) -> RabbitConsumer[Any]:
    return RabbitConsumer(url, queues, handlers, **{"retry_delay": 0, "parse": parcels.parse, **settings})


async def test_events_come_in_order_and_are_acknowledged(rabbit: Rabbit, side: Side) -> None:
    await side.publish(0, 1, 2)
    watched = Watched()
    async with running(consumer(rabbit.url, side.queue, watched)):
        assert await watched.parcels(3) == ["parcel-0", "parcel-1", "parcel-2"]
        await side.publish(3)
        event = await watched.called()
    assert (event.metadata.id, str(event.data.postage)) == ("event-3", "4.9")
    assert await side.left(side.queue) == 0


async def test_a_queue_that_does_not_exist_is_made_and_bound(rabbit: Rabbit, side: Side) -> None:
    await side.channel.queue_delete(side.queue)
    await side.channel.exchange_delete(side.bindings[side.queue])
    watched = Watched()
    async with running(consumer(rabbit.url, side.bindings, watched, dead_letters=print)):
        await until_declared(rabbit, side)
        await side.publish(0)
        assert await watched.parcels(1) == ["parcel-0"]


async def until_declared(rabbit: Rabbit, side: Side) -> None:
    """Wait until there is the queue."""
    async with await aio_pika.connect(rabbit.url) as connection:
        while True:
            channel = await connection.channel()
            try:
                queue = await channel.declare_queue(side.queue, passive=True)
            except aio_pika.exceptions.ChannelNotFoundEntity:
                continue
            if queue.declaration_result.consumer_count:
                return
            await channel.close()


async def test_a_queue_that_does_not_exist_and_has_no_exchange_is_told(rabbit: Rabbit) -> None:
    with pytest.raises(ConnectionFailedError, match="RabbitMQ has no queue `nowhere`: declare it, or"):
        await consumer(rabbit.url, ["nowhere"], Watched()).run()


async def test_an_exchange_of_another_kind_is_told(rabbit: Rabbit, side: Side) -> None:
    await side.channel.declare_exchange("fanned-out", "fanout", durable=True)
    with pytest.raises(ConnectionFailedError, match="RabbitMQ refuses to serve this consumer: PRECONDITION_FAILED"):
        await consumer(rabbit.url, {side.queue: "fanned-out"}, Watched()).run()


async def test_two_consumers_share_a_queue(rabbit: Rabbit, side: Side) -> None:
    first, second = Watched(), Watched()
    first.gate.clear()
    second.gate.clear()
    one, two = (consumer(rabbit.url, side.bindings, watched, prefetch=1) for watched in (first, second))
    async with running(one, two):
        await side.publish(*range(6))
        await first.called()
        await second.called()
        second.calls = first.calls
        first.gate.set()
        second.gate.set()
        await first.parcels(4)
    assert first.handled
    assert second.handled
    assert sorted(first.handled + second.handled) == [f"parcel-{number}" for number in range(6)]
    assert await side.left(side.queue) == 0


async def test_what_is_no_event_is_put_aside_and_the_next_comes(rabbit: Rabbit, side: Side) -> None:
    await side.channel.default_exchange.publish(aio_pika.Message(b"{", headers={"own": 1}), side.queue)
    await side.publish(1)
    watched = Watched()
    async with running(consumer(rabbit.url, side.queue, watched)):
        assert await watched.parcels(1) == ["parcel-1"]
    letter = await side.dead(f"{side.queue}.dead")
    assert (letter.body, letter.delivery_mode) == (b"{", 2)
    assert letter.headers == {
        "own": 1,
        "dead-letter-channel": side.queue,
        "dead-letter-reason": "This message is no event: its message is not JSON (character 1).",
        "dead-letter-attempts": "1",
    }
    assert await side.left(side.queue) == 0


async def test_a_handler_that_fails_is_called_again_and_then_its_event_is_put_aside(rabbit: Rabbit, side: Side) -> None:
    await side.publish(0, 1)
    watched = Watched(lambda event: KeyError(event.parcel_id) if event.parcel_id == "parcel-0" else None)
    graves = f"{side.queue}-graves"
    await side.channel.declare_queue(graves, arguments={"x-max-length": 10})  # not as the consumer would declare it
    async with running(consumer(rabbit.url, side.queue, watched, attempts=3, dead_letters=graves)):
        assert await watched.parcels(4) == ["parcel-0"] * 3 + ["parcel-1"]
    letter = await side.dead(graves)
    assert letter.headers["dead-letter-reason"] == "its handler failed 3 times, last with KeyError"
    assert parcels.parse(letter.body, letter.headers).metadata.id == "event-0"


async def test_dead_letters_can_go_to_a_function(rabbit: Rabbit, side: Side) -> None:
    await side.channel.default_exchange.publish(aio_pika.Message(b"[]"), side.queue)
    letters: list[DeadLetter] = []

    async def keep(letter: DeadLetter) -> None:
        letters.append(letter)

    async with running(consumer(rabbit.url, side.queue, Watched(), dead_letters=keep)):
        await until(lambda: bool(letters))
    assert (letters[0].message, letters[0].channel) == (b"[]", side.queue)
    assert await side.left(side.queue) == 0


async def test_stopping_gives_back_what_was_not_handled(rabbit: Rabbit, side: Side) -> None:
    await side.publish(0, 1, 2)
    failing, watched = Watched(lambda event: KeyError() if event.parcel_id == "parcel-1" else None), Watched()
    async with running(consumer(rabbit.url, side.queue, failing, retry_delay=3600)):
        assert await failing.parcels(2) == ["parcel-0", "parcel-1"]
    async with running(consumer(rabbit.url, side.queue, watched)):
        assert await watched.parcels(2) == ["parcel-1", "parcel-2"]


async def test_a_connection_that_breaks_is_made_again(rabbit: Rabbit, side: Side) -> None:
    await side.publish(0, 1)
    watched = Watched()
    watched.gate.clear()
    async with proxy(rabbit.port) as way:
        url = f"amqp://guest:guest@127.0.0.1:{way.port}/"
        async with running(consumer(url, side.queue, watched)):
            assert await watched.parcels(1) == ["parcel-0"]
            way.cut()
            async with asyncio.timeout(SECONDS):
                while await side.left(side.queue) < 2:
                    """RabbitMQ has not noticed yet."""
            watched.gate.set()
            # The first cannot be acknowledged any more, so it comes again; what was waiting here comes once.
            assert await watched.parcels(2) == ["parcel-0", "parcel-1"]
    assert watched.handled == ["parcel-0", "parcel-0", "parcel-1"]
    assert await side.left(side.queue) == 0


async def test_a_queue_that_is_deleted_is_made_again(rabbit: Rabbit, side: Side) -> None:
    watched = Watched()
    async with running(consumer(rabbit.url, side.bindings, watched)):
        await until_declared(rabbit, side)
        await side.channel.queue_delete(side.queue)
        await until_declared(rabbit, side)
        await side.publish(0)
        assert await watched.parcels(1) == ["parcel-0"]


async def test_a_wrong_password_is_told_at_once(rabbit: Rabbit) -> None:
    url = rabbit.url.replace("guest:guest", "guest:wr0ng")
    with pytest.raises(ConnectionFailedError, match="RabbitMQ refuses the user") as raised:
        await consumer(url, ["parcels"], Watched()).run()
    assert "wr0ng" not in str(raised.value)


async def test_a_node_that_restarts_is_awaited(rabbit: Rabbit, side: Side) -> None:
    watched = Watched()
    async with running(consumer(rabbit.url, side.bindings, watched)):
        await side.publish(0)
        assert await watched.parcels(1) == ["parcel-0"]
        await side.channel.close()
        rabbit.stop()
        rabbit.start()
        async with await aio_pika.connect(rabbit.url) as connection:
            await Side(await connection.channel(), side.queue).publish(1)
        assert await watched.parcels(1) == ["parcel-1"]


@pytest.mark.parametrize("url", ["localhost", "localhost:5672", "http://localhost", "amqp://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="url is no address of RabbitMQ, such as amqp://"):
        consumer(url, "parcels", Watched())


@pytest.mark.parametrize(
    ("queues", "settings", "wrong"), [([], {}, "queues is empty"), ("a", {"prefetch": 0}, "prefetch is 0")]
)
def test_settings_that_make_no_sense_are_refused(queues: Any, settings: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        consumer("amqp://localhost", queues, Watched(), **settings)
