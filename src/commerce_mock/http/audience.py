"""Who waits for something in a world, or listens to it: each with no more than a place in the log."""

import asyncio
from time import monotonic
from typing import Any, NamedTuple, Protocol

from commerce_mock import event_stream
from commerce_mock.following import Cursor, Selection, Waiting
from commerce_mock.http.delivering import Line, Message, Send
from commerce_mock.store.memory import MemoryTransaction, State
from commerce_mock.world import World

BEAT = 15.0  # seconds between two signs of life
FEW_BATCHES = 4


class Member(Protocol):
    """Somebody who waits or listens. `ended` is done once that is over, `lags` says that there is more to be given."""

    ended: "asyncio.Future[None]"
    lags: bool

    async def give(self, audience: "Audience", *, beat: bool) -> int:
        """Give what there is, or the next of it; how many bytes that were."""


class _Batch(NamedTuple):
    """What comes from one place of a log on, encoded once for all who are there; `last` is its last entry."""

    data: bytes
    end: int
    last: Any


class Audience:
    """All who want to see the same of one world; lives as long as there is somebody.

    `seen` is the state of the world of which everybody is given all; None where there is more for somebody.
    """

    def __init__(self, world: World, selection: Selection) -> None:
        self.world = world
        self.selection = selection
        self.members: dict[Member, None] = {}
        self.seen: State | None = None
        self._beat_at = monotonic() + BEAT
        self._batches: dict[int, _Batch] = {}

    def add(self, member: Member) -> None:
        """Look after one more."""
        self.members[member] = None
        self.seen = None

    def beats(self, now: float) -> bool:
        """Whether it is time for a sign of life."""
        if now < self._beat_at:
            return False
        self._beat_at = now + BEAT
        return True

    def stirs(self) -> bool:
        """Whether there may be news for somebody."""
        self.world.used = monotonic()
        return self.seen is not self.world.store.state

    def batch(self, store: MemoryTransaction, position: int) -> _Batch:
        """What comes next, from a place after which there is something."""
        name, known = self.selection.log, self._batches.get(position)
        if known is not None and known.end <= store.count(name) and store.entry(name, known.end - 1) is known.last:
            return known
        tx = self.world.transaction("stream")
        tx.store = store
        data, end = event_stream.batch(tx, self.selection, position)
        self._batches.pop(position, None)
        if len(self._batches) >= FEW_BATCHES:
            del self._batches[next(iter(self._batches))]
        made = self._batches[position] = _Batch(data, end, store.entry(name, end - 1))
        return made


class Waiter:
    """A request whose answer comes once there is enough."""

    lags = False

    def __init__(self, waiting: Waiting) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting

    async def give(self, audience: Audience, *, beat: bool) -> int:
        """Look whether there is enough."""
        del audience, beat
        if self._waiting.is_over():
            end(self)
        return 0


class Listener:
    """A stream. Before what was sent has gone out, no more is, so that nothing piles up."""

    def __init__(self, cursor: Cursor, send: Send, line: Line | None) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lags = True
        self._cursor = cursor
        self._send = send
        self._line = line
        self._sending: asyncio.Future[None] | None = None

    async def give(self, audience: Audience, *, beat: bool) -> int:
        """Send what came since, as much as goes at once."""
        if self._is_busy():
            self.lags = True
            return 0
        cursor, selection = self._cursor, self._cursor.selection
        store, back = cursor.look()
        count, data = store.count(selection.log), b""
        if back:
            data = event_stream.taken_back(selection.identifier(store, cursor.position))
        if cursor.position < count:
            batch = audience.batch(store, cursor.position)
            data, cursor.position = data + batch.data, batch.end
        if beat and not data:
            data = event_stream.beat(selection.identifier(store, cursor.position))
        self.lags = cursor.position < count
        if data:
            await self._write({"type": "http.response.body", "body": data, "more_body": True})
        return len(data)

    def _is_busy(self) -> bool:
        """Whether what was sent last is still on its way out of here."""
        if self._line is not None:
            return self._line.is_busy()
        return self._sending is not None and not self._sending.done()

    async def _write(self, message: Message) -> None:
        if self._line is not None:  # it is not busy, so this does not wait
            await self._send(message)
        else:  # another server's: whatever it waits for, nobody else does
            self._sending = asyncio.ensure_future(self._send(message))


def end(member: Member) -> None:
    """Let somebody wait or listen no longer."""
    if not member.ended.done():
        member.ended.set_result(None)
