"""Handlers: each event goes to the method named for it, once."""

from typing import Any

import pytest

from commerce_sdk._event_handlers import handler_name
from commerce_sdk.events import (
    AsyncEventHandlers,
    Event,
    EventHandlers,
    OrderConfirmed,
    RecentIds,
    UserVerified,
    parse,
)
from harness.events import headers
from harness.platform import contract

EXAMPLES = {event.type: event.example for event in contract().events.values()}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def event(event_type: str, number: int | None = None) -> Event:
    example = EXAMPLES.get(event_type, {"event_type": event_type})
    return parse(example, None if number is None else headers(number))


class Notes(EventHandlers):
    """Writes down what it got; fails once it is told to."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.got: list[str] = []
        self.failure: Exception | None = None

    def on_user_verified(self, event: UserVerified) -> None:
        if self.failure:
            raise self.failure
        self.got.append(f"verified {event.user_id}")

    def on_other(self, event: Event) -> None:
        self.got.append(event.event_type)


class AsyncNotes(AsyncEventHandlers):
    """The same, async; it does not call its base's `__init__`."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.failure: Exception | None = None

    async def on_user_verified(self, event: UserVerified) -> None:
        if self.failure:
            raise self.failure
        self.got.append(f"verified {event.user_id}")

    async def on_other(self, event: Event) -> None:
        self.got.append(event.event_type)


def test_handlers_without_a_fallback_cannot_be_made() -> None:
    class Incomplete(EventHandlers):
        """Has no `on_other`."""

    with pytest.raises(TypeError, match="on_other"):
        Incomplete()  # type: ignore[abstract]  # the very thing that is tested


def test_every_event_goes_to_its_method_and_the_others_to_the_fallback() -> None:
    notes = Notes()
    assert all(notes.handle(event(event_type)) for event_type in EXAMPLES)
    verified = f"verified {EXAMPLES['user_verified']['user_id']}"
    assert notes.got == [verified if event_type == "user_verified" else event_type for event_type in EXAMPLES]


@pytest.mark.parametrize("event_type", ["handle", "other", "user_merged", "seen"])
def test_an_unknown_type_goes_to_the_fallback_whatever_its_name(event_type: str) -> None:
    class Tricky(Notes):
        """Has a method that looks like a handler."""

        def on_user_merged(self, event: Event) -> None:
            raise AssertionError(event)

    notes = Tricky()
    assert notes.handle(event(event_type))
    assert notes.got == [event_type]


@pytest.mark.parametrize(
    ("event_type", "name"),
    [("order_created", "on_order_created"), ("order.created", "on_order_created"), ("Order-2", "on_Order_2")],
)
def test_a_handler_is_named_for_its_event(event_type: str, name: str) -> None:
    assert handler_name(event_type) == name


def test_an_event_that_was_handled_is_left_out_but_not_one_without_an_id() -> None:
    notes = Notes()
    assert [notes.handle(event("order_created", number)) for number in (1, 2, 1)] == [True, True, False]
    assert notes.handle(event("order_created"))
    assert notes.handle(event("order_created"))
    assert len(notes.got) == 4


def test_an_event_whose_handler_failed_is_handled_when_it_comes_again() -> None:
    notes = Notes()
    notes.failure = OSError("no disk")
    with pytest.raises(OSError, match="no disk"):
        notes.handle(event("user_verified", 1))
    notes.failure = None
    assert [notes.handle(event("user_verified", 1)) for _ in range(2)] == [True, False]


def test_an_async_handler_among_sync_ones_is_told() -> None:
    class Mixed(Notes):
        """Has an async handler, which nobody would await."""

        async def on_order_confirmed(self, event: OrderConfirmed) -> None:  # type: ignore[override]  # the mistake that is tested
            raise AssertionError(event)

    notes = Mixed()
    with pytest.raises(TypeError, match="Mixed has an `async def` for `order_confirmed`: derive it from AsyncEvent"):
        notes.handle(event("order_confirmed", 1))


@pytest.mark.anyio
async def test_async_handlers_do_the_same() -> None:
    notes = AsyncNotes()
    notes.failure = OSError("no disk")
    with pytest.raises(OSError, match="no disk"):
        await notes.handle(event("user_verified", 1))
    notes.failure = None
    assert [await notes.handle(event("user_verified", 1)) for _ in range(2)] == [True, False]
    assert await notes.handle(event("order_created"))
    assert await notes.handle(event("user_merged", 2))
    assert notes.got == [f"verified {EXAMPLES['user_verified']['user_id']}", "order_created", "user_merged"]


class Shelf:
    """A store that waits, as one in a database does."""

    def __init__(self) -> None:
        self.ids: set[str] = set()

    async def contains(self, event_id: str, /) -> bool:
        return event_id in self.ids

    async def add(self, event_id: str, /) -> None:
        self.ids.add(event_id)


@pytest.mark.anyio
async def test_ids_can_be_kept_elsewhere() -> None:
    ids, shelf = RecentIds(), Shelf()
    assert Notes(seen=ids).handle(event("order_created", 1))
    assert not Notes(seen=ids).handle(event("order_created", 1))

    class Shelved(AsyncEventHandlers):
        """Its store waits."""

        async def on_other(self, event: Event) -> None:
            """Nothing to do."""

    assert await Shelved(seen=shelf).handle(event("order_created", 1))
    assert not await Shelved(seen=shelf).handle(event("order_created", 1))
    assert not await Shelved(seen=ids).handle(event("order_created", 1))
    assert shelf.ids == {"event-1"}


def test_only_the_ids_used_last_are_remembered() -> None:
    ids = RecentIds(2)
    ids.add("a")
    ids.add("b")
    assert ids.contains("a")
    ids.add("c")
    assert [ids.contains(name) for name in "abc"] == [True, False, True]
    ids.add("a")
    ids.add("d")
    assert [ids.contains(name) for name in "acd"] == [True, False, True]


def test_a_memory_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity is 0"):
        RecentIds(0)
