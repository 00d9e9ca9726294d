"""Events of real services from RabbitMQ, through a queue of the mock's own."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any, Final

from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage

from commerce_mock.transports.inward import INSTANCE, Bridge, Incoming, pause, text
from commerce_mock.transports.rabbitmq_connection import (
    CONNECT,
    LOST,
    close,
    connect,
    have_exchange,
    have_queue,
    told,
)

PREFETCH: Final = 200  # messages
_TOGETHER: Final = 50  # messages that are acknowledged at once
_NO_TYPE: Final = "/"  # no event is named so
_WEEK: Final = 7 * 24 * 3600 * 1000  # milliseconds

log = logging.getLogger("commerce_mock")


class RabbitSubscriber:
    """The exchanges `channels` of one RabbitMQ; lives as long as the relay, through all connections.

    What comes goes to the durable queue `commerce-mock-<instance>`, so what comes while the mock is away is there when
    it starts again. RabbitMQ removes it by itself once nobody has read it for a week. What the mock published itself
    RabbitMQ leaves out: to receive all of that would cost more than to publish it.
    """

    def __init__(self, url: str, channels: Collection[str], bridge: Bridge) -> None:
        self._url = url
        self._channels = tuple(channels)
        self._bridge = bridge
        self._queue = f"commerce-mock-{bridge.instance}"

    async def run(self) -> None:
        """Bring events in until cancelled."""
        failures = 0
        while True:
            connection = None
            try:
                connection = await connect(self._url)
                channel, waiting = await self._consume(connection)
                if failures:
                    log.warning("Events come in from RabbitMQ again.")
                failures = 0
                await self._read(channel, waiting)
            except LOST as error:
                failures += 1
                if failures == 1:
                    log.warning("No events come in: %s; it is tried again.", told(error))
            finally:
                await close(connection)
            await asyncio.sleep(pause(failures))

    async def _consume(
        self, connection: AbstractConnection
    ) -> tuple[AbstractChannel, "asyncio.Queue[DeliveredMessage | None]"]:
        """Have the queue, and its messages come; None comes where no more will."""
        waiting: asyncio.Queue[DeliveredMessage | None] = asyncio.Queue()

        async def receive(message: DeliveredMessage) -> None:
            waiting.put_nowait(message)

        def ended(*_: object) -> None:
            waiting.put_nowait(None)

        async with asyncio.timeout(CONNECT):
            channel = await connection.channel(publisher_confirms=False)
            await have_queue(connection, channel, self._queue, {"x-expires": _WEEK})
            await self._have_sieve(channel)
            for name in self._channels:
                await have_exchange(channel, name)
                await channel.exchange_bind(destination=self._queue, source=name, routing_key="#")
            channel.closing.add_done_callback(ended)
            channel.on_consumer_cancel_callbacks.add(ended)
            await channel.basic_qos(prefetch_count=PREFETCH)
            await channel.basic_consume(self._queue, receive)
        return channel, waiting

    async def _have_sieve(self, channel: AbstractChannel) -> None:
        """Have an exchange that leads to the queue what is not the mock's own.

        Nothing in AMQP says "has not this header". But what no binding of an exchange takes goes to its alternate one:
        a binding takes the mock's own, to where they end. Each exchange is deleted with its last binding, so all of
        them when the queue is.
        """
        sieve, others, own = self._queue, f"{self._queue}.others", f"{self._queue}.own"
        for name, kind in ((others, "fanout"), (own, "direct")):
            await channel.exchange_declare(name, exchange_type=kind, durable=True, auto_delete=True, internal=True)
            await channel.queue_bind(self._queue, name, _NO_TYPE)
        alternate: dict[str, Any] = {"alternate-exchange": others}
        await channel.exchange_declare(
            sieve, exchange_type="headers", durable=True, auto_delete=True, internal=True, arguments=alternate
        )
        its_own: dict[str, Any] = {"x-match": "all", INSTANCE: self._bridge.instance}
        await channel.exchange_bind(destination=own, source=sieve, arguments=its_own)

    async def _read(self, channel: AbstractChannel, waiting: "asyncio.Queue[DeliveredMessage | None]") -> None:
        unacknowledged = 0
        while (message := await waiting.get()) is not None:
            await self._take(message)
            unacknowledged += 1
            if unacknowledged >= _TOGETHER or waiting.empty():
                async with asyncio.timeout(CONNECT):  # once the connection is broken, the library may wait for ever
                    await channel.basic_ack(_delivery(message).delivery_tag, multiple=True, wait=False)
                unacknowledged = 0
        raise ConnectionError

    async def _take(self, message: DeliveredMessage) -> None:
        properties = message.header.properties
        headers = {name.lower(): text(value) for name, value in (properties.headers or {}).items() if value is not None}
        if not self._bridge.is_own(headers):
            # The exchange tells more than the queue, which is the same for all.
            place = str(_delivery(message).exchange or self._queue)
            await self._bridge.take(Incoming(place, headers, message.body, properties.message_id))


def _delivery(message: DeliveredMessage) -> Any:
    """How a message came: what is consumed is a `Deliver` always, which its type does not say."""
    return message.delivery
