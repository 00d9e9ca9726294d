"""Kept connections to one origin: the last one used is the next one taken.

httpcore's own pool looks at each of its connections several times a request, which with 32 of them costs more than all
the rest. Its connections are used here without it: a request takes one, alone, and leaves it when the answer is whole.
"""

from collections import deque
from threading import Semaphore
from time import monotonic
from typing import Generic, TypeVar

import anyio
import httpcore

from commerce_sdk.transports._wire import IDLE

Connection = TypeVar("Connection", httpcore.ConnectionInterface, httpcore.AsyncConnectionInterface)


class _Kept(Generic[Connection]):
    """Connections without a request, the last used on top. Safe between threads: each step is one of a deque's."""

    def __init__(self) -> None:
        self._stack: deque[tuple[float, Connection]] = deque()
        self.closed = False

    def take(self) -> tuple[Connection | None, list[Connection]]:
        """One that is still open, and those met on the way that are to be closed."""
        ended: list[Connection] = []
        while True:
            try:
                since, connection = self._stack.pop()
            except IndexError:
                return None, ended
            if monotonic() - since < IDLE and not connection.has_expired():
                return connection, ended
            ended.append(connection)

    def leave(self, connection: Connection) -> list[Connection]:
        """Keep one whose answer is whole; those that are to be closed instead."""
        if connection.is_closed() or not connection.is_idle():  # one that never opened is both
            return [connection]
        now = monotonic()
        self._stack.append((now, connection))
        return self.drain() if self.closed else self._older(now - IDLE)

    def drain(self) -> list[Connection]:
        """All of them, to be closed; none stays."""
        return self._older(float("inf"))

    def _older(self, than: float) -> list[Connection]:
        ended: list[Connection] = []
        while True:
            try:
                since, connection = self._stack.popleft()
            except IndexError:
                return ended
            if since >= than:
                self._stack.appendleft((since, connection))
                return ended
            ended.append(connection)


class Pool:
    """For threads. `maker` is asked for connections only; at most `limit` requests are under way at once."""

    def __init__(self, maker: httpcore.ConnectionPool, limit: int) -> None:
        self._maker = maker
        self._free = Semaphore(limit)
        self._kept: _Kept[httpcore.ConnectionInterface] = _Kept()

    def exchange(self, request: httpcore.Request, timeout: float | None) -> tuple[httpcore.Response, bytes]:
        """An answer and its whole body; `timeout` is in seconds, for the wait until the request may go."""
        if not self._free.acquire(timeout=timeout):
            raise httpcore.PoolTimeout
        try:
            connection, ended = self._kept.take()
            for each in ended:
                each.close()
            connection = connection or self._maker.create_connection(request.url.origin)
            try:
                answer = connection.handle_request(request)
                try:
                    return answer, answer.read()
                finally:
                    answer.close()
            finally:
                for each in self._kept.leave(connection):
                    each.close()
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what is idle now, and the rest when it is."""
        self._kept.closed = True
        for connection in self._kept.drain():
            connection.close()


class AsyncPool:
    """The same for the tasks of one event loop."""

    def __init__(self, maker: httpcore.AsyncConnectionPool, limit: int) -> None:
        self._maker = maker
        self._free = anyio.Semaphore(limit)
        self._kept: _Kept[httpcore.AsyncConnectionInterface] = _Kept()

    async def exchange(
        self,
        request: httpcore.Request,
        timeout: float | None,  # noqa: ASYNC109 - the twin's name; it bounds one wait only
    ) -> tuple[httpcore.Response, bytes]:
        """An answer and its whole body; `timeout` is in seconds, for the wait until the request may go."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.move_on_after(timeout) as waited:
                await self._free.acquire()
            if waited.cancelled_caught:
                raise httpcore.PoolTimeout from None
        try:
            connection, ended = self._kept.take()
            await _close(ended)
            connection = connection or self._maker.create_connection(request.url.origin)
            try:
                answer = await connection.handle_async_request(request)
                try:
                    return answer, await answer.aread()
                finally:
                    await answer.aclose()
            finally:
                await _close(self._kept.leave(connection))
        finally:
            self._free.release()

    async def aclose(self) -> None:
        """Close what is idle now, and the rest when it is."""
        self._kept.closed = True
        await _close(self._kept.drain())


async def _close(connections: list[httpcore.AsyncConnectionInterface]) -> None:
    if connections:
        with anyio.CancelScope(shield=True):
            for connection in connections:
                await connection.aclose()
