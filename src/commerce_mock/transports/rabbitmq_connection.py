"""Connections to RabbitMQ, and what publisher and subscriber both need there: exchanges, queues, plain words."""

import asyncio
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection
from yarl import URL

CONNECT: Final = 10.0  # seconds for a connection and all that is declared on it
CLOSE: Final = 2.0  # seconds; a broker that is blocked does not answer a goodbye
# A broker that says nothing for three of these is gone. One that is short of memory goes on saying that it lives.
HEARTBEAT: Final = "10"  # seconds
LOST: Final = (aiormq.AMQPError, OSError, TimeoutError, RuntimeError)
_USER: Final = re.compile(r" (?:refused )?for user '[^']*'")

# What is wrong is told by whoever uses this; the library's own lines would repeat payloads.
logging.getLogger("aiormq").setLevel(logging.CRITICAL)


class UnnamableError(aiormq.AMQPError):
    """RabbitMQ has no exchange, or no queue, by the name of a channel."""


async def connect(url: str) -> AbstractConnection:
    """A new connection. Raises what is in `LOST`."""
    address = URL(url)
    if "heartbeat" not in address.query:
        address = address.update_query(heartbeat=HEARTBEAT)
    async with asyncio.timeout(CONNECT):
        connection: AbstractConnection = await aiormq.connect(address)
    return connection


async def close(connection: AbstractConnection | None) -> None:
    """Say goodbye, and leave without it where it is not heard."""
    if connection is not None:
        with suppress(*LOST):
            await asyncio.wait_for(connection.close(), CLOSE)


async def have_exchange(channel: AbstractChannel, name: str) -> None:
    """Have the durable topic exchange of a channel of events. Raises UnnamableError."""
    try:
        await channel.exchange_declare(name, exchange_type="topic", durable=True)
    except ValueError:  # of the library, before it asks the broker
        raise UnnamableError(name) from None


async def have_queue(
    connection: AbstractConnection, channel: AbstractChannel, name: str, arguments: Mapping[str, Any] | None = None
) -> None:
    """Have a durable queue. One that exists is taken as it is: its limits and its kind are its owner's decision."""
    probe = await connection.channel()  # the answer no closes the channel on which it was asked
    try:
        await probe.queue_declare(name, passive=True)
    except aiormq.ChannelNotFoundEntity:
        await channel.queue_declare(name, durable=True, arguments=dict(arguments or {}))
    else:
        await probe.close()


def told(error: BaseException) -> str:
    """What went wrong, for a person to read; without what a URL keeps secret."""
    if isinstance(error, UnnamableError):
        return f"RabbitMQ can have no exchange that is named like the channel {error.args[0]!r}"
    if isinstance(error, aiormq.AuthenticationError | aiormq.ProbableAuthenticationError):
        return "RabbitMQ refuses the user, the password or the virtual host of the URL"
    if isinstance(error, TimeoutError):
        return "RabbitMQ does not answer"
    if isinstance(error, aiormq.AMQPChannelError) and error.args:
        return f"RabbitMQ refuses: {_USER.sub('', str(error.args[-1]))}"
    return f"no connection to RabbitMQ ({type(error).__name__})"
