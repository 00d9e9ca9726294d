"""What a consumer calls with each event, of whatever kind it is, as one async function."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable, iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypeVar

from commerce_sdk._event_handlers import AsyncHandlers, Handlers

if TYPE_CHECKING:
    from commerce_sdk._event import Event

E = TypeVar("E", bound="Event")
T = TypeVar("T")
Subscriber = Handlers[E] | AsyncHandlers[E] | Callable[[E], object]
"""`EventHandlers`, `AsyncEventHandlers`, or any function of an event, sync or async."""


def subscribe(handlers: Subscriber[E]) -> Callable[[E], Awaitable[object]]:
    """The async function that stands for these handlers."""
    if isinstance(handlers, (Handlers, AsyncHandlers)):
        return asynchronous(handlers.handle)
    return asynchronous(handlers)


def asynchronous(function: Callable[[T], object]) -> Callable[[T], Awaitable[object]]:
    """An async function as it is; a sync one in a thread, where it may block without holding up the connection."""
    if iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004 - not whether it can be called, but how
        waiting: Callable[[T], Any] = function
        return waiting

    async def call(value: T) -> object:
        result: Any = await asyncio.to_thread(function, value)
        return await result if isawaitable(result) else result

    return call
