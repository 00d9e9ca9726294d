"""Answers that wait for a log to grow, or go on with it: looked after by one task, which lives while there are some.

Nobody who writes to a log tells anybody: the task looks whether it grew, and gives to each what came since. After work
it rests so much longer that requests hardly notice it, however many listen; then they only lag.
"""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from commerce_mock.following import Cursor, Following, Selection, Waiting
from commerce_mock.http.audience import Audience, Listener, Member, Waiter, end
from commerce_mock.http.delivering import Line, Receive, Send, disconnected
from commerce_mock.wire import Header, Response
from commerce_mock.world import World
from commerce_mock.worlds import Worlds

PAUSE = 0.01  # seconds between two looks, at least
RESTING = 16  # times as long as it worked the task rests
STRETCH = 0.001  # seconds that it works without a rest
# Seconds that a write costs the event loop after the task has asked for it, and those that each of its bytes does.
WRITE, BYTE = 10e-6, 0.5e-9
FAILURE = 400

log = logging.getLogger("commerce_mock")


class _Pace:
    """How long the task has worked since it rested."""

    def __init__(self) -> None:
        self._began = monotonic()
        self._owed = 0.0

    def wrote(self, size: int) -> None:
        """So many bytes were written to somebody."""
        if size:
            self._owed += WRITE + size * BYTE

    def is_tired(self) -> bool:
        """Whether it is time to rest."""
        return monotonic() - self._began + self._owed > STRETCH

    async def rest(self) -> None:
        """Let others work."""
        await asyncio.sleep(max(PAUSE, (monotonic() - self._began + self._owed) * RESTING))
        self._began, self._owed = monotonic(), 0.0


class Watchers:
    """All who wait or listen at one server, in its event loop; `worlds` are those that there are now."""

    def __init__(self, worlds: Callable[[], Worlds]) -> None:
        self._worlds = worlds
        self._audiences: dict[tuple[World, Selection], Audience] = {}
        self._task: asyncio.Task[None] | None = None

    async def serve(self, response: Response, receive: Receive, send: Send, line: Line | None, method: str) -> None:
        """Send an answer whose rest comes later; returns when all is sent, or the client has gone."""
        later, response.delivery = response.delivery, None
        body, goes_on = response.body, False
        if response.status < FAILURE:  # else it is refused all the same
            if isinstance(later, Waiting):
                if await self._is_gone(Waiter(later), later.cursor, receive, later.seconds):
                    return
                later.finish(response)
                body = response.body
            elif isinstance(later, Following):
                goes_on = method != "HEAD"
                body = body if goes_on else b""
                response.headers = _without_length(response, later.cursor.world)
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        if goes_on and isinstance(later, Following):
            await send({"type": "http.response.body", "body": body, "more_body": True})
            if await self._is_left(later.cursor, receive, send, line):
                return
            body = b""
        await send({"type": "http.response.body", "body": body})

    async def _is_left(self, cursor: Cursor, receive: Receive, send: Send, line: Line | None) -> bool:
        """Have a stream go on until its client goes, or its world is there no longer; whether the client has gone."""
        worlds = self._worlds()
        worlds.listeners += 1
        try:
            return await self._is_gone(Listener(cursor, send, line), cursor, receive)
        finally:
            worlds.listeners -= 1

    async def _is_gone(self, member: Member, cursor: Cursor, receive: Receive, seconds: float | None = None) -> bool:
        """Look after somebody until that has ended, or the time is over; whether the client has gone before."""
        key = (cursor.world, cursor.selection)
        audience = self._audiences.get(key)
        if audience is None:
            audience = self._audiences[key] = Audience(*key)
        audience.add(member)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._walk())
        leaving = asyncio.ensure_future(disconnected(receive))
        try:
            await asyncio.wait((leaving, member.ended), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return leaving.done()
        finally:
            leaving.cancel()
            end(member)
            del audience.members[member]
            if not audience.members:
                del self._audiences[key]

    async def _walk(self) -> None:
        """Go round as long as there is somebody."""
        pace = _Pace()
        while self._audiences:
            for audience in list(self._audiences.values()):
                if self._worlds().get(audience.world.name) is audience.world:
                    await _visit(audience, pace)
                else:  # it is there no longer, so nobody waits for it
                    for member in audience.members:
                        end(member)
            await pace.rest()


async def _visit(audience: Audience, pace: _Pace) -> None:
    """Give everybody of an audience what there is, with rests on the way."""
    beat = audience.beats(monotonic())
    if not beat and not audience.stirs():
        return
    audience.seen = audience.world.store.state
    for member in list(audience.members):
        if not member.ended.done():
            pace.wrote(await _given(member, audience, beat=beat))
            if member.lags:
                audience.seen = None
            if pace.is_tired():
                await pace.rest()


async def _given(member: Member, audience: Audience, *, beat: bool) -> int:
    """Give somebody what there is; how many bytes. Whoever cannot be given anything is let go."""
    try:
        return await member.give(audience, beat=beat)
    except Exception:
        log.exception("somebody who listens to the world %s is let go", audience.world.name)
        end(member)
        return 0


def _without_length(response: Response, world: World) -> list[Header]:
    """The headers of a stream, which may be of another world than its request."""
    return [*(each for each in response.headers if each[0] not in {b"content-length", world.header[0]}), world.header]
