"""The two drivers: they do the steps of a call, one waiting for each, the other awaiting it."""

from functools import reduce
from typing import Any, TypeVar

from commerce_sdk._core import Core
from commerce_sdk._errors import CommerceError
from commerce_sdk._message import (
    AsyncMiddleware,
    AsyncNext,
    AsyncTransport,
    Middleware,
    Next,
    Transport,
)
from commerce_sdk._steps import Send, Sleep, Steps

T = TypeVar("T")


class Driver:
    """Does steps by waiting for them; lives as long as its client."""

    def __init__(self, core: Core, transport: Transport, middleware: tuple[Middleware, ...]) -> None:
        self._core = core
        self._send: Next = reduce(_wrap, reversed(middleware), transport.send)

    def run(self, steps: Steps[T]) -> T:
        """Do all steps; gives what they come to."""
        try:
            step = next(steps)
            while True:
                try:
                    done = self._do(step)
                except CommerceError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(done)
        except StopIteration as end:
            result: T = end.value
            return result

    def _do(self, step: Any) -> Any:
        if isinstance(step, Send):
            return self._send(step.request)
        if isinstance(step, Sleep):
            return self._core.clock.sleep(step.seconds)
        tokens = self._core.tokens
        return tokens.current if tokens.fresh(step.stale) else tokens.renew(step.stale)


class AsyncDriver:
    """Does steps by awaiting them, under asyncio or trio; lives as long as its client."""

    def __init__(self, core: Core, transport: AsyncTransport, middleware: tuple[AsyncMiddleware, ...]) -> None:
        self._core = core
        send: AsyncNext = transport.send
        self._send = reduce(_wrap_async, reversed(middleware), send)

    async def run(self, steps: Steps[T]) -> T:
        """Do all steps; gives what they come to."""
        try:
            step = next(steps)
            while True:
                try:
                    done = await self._do(step)
                except CommerceError as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(done)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _do(self, step: Any) -> Any:
        if isinstance(step, Send):
            return await self._send(step.request)
        if isinstance(step, Sleep):
            return await self._core.clock.sleep_async(step.seconds)
        tokens = self._core.tokens
        return tokens.current if tokens.fresh(step.stale) else await tokens.renew_async(step.stale)


def _wrap(inner: Next, outer: Middleware) -> Next:
    return lambda request: outer(request, inner)


def _wrap_async(inner: AsyncNext, outer: AsyncMiddleware) -> AsyncNext:
    return lambda request: outer(request, inner)
