"""Redis Streams as a broker: reading as one consumer of a group, renewing, claiming."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from redis import exceptions
from redis.asyncio import Redis

from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk.events._dead_letter import DeadLetter, Delivery
from commerce_sdk.events._ending import end

_LOG: Final = logging.getLogger("commerce_sdk.events")
_BLOCK: Final = 2.0  # seconds that one read waits; less than any usual socket timeout
_PASSING: Final = (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.ReadOnlyError)
_REFUSED: Final = (exceptions.AuthenticationError, exceptions.AuthorizationError)
_GONE: Final = ("NOGROUP", "UNBLOCKED")  # the latter from servers before Redis 7, to who waits for a deleted stream
_BEGINNING: Final = "0-0"

Fields = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Membership:
    """Who reads: a consumer's `name` in a `group`, which begins at the entry `start` of `streams`.

    After `min_idle` seconds without a sign of life, what another consumer was given is claimed.
    """

    streams: tuple[str, ...]
    group: str
    name: str
    start: str
    min_idle: float

    def __post_init__(self) -> None:
        if not self.streams:
            raise ValueError("channels is empty: name at least one stream")
        if self.min_idle <= 0:
            raise ValueError(f"min_idle is {self.min_idle} seconds: give more than 0")

    @property
    def idle(self) -> int:
        """`min_idle` in milliseconds, as Redis wants it."""
        return max(1, round(self.min_idle * 1000))


class Streams:
    """Streams read as one consumer of a group; lives as long as its consumer, through all connections.

    Entries are read one at a time: an entry's count of deliveries then says how often this very entry was tried, even
    where a process dies of its neighbour.
    """

    def __init__(self, server: "str | Redis", membership: Membership) -> None:
        self._own = isinstance(server, str)
        self._redis: Any = Redis.from_url(server) if isinstance(server, str) else server
        self._me = membership
        self._turns = deque(membership.streams)  # whose turn it is
        self._begun: list[str] = []  # streams that may have entries which this consumer was given and did not finish
        self._claims: deque[tuple[str, Any]] = deque()  # streams to claim from, each from an entry on
        self._claim_at = 0.0
        self._ready: deque[Delivery] = deque()
        self._held: dict[tuple[str, Any], Delivery] = {}  # given to this consumer, not acknowledged
        self._handled: dict[tuple[str, Any], Delivery] = {}  # those of which nothing but that is left to do

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        """Groups for all streams, and acknowledged what was handled before the last connection broke."""
        self._ready.clear()
        self._held.clear()
        self._begun = list(self._me.streams)
        try:
            await self._make_groups()
        except _REFUSED as error:
            raise _refusal(error) from None
        for delivery in list(self._handled.values()):
            await self.acknowledge(delivery)
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            await end(renewal)

    async def next(self) -> Delivery:
        """Wait for the next entry: first one that was begun, then one that somebody left, then a new one."""
        while not self._ready:
            try:
                await self._fill()
            except exceptions.ResponseError as error:
                if not str(error).startswith(_GONE):
                    raise _refusal(error) from None
                _LOG.warning("The group %s is gone, perhaps with its stream; it is made again.", self._me.group)
                await self._make_groups()
        return self._ready.popleft()

    async def acknowledge(self, delivery: Delivery) -> None:
        """Acknowledge an entry; if the connection breaks just now, the next session does it."""
        key = delivery.channel, delivery.receipt
        self._handled[key] = delivery
        await self._redis.xack(delivery.channel, self._me.group, delivery.receipt)
        del self._handled[key]
        self._held.pop(key, None)

    async def put_aside(self, letter: DeadLetter, target: str) -> None:
        """Add the entry to another stream, with fields that say why."""
        await self._redis.xadd(target, {**letter.message, **letter.notes()})

    def is_passing(self, error: Exception) -> bool:
        """Whether the server is away, or about to give its role to another."""
        return isinstance(error, _PASSING)

    async def close(self) -> None:
        """Close the client, if it was made here."""
        if self._own:
            await self._redis.aclose()

    async def _make_groups(self) -> None:
        for stream in self._me.streams:
            try:
                await self._redis.xgroup_create(stream, self._me.group, id=self._me.start, mkstream=True)
            except exceptions.ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise _refusal(error) from None

    async def _fill(self) -> None:
        """One step towards the next entry."""
        if self._begun:
            if not await self._read([self._begun[-1]], "0"):
                self._begun.pop()
            return
        if self._claims or monotonic() >= self._claim_at:
            await self._claim()
            return
        if len(self._turns) > 1:
            for _ in self._me.streams:
                self._turns.rotate()
                if await self._read([self._turns[0]], ">"):
                    return
        await self._read(self._turns, ">", block=min(_BLOCK, self._claim_at - monotonic()))

    async def _read(self, streams: Any, after: str, block: float | None = None) -> bool:
        """Read an entry of each stream, if there is one or comes within `block` seconds; whether any came."""
        milliseconds = None if block is None else max(1, round(block * 1000))
        reply = await self._redis.xreadgroup(
            self._me.group, self._me.name, dict.fromkeys(streams, after), count=1, block=milliseconds
        )
        entries = list(_entries(reply))
        for stream, entry, fields in entries:
            await self._take(stream, entry, fields, again=after != ">")
        return bool(entries)

    async def _claim(self) -> None:
        """Claim at most one entry of which its consumer gave no sign of life."""
        if not self._claims:
            self._claims.extend((stream, _BEGINNING) for stream in self._me.streams)
        stream, cursor = self._claims[0]
        me = self._me
        cursor, entries, *_ = await self._redis.xautoclaim(stream, me.group, me.name, me.idle, cursor, count=1)
        self._claims.popleft()
        if _text(cursor) != _BEGINNING:
            self._claims.appendleft((stream, cursor))
        elif not self._claims:
            self._claim_at = monotonic() + me.min_idle / 2
        for entry, fields in entries:
            await self._take(stream, entry, fields, again=True)

    async def _take(self, stream: str, entry: Any, fields: Fields | None, *, again: bool) -> None:
        if not fields:  # deleted from the stream since it was given to somebody
            await self._redis.xack(stream, self._me.group, entry)
            return
        delivery = Delivery(stream, fields, None, entry, await self._earlier(stream, entry) if again else 0)
        self._held[stream, entry] = delivery
        self._ready.append(delivery)

    async def _earlier(self, stream: str, entry: Any) -> int:
        pending = await self._redis.xpending_range(stream, self._me.group, entry, entry, 1)
        return pending[0]["times_delivered"] - 1 if pending else 0

    async def _renew(self) -> None:
        """Give signs of life for what is in hand, however long its handler takes."""
        while True:
            await asyncio.sleep(self._me.min_idle / 3)
            for stream, entry in list(self._held):
                # If the connection is broken, who reads or acknowledges will notice.
                with suppress(exceptions.RedisError):
                    await self._redis.xclaim(stream, self._me.group, self._me.name, 0, [entry], justid=True)


def _entries(reply: Any) -> Iterator[tuple[str, Any, Fields | None]]:
    """Stream, id and fields of each entry that a read brought, in whichever protocol and version of the client."""
    for stream, entries in reply.items() if isinstance(reply, Mapping) else reply or ():
        for entry in entries:
            for identity, fields in entry if isinstance(entry, list) else [entry]:
                yield _text(stream), identity, fields


def _refusal(error: Exception) -> ConnectionFailedError:
    return ConnectionFailedError(f"Redis refuses to serve this consumer: {error}", sent=False)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
