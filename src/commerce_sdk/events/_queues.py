"""RabbitMQ queues as a broker: one connection with its channels a session."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelClosed,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ProbableAuthenticationError,
)

from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk.events._dead_letter import DeadLetter, Delivery

_PASSING: Final = (AMQPError, ChannelInvalidStateError, OSError)
_CONNECT_TIMEOUT: Final = 10.0


class Queues:
    """Queues with the exchanges to bind them to, None where they exist; lives as long as its consumer."""

    def __init__(self, url: str, bindings: Mapping[str, str | None], prefetch: int) -> None:
        address = urlsplit(url)
        if address.scheme not in {"amqp", "amqps"} or not address.hostname:
            raise ValueError("url is no address of RabbitMQ, such as amqp://user:password@localhost:5672/")
        if not bindings:
            raise ValueError("queues is empty: name at least one queue")
        if prefetch < 1:
            raise ValueError(f"prefetch is {prefetch}, so that nothing would come: give 1 or more")
        self._url = url
        self._bindings = bindings
        self._prefetch = prefetch
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._incoming: asyncio.Queue[Delivery | None] = asyncio.Queue()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        """A connection that consumes from all queues; what it did not acknowledge goes back to them at its end."""
        try:
            connection = await aio_pika.connect(self._url, timeout=_CONNECT_TIMEOUT)
        except (AuthenticationError, ProbableAuthenticationError):
            raise ConnectionFailedError(
                "RabbitMQ refuses the user or the virtual host: check both, and the password, in the URL", sent=False
            ) from None
        async with connection:
            try:
                await self._consume(connection)
            except ChannelClosed as error:
                raise ConnectionFailedError(f"RabbitMQ refuses to serve this consumer: {error}", sent=False) from None
            yield

    async def next(self) -> Delivery:
        """Wait for the next message of any queue."""
        delivery = await self._incoming.get()
        # What still waits here when the connection ends is delivered once more, so it is not handled now.
        if delivery is None or self._channel is None or self._channel.is_closed:
            raise ConnectionError("the connection or a queue was closed")
        return delivery

    async def acknowledge(self, delivery: Delivery) -> None:
        """Acknowledge a message; if its connection is gone, it will be delivered once more."""
        await delivery.receipt.ack()

    async def put_aside(self, letter: DeadLetter, target: str) -> None:
        """Publish the message to another queue, with headers that say why; RabbitMQ confirms that it is safe there."""
        if self._connection is None or self._channel is None:
            raise RuntimeError("a message is put aside within its session")
        if not await _exists(self._connection, target):
            await self._channel.declare_queue(target, durable=True)
        message = aio_pika.Message(
            letter.message,
            headers={**(letter.headers or {}), **letter.notes()},
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self._channel.default_exchange.publish(message, routing_key=target)

    def is_passing(self, error: Exception) -> bool:
        """Whether the broker is away, or closed the connection or a queue."""
        return isinstance(error, _PASSING)

    async def close(self) -> None:
        """Every session closes what it has."""

    async def _consume(self, connection: AbstractConnection) -> None:
        incoming: asyncio.Queue[Delivery | None] = asyncio.Queue()

        def ended(*_: object) -> None:
            incoming.put_nowait(None)

        for queue, exchange in self._bindings.items():
            await _have(connection, queue, exchange)
        # A dead letter that no queue takes must not look safe: on_return_raises.
        channel = await connection.channel(on_return_raises=True)
        channel.close_callbacks.add(ended)
        (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(ended)
        await channel.set_qos(prefetch_count=self._prefetch)
        self._connection, self._channel, self._incoming = connection, channel, incoming
        for queue in self._bindings:
            await (await channel.get_queue(queue, ensure=False)).consume(partial(_receive, incoming, queue))


async def _receive(incoming: "asyncio.Queue[Delivery | None]", queue: str, message: AbstractIncomingMessage) -> None:
    incoming.put_nowait(Delivery(queue, message.body, message.headers, message))


async def _exists(connection: AbstractConnection, queue: str) -> bool:
    """Whether there is such a queue; asked on a channel of its own, for the answer no closes it."""
    try:
        async with connection.channel() as channel:
            await channel.declare_queue(queue, passive=True)
    except ChannelNotFoundEntity:
        return False
    return True


async def _have(connection: AbstractConnection, queue: str, exchange: str | None) -> None:
    """Have a queue, bound to an exchange if one is named: then what does not exist is made."""
    exists = await _exists(connection, queue)
    if exchange is None:
        if not exists:
            raise ConnectionFailedError(
                f"RabbitMQ has no queue `{queue}`: declare it, or have it made by giving `queues` as a dict that leads"
                " from queues to the exchanges to bind them to",
                sent=False,
            )
        return
    async with connection.channel() as channel:
        source = await channel.declare_exchange(exchange, aio_pika.ExchangeType.TOPIC, durable=True)
        if not exists:
            await channel.declare_queue(queue, durable=True)
        await (await channel.get_queue(queue, ensure=False)).bind(source, "#")
