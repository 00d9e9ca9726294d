"""The tap on RabbitMQ, with a real broker: a queue of its own, which ends with it."""

import asyncio
import json
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import aio_pika
import pytest

from commerce_conformance.tap import Tap, TappedEvent, tap
from commerce_conformance.unreachable import UnreachableError
from harness.brokers import Rabbit, free_port, rabbitmq
from harness.platform import contract

PAYLOAD = {"event_type": "order_confirmed", "order_id": "7", "data": {}}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    with rabbitmq(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture
def listening(broker: Rabbit) -> Iterator[Tap]:
    listening = tap(broker.url, contract())
    listening.start()
    yield listening
    listening.close()


def with_channel(broker: Rabbit, work: Callable[[Any], Any]) -> Any:
    async def run() -> Any:
        async with await aio_pika.connect(broker.url) as connection:
            return await work(await connection.channel())

    return asyncio.run(run())


def publish(broker: Rabbit, exchange: str, body: bytes, **headers: str) -> None:
    async def send(channel: Any) -> None:
        there = await channel.get_exchange(exchange, ensure=True)  # the tap has made it, if nobody had
        await there.publish(aio_pika.Message(body, headers={**headers}), routing_key="order_confirmed")

    with_channel(broker, send)


def heard(listening: Tap, number: int) -> list[TappedEvent]:
    deadline = monotonic() + 5
    while len(events := listening.events()) < number and monotonic() < deadline:
        sleep(0.005)
    return events


def test_what_is_published_is_heard_on_its_channel(broker: Rabbit, listening: Tap) -> None:
    publish(broker, "order_events", json.dumps(PAYLOAD).encode(), **{"ce-id": "event-1", "correlation-id": "r-1"})
    publish(broker, "user_events", b"no JSON")
    first, second = sorted(heard(listening, 2), key=lambda event: event.channel)
    assert (first.type, first.channel, first.payload) == ("order_confirmed", "order_events", PAYLOAD)
    assert first.headers == {"ce-id": "event-1", "correlation-id": "r-1"}
    assert (second.type, second.channel, second.payload, second.says("data")) == ("", "user_events", "no JSON", None)


def test_exchanges_that_are_there_are_taken_as_they_are_and_no_queue_is_left(broker: Rabbit, listening: Tap) -> None:
    again = tap(broker.url, contract())
    again.start()
    publish(broker, "payment_events", b"{}")
    assert len(heard(again, 1)) == len(heard(listening, 1)) == 1
    again.close()
    again.close()
    with pytest.raises(UnreachableError, match="the connection is closed"):
        again.events()


def test_a_broker_that_is_not_there_is_said_without_the_password() -> None:
    lost = tap(f"amqp://somebody:secret-7@127.0.0.1:{free_port()}/", contract())
    with pytest.raises(UnreachableError, match="cannot be listened to") as said:
        lost.start()
    assert "secret-7" not in str(said.value)


def test_a_wrong_password_is_said(broker: Rabbit) -> None:
    with pytest.raises(UnreachableError, match="cannot be listened to"):
        tap(broker.url.replace("guest:guest", "guest:wrong"), contract()).start()
