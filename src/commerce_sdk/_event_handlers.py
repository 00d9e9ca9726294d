"""Handlers of events: from an event to the method that is named for it, and each event once."""

import re
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import cached_property
from inspect import isawaitable, iscoroutine
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from commerce_sdk._event import Event

E_contra = TypeVar("E_contra", bound="Event", contravariant=True)


class Seen(Protocol):
    """A store of the ids of events that were handled. One kept outside the process also knows them after a restart."""

    def contains(self, event_id: str, /) -> bool:
        """Whether the event was handled."""
        ...

    def add(self, event_id: str, /) -> None:
        """The event was handled."""
        ...


class AsyncSeen(Protocol):
    """The same for `AsyncHandlers`, where it may wait."""

    def contains(self, event_id: str, /) -> Awaitable[bool]:
        """Whether the event was handled."""
        ...

    def add(self, event_id: str, /) -> Awaitable[None]:
        """The event was handled."""
        ...


class RecentIds:
    """The ids that were asked for or added last, in this process's memory; older ones are forgotten. Thread-safe."""

    def __init__(self, capacity: int = 10_000) -> None:
        if capacity < 1:
            raise ValueError(f"capacity is {capacity}, so that no id could be remembered: give 1 or more")
        self._capacity = capacity
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def contains(self, event_id: str, /) -> bool:
        """Whether the id is remembered; if so, it now counts as used last."""
        with self._lock:
            if event_id not in self._ids:
                return False
            self._ids.move_to_end(event_id)
            return True

    def add(self, event_id: str, /) -> None:
        """Remember an id, for which the one used longest ago may have to go."""
        with self._lock:
            self._ids[event_id] = None
            self._ids.move_to_end(event_id)
            if len(self._ids) > self._capacity:
                self._ids.popitem(last=False)


def handler_name(event_type: str) -> str:
    """The method that handles an event type: `on_` and the type, with `_` for what no Python name can have."""
    return f"on_{re.sub(r'[^0-9A-Za-z_]', '_', event_type)}"


def _method(handlers: Any, event: "Event") -> Callable[[Any], Any]:
    # A type that the contract does not know may have any name, also that of a method which is no handler.
    name = handler_name(event.event_type) if event.is_known else "on_other"
    found: Callable[[Any], Any] = getattr(handlers, name, handlers.on_other)
    return found


def _identity(event: "Event") -> str | None:
    return event.metadata.id if event.metadata else None


class Handlers(ABC, Generic[E_contra]):
    """What to do with each type of event; lives as long as its owner likes. Derive from the generated `EventHandlers`.

    An event whose id was handled before is left out. `seen` keeps those ids; by default the last 10,000, in memory. An
    id is remembered once its handler has returned, so what failed is handled when it is delivered again, and what is
    delivered twice at the same moment may be handled twice.
    """

    def __init__(self, *, seen: Seen | None = None) -> None:
        if seen is not None:
            self.seen = seen

    @cached_property
    def seen(self) -> Seen:
        """The ids of the events that were handled."""
        return RecentIds()

    @abstractmethod
    def on_other(self, event: E_contra) -> None:
        """Handle an event for which there is no handler of its own, also one of a type that is newer than this code."""

    def handle(self, event: E_contra) -> bool:
        """Handle an event; whatever its handler raises goes on. False: it was handled before, nothing was done."""
        identity = _identity(event)
        if identity is not None and self.seen.contains(identity):
            return False
        result = _method(self, event)(event)
        if iscoroutine(result):
            result.close()  # it never ran, and now nobody warns of that besides
            name = type(self).__name__
            raise TypeError(f"{name} has an `async def` for `{event.event_type}`: derive it from AsyncEventHandlers")
        if identity is not None:
            self.seen.add(identity)
        return True


class AsyncHandlers(ABC, Generic[E_contra]):
    """The same with handlers that wait; under asyncio and trio. `seen` may be of either kind."""

    def __init__(self, *, seen: Seen | AsyncSeen | None = None) -> None:
        if seen is not None:
            self.seen = seen

    @cached_property
    def seen(self) -> Seen | AsyncSeen:
        """The ids of the events that were handled."""
        return RecentIds()

    @abstractmethod
    async def on_other(self, event: E_contra) -> None:
        """Handle an event for which there is no handler of its own, also one of a type that is newer than this code."""

    async def handle(self, event: E_contra) -> bool:
        """Handle an event; whatever its handler raises goes on. False: it was handled before, nothing was done."""
        identity = _identity(event)
        if identity is not None:
            known = self.seen.contains(identity)
            if await known if isawaitable(known) else known:
                return False
        await _method(self, event)(event)
        if identity is not None:
            added = self.seen.add(identity)
            if isawaitable(added):
                await added
        return True
