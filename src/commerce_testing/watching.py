"""Events and mails of a world that a test asks for, or waits for; a failure tells what came instead."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args, overload

from commerce_mock.clock import SECOND
from commerce_mock.events import from_log
from commerce_mock.following import chosen
from commerce_mock.problems import Problem
from commerce_mock.services.admin.selecting import Events, Mails
from commerce_mock.transaction import Transaction
from commerce_mock.world import World
from commerce_testing.duration import Duration, milliseconds
from commerce_testing.records import event_of, mailed, published

if TYPE_CHECKING:
    from commerce_sdk._event import Event as AnyEvent
    from commerce_sdk.events import Event

E = TypeVar("E", bound="AnyEvent")
_LOOK: Final = 0.01  # seconds between two looks
_TOLD: Final = 10  # of what came instead


class Published(list["Event"]):
    """The events of a world up to now, oldest first, as a consumer gets them: a list of its own each time it is asked.

    Filters are those of the control document: `source` (a service), `channel`, `correlation_id`, `about` (an id that
    the payload names) and `after` (an event's id).
    """

    def __init__(self, world: World) -> None:
        super().__init__(published(world))
        self._world = world

    @overload
    def where(self, kind: type[E], **filters: str) -> list[E]: ...
    @overload
    def where(self, kind: str | None = None, **filters: str) -> "list[Event]": ...
    def where(self, kind: "type[AnyEvent] | str | None" = None, **filters: str) -> "list[Any]":
        """Those of a kind (`events.OrderCreated` or `"order_created"`) that are as the filters say.

        Raises `ValueError` for a kind, a filter or an id that there is not.
        """
        wanted = self._wanted(kind, filters)
        return [self._event(tx, number) for tx, number in wanted.found()]

    @overload
    def wait_for(self, kind: type[E], *, count: int = 1, wait: Duration = 5, **filters: str) -> E: ...
    @overload
    def wait_for(self, kind: str, *, count: int = 1, wait: Duration = 5, **filters: str) -> "Event": ...
    def wait_for(self, kind: "type[AnyEvent] | str", *, count: int = 1, wait: Duration = 5, **filters: str) -> Any:
        """The first event of a kind that is as the filters say (the `count`th), which may be there already.

        The time is the machine's: it is for what other threads and processes cause. Raises `AssertionError` with what
        came instead when it is over, `ValueError` for a kind, a filter or an id that there is not.
        """
        __tracebackhide__ = True
        wanted = self._wanted(kind, filters)
        for pause in wanted.pauses(count, wait):
            sleep(pause)
        return self._event(*wanted.found()[count - 1])

    @overload
    async def wait_for_async(self, kind: type[E], *, count: int = 1, wait: Duration = 5, **filters: str) -> E: ...
    @overload
    async def wait_for_async(self, kind: str, *, count: int = 1, wait: Duration = 5, **filters: str) -> "Event": ...
    async def wait_for_async(
        self, kind: "type[AnyEvent] | str", *, count: int = 1, wait: Duration = 5, **filters: str
    ) -> Any:
        """The same, letting other tasks run; under asyncio and trio."""
        import anyio  # noqa: PLC0415 - not needed by sync tests

        __tracebackhide__ = True
        wanted = self._wanted(kind, filters)
        for pause in wanted.pauses(count, wait):
            await anyio.sleep(pause)
        return self._event(*wanted.found()[count - 1])

    def _wanted(self, kind: "type[AnyEvent] | str | None", filters: Mapping[str, str]) -> "_Wanted":
        return _Wanted(self._world, Events, filters if kind is None else {"type": _kind(kind), **filters})

    @staticmethod
    def _event(tx: Transaction, number: int) -> "Event":
        return event_of(from_log(tx.store.entry(Events.log, number)).document(tx.world.name))


class Mailed(list[dict[str, Any]]):
    """The mails of a world up to now, oldest first: a list of its own each time it is asked.

    Filters are those of the control document: `user_id`, `to`, `event_type`, `channel` and `after` (a mail's id).
    """

    def __init__(self, world: World) -> None:
        super().__init__(mailed(world))
        self._world = world

    def where(self, **filters: str) -> list[dict[str, Any]]:
        """Those that are as the filters say. Raises `ValueError` for a filter or an id that there is not."""
        return [Mails().shown(tx, number) for tx, number in self._wanted(filters).found()]

    def wait_for(self, *, count: int = 1, wait: Duration = 5, **filters: str) -> dict[str, Any]:
        """The first mail that is as the filters say (the `count`th), which may be there already.

        The time is the machine's: it is for what other threads and processes cause. Raises `AssertionError` with what
        came instead when it is over, `ValueError` for a filter or an id that there is not.
        """
        __tracebackhide__ = True
        wanted = self._wanted(filters)
        for pause in wanted.pauses(count, wait):
            sleep(pause)
        return Mails().shown(*wanted.found()[count - 1])

    async def wait_for_async(self, *, count: int = 1, wait: Duration = 5, **filters: str) -> dict[str, Any]:
        """The same, letting other tasks run; under asyncio and trio."""
        import anyio  # noqa: PLC0415 - not needed by sync tests

        __tracebackhide__ = True
        wanted = self._wanted(filters)
        for pause in wanted.pauses(count, wait):
            await anyio.sleep(pause)
        return Mails().shown(*wanted.found()[count - 1])

    def _wanted(self, filters: Mapping[str, str]) -> "_Wanted":
        return _Wanted(self._world, Mails, filters)


class _Wanted:
    """What is asked for or waited for. Raises `ValueError` where it cannot be."""

    def __init__(self, world: World, kind: type[Events | Mails], said: Mapping[str, str]) -> None:
        self._world = world
        self._said = dict(said)
        filters = dict(said)
        after = filters.pop("after", None)
        unknown = filters.keys() - {each.name for each in fields(kind)}
        if unknown:
            known = ", ".join([*(each.name for each in fields(kind)), "after"])
            raise ValueError(f"no filter is named {min(unknown)!r}: there are {known}")
        try:
            self._selection = kind.of(world.behaviour.contract, filters)
        except Problem as problem:
            told = "; ".join(f"{pointer.rpartition('/')[2]} {message}" for pointer, message in problem.errors)
            raise ValueError(told) from None
        position = 0 if after is None else self._selection.place(world.store.begin(), after)
        if position is None:
            raise ValueError(f"after names nothing in this world: {after!r}")
        self._after = position

    def found(self) -> list[tuple[Transaction, int]]:
        """The numbers in the log of what there is, with what reads it."""
        tx = self._world.transaction("test")
        return [(tx, number) for number in chosen(tx.store, self._selection, self._after)]

    def pauses(self, count: int, wait: Duration) -> Iterator[float]:
        """The pauses until there are so many. Raises `AssertionError` when the time is over."""
        __tracebackhide__ = True
        until = monotonic() + milliseconds(wait) / SECOND
        with self._world.lock:
            if self._world.schedule is not None:  # who waits has waited for all deliveries
                self._world.schedule.all_come(self._world)
        while True:
            seen = self._world.store.state
            if len(self.found()) >= count:
                return
            while self._world.store.state is seen:
                if monotonic() >= until:
                    raise AssertionError("\n".join(self._failure(count, milliseconds(wait) / SECOND)))
                yield _LOOK

    def _failure(self, count: int, seconds: float) -> Iterator[str]:
        tx, log = self._world.transaction("test"), self._selection.log
        what = ", ".join(f"{name} {value!r}" for name, value in self._said.items()) or "anything"
        yield f"expected {count} of {what} within {seconds:g} s, found {len(self.found())}"
        came = range(tx.store.count(log))[self._after :][-_TOLD:]
        for number in came:
            yield f"  came: {_told(self._selection.shown(tx, number))}"
        if not came:
            yield "  nothing came"
        due = self._world.due
        if due is not None and self._world.clock.frozen_at is not None:
            rest = max(0, due - self._world.clock.now()) / SECOND
            yield f"  the clock stands still, and something is due in {rest:g} s: `commerce_mock.clock.advance(...)`"


def _told(shown: Mapping[str, Any]) -> str:
    """One event or mail in a line: what it is, and the ids of what it is about."""
    about = shown.get("payload", shown)
    ids = [f"{name} {value}" for name, value in about.items() if name == "to" or name.endswith("_id")]
    return " ".join([shown["id"], shown.get("type") or shown["event_type"], *sorted(ids)])


def _kind(kind: "type[AnyEvent] | str") -> str:
    """The type of an event's class. Raises `ValueError` for one of several types."""
    if isinstance(kind, str):
        return kind
    names = get_args(kind.model_fields["event_type"].annotation)
    if len(names) != 1:
        raise ValueError(f"{kind.__name__} stands for no one type of event")
    return str(names[0])
