"""Publishing to RabbitMQ: a topic exchange for each channel, each message confirmed, each entity's in order."""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple, cast

import aiormq
from aiormq import spec
from aiormq.abc import AbstractConnection

from commerce_mock.transports.message import Message
from commerce_mock.transports.publisher import PublishError
from commerce_mock.transports.rabbitmq_connection import (
    CONNECT,
    LOST,
    close,
    connect,
    have_exchange,
    have_queue,
    told,
)

WINDOW: Final = 256  # messages that wait for their confirmation at once
PERSISTENT: Final = 2
LONGEST_NAME: Final = 255  # bytes of a message id; a longer one stands in the header alone
EVERYTHING: Final = "#"
NO_CONNECTION: Final = "no connection to RabbitMQ"


def queue_of(channel: str) -> str:
    """The queue that is bound to the exchange of a channel: `user_events` goes to `user.events`."""
    return channel.replace("_", ".")


class _Link(NamedTuple):
    """A connection, with the channel on which messages go; lives until either is closed."""

    connection: AbstractConnection
    channel: aiormq.Channel


class RabbitPublisher:
    """One RabbitMQ, to publish to; lives as long as the relay, through all connections.

    The exchanges and queues of `channels` are declared with each connection, others with their first message.

    Of what has the same key only one message waits for its confirmation at a time, and none is sent before the one
    ahead of it was confirmed: whatever is refused, nothing overtakes. What was confirmed behind a message that was
    refused is remembered, and not sent again. Where the broker is blocked (short of memory or disk), this waits.
    """

    def __init__(self, url: str, channels: Collection[str] = ()) -> None:
        self._url = url
        self._channels = tuple(channels)
        self._link: _Link | None = None
        self._declared: set[str] = set()
        self._confirmed: set[int] = set()  # positions, from the first that is not confirmed on

    def __repr__(self) -> str:
        return f"<RabbitPublisher of {len(self._channels)} channels>"

    async def connect(self) -> None:
        """Have a connection, with exchanges and queues; an earlier one is closed. Raises `PublishError`."""
        await self._joined()

    async def publish(self, batch: Sequence[Message]) -> None:
        """Publish messages, and wait until all are confirmed. Connects where there is no connection.

        Raises `PublishError`.
        """
        link = self._link
        if link is None or link.channel.is_closed:
            link = await self._joined()
        try:
            await self._declare(link, {message.channel for message in batch})
        except LOST as error:
            raise PublishError(told(error)) from None
        waiting: dict[str, list[Message]] = {}
        for message in batch:
            if message.position not in self._confirmed:
                waiting.setdefault(message.key, []).append(message)
        self._settle(batch, await self._work_through(link.channel, list(waiting.values())))

    async def close(self) -> None:
        """Close the connection; what was not confirmed by then is sent again with the next."""
        link, self._link = self._link, None
        self._declared.clear()
        await close(link and link.connection)

    async def _joined(self) -> _Link:
        await self.close()
        connection = None
        try:
            connection = await connect(self._url)
            channel = cast("aiormq.Channel", await connection.channel(on_return_raises=True))
            link = _Link(connection, channel)
            await self._declare(link, self._channels)
        except LOST as error:
            await close(connection)
            raise PublishError(told(error)) from None
        self._link = link
        return link

    async def _declare(self, link: _Link, channels: Collection[str]) -> None:
        for name in channels:
            if name not in self._declared:
                async with asyncio.timeout(CONNECT):
                    await have_exchange(link.channel, name)
                    await have_queue(link.connection, link.channel, queue_of(name))
                    await link.channel.queue_bind(queue_of(name), name, EVERYTHING)
                self._declared.add(name)

    async def _work_through(self, channel: aiormq.Channel, rows: Sequence[list[Message]]) -> str | None:
        """Publish rows of messages beside each other; why one came to a halt."""
        shared = iter(rows)
        work = asyncio.gather(*(self._work(channel, shared) for _ in range(min(WINDOW, len(rows)))))
        # The library leaves those waiting who had something to send when the connection broke.
        closing = channel.closing
        try:
            await asyncio.wait([work, closing], return_when=asyncio.FIRST_COMPLETED)
            return next(filter(None, work.result()), None) if work.done() else NO_CONNECTION
        finally:
            closing.cancel()
            work.cancel()
            await asyncio.wait([work])

    async def _work(self, channel: aiormq.Channel, rows: Iterator[list[Message]]) -> str | None:
        """Publish rows of messages, each in its order, until there are no more; why a row came to a halt."""
        failure = None
        for row in rows:
            for message in row:
                refused = await self._send(channel, message)
                if refused is not None:
                    failure = refused
                    break
                self._confirmed.add(message.position)
        return failure

    async def _send(self, channel: aiormq.Channel, message: Message) -> str | None:
        """Publish one message; None once it is confirmed, else why it was not."""
        try:
            await channel.basic_publish(
                message.payload,
                exchange=message.channel,
                routing_key=message.type,
                mandatory=True,
                wait=False,
                properties=spec.Basic.Properties(
                    content_type="application/json",
                    delivery_mode=PERSISTENT,
                    headers=dict(message.headers),
                    message_id=message.id if len(message.id.encode()) <= LONGEST_NAME else None,
                ),
            )
        except aiormq.PublishError:  # of the two the more special one
            self._declared.discard(message.channel)
            return f"RabbitMQ has no queue for {message.id}: nothing is bound to {message.channel}"
        except aiormq.DeliveryError:
            return f"RabbitMQ refuses {message.id}: a queue that is bound to {message.channel} takes no more"
        except LOST as error:
            return told(error)
        except asyncio.CancelledError:
            # The library cancels who waits for a confirmation when its connection is closed.
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return NO_CONNECTION
        return None

    def _settle(self, batch: Sequence[Message], failure: str | None) -> None:
        acknowledged = 0
        for message in batch:
            if message.position not in self._confirmed:
                break
            acknowledged += 1
        self._confirmed.difference_update(message.position for message in batch[:acknowledged])
        if acknowledged < len(batch):
            raise PublishError(failure or NO_CONNECTION, acknowledged)
