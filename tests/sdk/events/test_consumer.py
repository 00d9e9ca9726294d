"""The heart of the consumers, with a broker in memory: what needs no server."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import pytest

from commerce_sdk.events import DeadLetter, Event, EventHandlers, InvalidEventError
from commerce_sdk.events._consumer import Consumer, Effort
from commerce_sdk.events._dead_letter import Delivery
from harness import parcels
from harness.events import SECONDS, Watched, body, headers, running, until
from harness.platform import contract

pytestmark = pytest.mark.anyio


class Memory:
    """A broker that has all its messages from the start, and breaks as often as it is told to."""

    def __init__(self, *messages: Any, breaks: int = 0) -> None:
        self.waiting = [
            Delivery("parcels", message, beside, number) for number, (message, beside) in enumerate(messages)
        ]
        self.acknowledged: list[int] = []
        self.dead: list[tuple[str, DeadLetter]] = []
        self.breaks = breaks
        self.sessions = 0
        self.closed = 0

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        self.sessions += 1
        yield

    async def next(self) -> Delivery:
        if self.sessions <= self.breaks:
            raise ConnectionError("s3cret")
        if not self.waiting:
            await asyncio.Event().wait()
        return self.waiting.pop(0)

    async def acknowledge(self, delivery: Delivery) -> None:
        self.acknowledged.append(delivery.receipt)

    async def put_aside(self, letter: DeadLetter, target: str) -> None:
        self.dead.append((target, letter))

    def is_passing(self, error: Exception) -> bool:
        return isinstance(error, ConnectionError)

    async def close(self) -> None:
        self.closed += 1


def consumer(broker: Memory, handlers: Any, attempts: int = 2, delay: float = 0, **settings: Any) -> Consumer[Any]:
    settings = {"parse": parcels.parse, "dead_letters": None, **settings}
    return Consumer(broker, handlers, effort=Effort(attempts, delay), **settings)


PARCEL = (body(1), headers(1))


async def test_a_consumer_reads_the_platforms_events_unless_told_otherwise() -> None:
    broker = Memory(*((event.example, None) for event in contract().events.values()))
    got: list[str] = []
    async with running(consumer(broker, lambda event: got.append(type(event).__name__), parse=None)):
        await until(lambda: len(broker.acknowledged) == len(contract().events))
    assert sorted(got)[:2] == ["OrderConfirmed", "OrderCreated"]
    assert broker.closed == 1


async def test_sync_handlers_run_in_a_thread_and_async_ones_do_not() -> None:
    threads: list[threading.Thread] = []

    class Handlers(EventHandlers):
        """Notes its thread."""

        def on_other(self, event: Event) -> None:
            note(event)

    def note(event: Any) -> None:
        assert event.event_type == "new"
        threads.append(threading.current_thread())

    async def handle(event: Any) -> None:
        note(event)

    for handlers in (
        Handlers(),
        handle,
        partial(lambda function, event: function(event), handle),
        note,
    ):
        broker = Memory(({"event_type": "new"}, None))
        async with running(consumer(broker, handlers)):
            await until(lambda broker=broker: broker.acknowledged == [0])  # type: ignore[misc]  # mypy knows no default here
    main = threading.main_thread()
    assert [thread is main for thread in threads] == [False, True, True, False]


async def test_an_event_that_comes_again_is_acknowledged_and_not_handled_again() -> None:
    class Handlers(EventHandlers):
        """Counts."""

        got = 0

        def on_other(self, event: Event) -> None:
            self.got += event.event_type == "new"

    handlers, broker = Handlers(), Memory(({"event_type": "new"}, headers(1)), ({"event_type": "new"}, headers(1)))
    async with running(consumer(broker, handlers)):
        await until(lambda: broker.acknowledged == [0, 1])
    assert handlers.got == 1


async def test_what_a_dead_letter_says_and_what_is_logged_repeats_nothing_of_the_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    broker = Memory((b'{"event_type": "parcel_sent", "token": "s3cret"}', {"other": "s3cret"}), PARCEL, breaks=1)
    watched = Watched(lambda _: KeyError("parcel"))
    async with running(consumer(broker, watched, dead_letters="graves")):
        await until(lambda: broker.acknowledged == [0, 1])
    (target, invalid), (_, failed) = broker.dead
    assert target == "graves"
    assert isinstance(invalid.error, InvalidEventError)
    assert (str(failed.error), failed.attempts) == ("'parcel'", 2)
    assert "s3cret" not in f"{invalid!r}{invalid.reason}{invalid.notes()}{caplog.text}"
    assert "The handler of `parcel_sent` from parcels failed (attempt 2 of 2): KeyError" in caplog.text


async def test_a_broken_connection_is_told_without_its_text_and_made_again(caplog: pytest.LogCaptureFixture) -> None:
    broker = Memory(PARCEL, breaks=2)
    watched = Watched()
    async with running(consumer(broker, watched)):
        await watched.called()
    assert caplog.messages == [
        "No connection to the broker (ConnectionError); trying again in 0.1 s.",
        "The broker is back.",
        "No connection to the broker (ConnectionError); trying again in 0.1 s.",
        "The broker is back.",
    ]


async def test_stopping_does_not_wait_for_a_broker_that_is_away() -> None:
    broker = Memory(breaks=1_000_000)
    async with running(consumer(broker, Watched(), delay=3600)):
        await until(lambda: broker.sessions == 1)
    assert broker.closed == 1


async def test_leaving_the_block_stops_and_waits_for_the_end() -> None:
    broker, watched = Memory(PARCEL), Watched()
    async with consumer(broker, watched) as one:
        running = asyncio.create_task(one.run())
        await watched.called()
    assert running.done()
    assert broker.acknowledged == [0]


async def test_a_consumer_runs_within_its_own_block_until_a_handler_stops_it() -> None:
    broker = Memory(PARCEL, PARCEL)
    one: Consumer[Any] = consumer(broker, lambda _: one.stop())
    async with one:
        await one.run()
    assert broker.acknowledged == [0]


async def test_a_consumer_that_never_ran_can_be_left() -> None:
    async with consumer(Memory(), Watched()):
        pass


async def test_a_consumer_runs_once() -> None:
    one = consumer(Memory(), Watched())
    one.stop()
    await one.run()
    with pytest.raises(RuntimeError, match="make another one"):
        await one.run()


async def test_a_run_that_is_cancelled_ends_at_once_and_acknowledges_nothing() -> None:
    broker, watched = Memory(PARCEL), Watched()
    watched.gate.clear()
    task = asyncio.create_task(consumer(broker, watched).run())
    await watched.called()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (broker.acknowledged, broker.closed) == ([], 1)


async def test_a_run_whose_cancellation_the_broker_swallows_ends_all_the_same() -> None:
    class Deaf(Memory):
        """Swallows a cancellation while it acknowledges."""

        acknowledging = asyncio.Event()

        async def acknowledge(self, delivery: Delivery) -> None:
            self.acknowledging.set()
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await super().acknowledge(delivery)

    broker = Deaf(PARCEL, PARCEL)
    task = asyncio.create_task(consumer(broker, Watched()).run())
    await broker.acknowledging.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, SECONDS)
    assert broker.acknowledged == [0]


async def test_what_waits_for_the_broker_is_cancelled_until_it_ends() -> None:
    class Stubborn(Memory):
        """Swallows one cancellation, as redis-py does."""

        async def next(self) -> Delivery:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.Event().wait()
            raise AssertionError

    broker = Stubborn()
    async with running(consumer(broker, Watched())):
        await until(lambda: broker.sessions == 1)
    assert broker.closed == 1


def test_pauses_grow_and_have_an_end() -> None:
    effort = Effort(5, 1.0)
    for failures, longest in ((1, 1), (2, 2), (4, 8), (9, 30), (100_000, 30)):
        assert longest / 2 <= effort.pause(failures) <= longest


def test_an_effort_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="attempts is 0"):
        Effort(0, 1)
    with pytest.raises(ValueError, match="retry_delay is -1 seconds"):
        Effort(1, -1)
