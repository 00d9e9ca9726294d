"""Something that belongs to a running event loop: made in it, used in it only, and closed before it ends."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One T for each event loop of asyncio or trio that asks; any number of loops, one after the other or at once.

    A loop that shuts down its asynchronous generators at its end, as `asyncio.run` and `trio.run` do, closes its T by
    that: hence the generator around each.
    """

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[None]]) -> None:
        self._make = make
        self._close = close
        self._kept: dict[object, tuple[T, AsyncGenerator[T, None]]] = {}

    async def here(self) -> T:
        """The running loop's T."""
        loop = _running()
        kept = self._kept.get(loop)
        if kept is None:
            for other in [other for other in self._kept if _ended(other)]:
                self._kept.pop(other, None)
            lifetime = self._lifetime(loop)
            kept = self._kept[loop] = (await anext(lifetime), lifetime)
        return kept[0]

    async def end(self) -> None:
        """Close the running loop's T, if it has one."""
        kept = self._kept.get(_running())
        if kept is not None:
            await kept[1].aclose()

    async def _lifetime(self, loop: object) -> AsyncGenerator[T, None]:
        made = self._make()
        try:
            yield made
        finally:
            self._kept.pop(loop, None)
            await self._close(made)


def _running() -> object:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio = sys.modules.get("trio")
        if trio is None:
            raise
        return trio.lowlevel.current_trio_token()


def _ended(loop: object) -> bool:
    return isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed()
