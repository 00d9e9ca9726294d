"""Events from RabbitMQ, through a queue of the run's own that ends with it."""

import asyncio
import json
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

import aio_pika
import httpx
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import AMQPError, ChannelClosed

from commerce_conformance.tap.tapped import Tap
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Channel, Contract

_TIMEOUT: Final = 10.0  # seconds
# What connecting and declaring raise where there is no broker, it wants another password, or an exchange is another.
_FAILURES: Final = (AMQPError, OSError, TimeoutError, RuntimeError, ValueError)


class RabbitTap(Tap):
    """A thread with a queue that is bound to each channel's exchange; lives as long as a run.

    An exchange that is not there yet is made as the contract declares it, since a binding needs one, and stays.
    """

    def __init__(self, url: str, name: str, contract: Contract) -> None:
        super().__init__(name)
        self._url = url
        self._channels = contract.channels
        self._addresses: dict[str, str] = {}  # of channels, by exchange
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tap on RabbitMQ", daemon=True)
        self._connection: AbstractConnection | None = None

    def start(self) -> None:
        """Bind a queue to every exchange, and take what comes. Raises UnreachableError."""
        self._thread.start()
        try:
            self._do(self._listen())
        except _FAILURES as error:
            self.close()
            raise self._gone(type(error).__name__) from None

    def pull(self) -> None:
        """Nothing to fetch: what comes is put down at once."""
        if self._connection is None or self._connection.is_closed:
            raise self._gone("the connection is closed")

    def close(self) -> None:
        """End the queue, the connection and the thread."""
        connection, self._connection = self._connection, None
        if not self._thread.is_alive():
            return
        if connection is not None:
            with suppress(*_FAILURES):  # it ends with the broker too
                self._do(connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Have the thread do something, and wait for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * _TIMEOUT)

    async def _listen(self) -> None:
        self._connection = await aio_pika.connect(self._url, timeout=_TIMEOUT)
        channel = await self._connection.channel()
        queue: AbstractQueue = await channel.declare_queue(exclusive=True, auto_delete=True)
        for each in self._channels:
            name = await self._exchange(self._connection, each)
            await queue.bind(name, "#")
        await queue.consume(self._take, no_ack=True, exclusive=True)

    async def _exchange(self, connection: AbstractConnection, each: Channel) -> str:
        """The exchange of a channel, there from now on; its name."""
        binding = each.bindings.get("amqp", {})
        declared = binding.get("exchange", {}) if isinstance(binding, dict) else {}
        name: str = declared.get("name") or each.address
        asked: AbstractChannel = await connection.channel()  # of its own: where there is none, the broker closes it
        try:
            await asked.get_exchange(name, ensure=True)
        except ChannelClosed:
            made: AbstractChannel = await connection.channel()
            await made.declare_exchange(
                name, declared.get("type", "topic"), durable=declared.get("durable", True),
                auto_delete=declared.get("autoDelete", False),
            )  # fmt: skip
            await made.close()
        else:
            await asked.close()
        self._addresses[name] = each.address
        return name

    async def _take(self, message: AbstractIncomingMessage) -> None:
        try:
            payload: Any = json.loads(message.body)
        except ValueError:
            payload = message.body.decode("utf-8", "replace")
        headers = [(str(name), str(value)) for name, value in message.headers.items()]
        exchange = message.exchange or ""
        self.keep(self._addresses.get(exchange, exchange), payload, headers)

    def _gone(self, why: str) -> UnreachableError:
        # An error's own words may have what the URL has: only its kind is told.
        return UnreachableError(f"RabbitMQ at {self.name} cannot be listened to: {why}", "look at --events")


def tap(url: str, name: str, contract: Contract, _transport: httpx.BaseTransport | None) -> Tap:
    """The tap."""
    return RabbitTap(url, name, contract)
