"""Publishing to Redis Streams: a stream for each channel, each batch as a whole or not at all."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from redis import exceptions
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from commerce_mock.transports.message import Message
from commerce_mock.transports.publisher import PublishError

TIMEOUT: Final = 10.0  # seconds after which a server that says nothing is gone
POSITION: Final = "mock-position"
INSTANCE: Final = "mock-instance"
_MULTI, _EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"
_TAIL: Final = 200  # entries of a stream that are looked through at once for the last one of ours
_FURTHEST: Final = 20_000
_LOST: Final = (exceptions.RedisError, OSError, TimeoutError)


class RedisPublisher:
    """One Redis, to publish to; lives as long as the relay, through all connections.

    A batch is one transaction: where memory is short, none of it is added. Each entry says its position in the outbox,
    so that after a lost connection the streams tell what had arrived; that is not sent again.
    """

    def __init__(self, url: str, instance: str) -> None:
        self._instance = instance
        self._name = f"commerce-mock-{instance}"
        # Without timeouts and retries of the client's own: a batch that it sent twice would be there twice.
        self._pool: Any = ConnectionPool.from_url(url, protocol=2, decode_responses=True, retry=Retry(NoBackoff(), 0))
        self._connection: Any = None
        self._arrived: dict[str, int] = {}  # by stream, the last position that it had when it was looked at

    def __repr__(self) -> str:
        return f"<RedisPublisher of {self._instance}>"

    async def connect(self) -> None:
        """Have a connection that answers; an earlier one is closed. Raises `PublishError`."""
        await self.close()
        try:
            self._connection = self._pool.make_connection()
            async with asyncio.timeout(TIMEOUT):
                await self._connection.connect()
                await self._replace()
        except _LOST as error:
            await self.close()
            raise PublishError(told(error)) from None

    async def publish(self, batch: Sequence[Message]) -> None:
        """Add messages to their streams, all at once. Connects where there is no connection. Raises `PublishError`."""
        if self._connection is None:
            await self.connect()
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._add_missing(batch)
        except _LOST as error:
            await self.close()
            raise PublishError(told(error)) from None

    async def close(self) -> None:
        """Close the connection; with the next one the streams are looked at again."""
        connection, self._connection = self._connection, None
        self._arrived.clear()
        if connection is not None:
            await connection.disconnect(nowait=True)

    async def _replace(self) -> None:
        """Be the only connection of this outbox: what an earlier one has sent is carried out before this, or never."""
        try:
            for line in str(await self._command("CLIENT", "LIST")).splitlines():
                told = dict(part.partition("=")[::2] for part in line.split())
                if told.get("name") == self._name:
                    await self._command("CLIENT", "KILL", "ID", told["id"])
            await self._command("CLIENT", "SETNAME", self._name)
        except exceptions.ResponseError:
            await self._command("PING")  # a user who may not do that can still publish

    async def _add_missing(self, batch: Sequence[Message]) -> None:
        """Add what is not there yet, as far as the streams tell."""
        for channel in dict.fromkeys(message.channel for message in batch):
            if channel not in self._arrived:
                self._arrived[channel] = await self._last(channel)
        wanted = [message for message in batch if message.position > self._arrived[message.channel]]
        if wanted:
            await self._add(wanted)

    async def _add(self, messages: Sequence[Message]) -> None:
        connection = self._connection
        await connection.send_packed_command([b"".join((_MULTI, *map(packed, messages), _EXEC))])
        refused: Exception | None = None
        for _ in range(len(messages) + 1):
            try:
                await connection.read_response()
            except exceptions.ResponseError as error:
                refused = refused or error
        try:
            answers = await connection.read_response()
        except exceptions.ResponseError as error:
            raise refused or error from None
        failed = next((each for each in answers if isinstance(each, Exception)), None)
        if failed is not None:
            raise failed

    async def _last(self, stream: str) -> int:
        """The position of the last entry of a stream that this outbox has published; -1 where none is found."""
        oldest, looked = "+", 0
        while looked < _FURTHEST:
            entries = await self._command("XREVRANGE", stream, oldest, "-", "COUNT", str(_TAIL))
            for _, fields in entries:
                named = dict(zip(fields[::2], fields[1::2], strict=True))
                position = named.get(POSITION, "")
                if named.get(INSTANCE) == self._instance and position.isdecimal():
                    return int(position)
            looked += len(entries)
            if len(entries) < _TAIL:
                break
            oldest = f"({entries[-1][0]}"
        return -1

    async def _command(self, *words: str) -> Any:
        await self._connection.send_packed_command([command(word.encode() for word in words)])
        return await self._connection.read_response()


def fields(message: Message) -> Iterator[tuple[str, str]]:
    """The flat fields of an entry: what the payload has, its objects and numbers as JSON text, and the headers."""
    payload: Mapping[str, Any] = orjson.loads(message.payload)
    for name, value in payload.items():
        yield name, value if isinstance(value, str) else orjson.dumps(value).decode()
    yield from message.headers.items()
    yield POSITION, str(message.position)


def packed(message: Message) -> bytes:
    """The command that adds a message to its stream, as it is sent."""
    words = [b"XADD", message.channel.encode(), b"*"]
    for name, value in fields(message):
        words += (name.encode(), value.encode())
    return command(words)


def command(words: Iterable[bytes]) -> bytes:
    """A command in the protocol's own form."""
    parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
    return b"*%d\r\n%b" % (len(parts), b"".join(parts))


def told(error: BaseException) -> str:
    """What went wrong, for a person to read; without what a URL keeps secret."""
    if isinstance(error, exceptions.AuthenticationError | exceptions.AuthorizationError):
        return "Redis refuses the user or the password of the URL"
    if isinstance(error, exceptions.OutOfMemoryError):
        return "Redis is full: it has reached its maxmemory"
    if isinstance(error, TimeoutError | exceptions.TimeoutError):
        return "Redis does not answer"
    if isinstance(error, exceptions.NoPermissionError):
        return "Redis does not let the user of the URL add to the streams"
    if isinstance(error, exceptions.ResponseError):
        return f"Redis refuses: {str(error).partition(', with args')[0]}"
    return f"no connection to Redis ({type(error).__name__})"
