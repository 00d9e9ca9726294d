"""The heart of all consumers: one event at a time, acknowledged once it is handled, put aside when it cannot be."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from random import uniform
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypedDict, TypeVar

from commerce_sdk._errors import InvalidEventError
from commerce_sdk.events._dead_letter import DeadLetter, Delivery
from commerce_sdk.events._ending import end
from commerce_sdk.events._subscriber import Subscriber, asynchronous, subscribe

if TYPE_CHECKING:
    from typing import Self

    from commerce_sdk._event import Event

E = TypeVar("E", bound="Event")
T = TypeVar("T")
Parse = Callable[[Any, Mapping[Any, Any] | None], E]
"""What makes an event of a message and its headers: the generated `parse`."""

_LOG: Final = logging.getLogger("commerce_sdk.events")
_LONGEST_DELAY: Final = 30.0
_SHORTEST_OUTAGE: Final = 0.05  # also where handlers are called again at once, a broker is not asked without pause


class Broker(Protocol):
    """What a consumer needs of a broker; lives as long as its consumer."""

    def session(self) -> AbstractAsyncContextManager[None]:
        """A connection with everything on the broker that consuming needs."""
        ...

    async def next(self) -> Delivery:
        """Wait for the next delivery of the session. May be cancelled; nothing is lost by that."""
        ...

    async def acknowledge(self, delivery: Delivery) -> None:
        """The broker need not deliver it again."""
        ...

    async def put_aside(self, letter: DeadLetter, target: str) -> None:
        """Keep a message that cannot be handled in another stream or queue."""
        ...

    def is_passing(self, error: Exception) -> bool:
        """Whether a new session may go well where the last one ended with this error."""
        ...

    async def close(self) -> None:
        """Give back what outlives sessions."""
        ...


class Settings(TypedDict, total=False):
    """What every consumer may be told; its class says what that means."""

    attempts: int
    retry_delay: float
    dead_letters: str | Callable[[DeadLetter], object] | None


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a consumer tries: `attempts` times in all, first after `delay` seconds, then twice as long each time."""

    attempts: int
    delay: float

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts is {self.attempts}, so that no event would be handled: give 1 or more")
        if self.delay < 0:
            raise ValueError(f"retry_delay is {self.delay} seconds: give 0 or more")

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, at most 30, with jitter."""
        longest: float = min(_LONGEST_DELAY, self.delay * 2 ** min(failures - 1, 16))
        return uniform(longest / 2, longest)  # noqa: S311 - jitter, no secret


class Consumer(Generic[E]):
    """Takes events from a broker to their handlers, one after the other; made for one `run()`.

    An event is acknowledged after its handler returned, so it is delivered again if the process ends before: at least
    once, and `EventHandlers` leave out what they had. A handler that raises is called again, `attempts` times in all;
    then, and if the message is no event at all, it is put aside as a dead letter, so that the next can come.
    """

    def __init__(
        self,
        broker: Broker,
        handlers: Subscriber[E],
        *,
        parse: Parse[E] | None,
        effort: Effort,
        dead_letters: str | Callable[[DeadLetter], object] | None,
    ) -> None:
        self._broker = broker
        self._handle = subscribe(handlers)
        self._parse: Parse[Any] = parse or _generated_parse()
        self._effort = effort
        self._target = dead_letters if isinstance(dead_letters, str) else None
        self._bury = asynchronous(dead_letters) if callable(dead_letters) else self._put_aside
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> "Self":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._running is not None and self._running is not asyncio.current_task():
            await asyncio.wait([self._running])

    def stop(self) -> None:
        """Let `run()` end as soon as the handler that is at work has ended; for signal handlers too."""
        self._stopping.set()

    async def run(self) -> None:
        """Handle events until `stop()`. A broker that cannot be reached, or goes away, is awaited.

        Raises `ConnectionFailedError` where waiting does not help (wrong password, no such queue), and whatever a
        `dead_letters` callable raises.
        """
        if self._running is not None:
            raise RuntimeError("this consumer has run, or still does: make another one")
        self._running = asyncio.current_task()
        failures = 0
        try:
            while not self._stopping.is_set():
                try:
                    async with self._broker.session():
                        if failures:
                            _LOG.warning("The broker is back.")
                        failures = 0
                        await self._serve()
                except Exception as error:
                    if not self._broker.is_passing(error):
                        raise
                    failures += 1
                    pause = max(_SHORTEST_OUTAGE, self._effort.pause(failures))
                    _LOG.warning("No connection to the broker (%s); trying again in %.1f s.", _name(error), pause)
                    await self._unless_stopped(asyncio.sleep(pause))
        finally:
            await self._broker.close()

    async def _serve(self) -> None:
        while not self._stopping.is_set():
            delivery = await self._unless_stopped(self._broker.next())
            if delivery is not None and await self._settle(delivery):
                await self._broker.acknowledge(delivery)
            if self._running is not None and self._running.cancelling():
                raise asyncio.CancelledError  # which the broker's client has swallowed: see `end`

    async def _settle(self, delivery: Delivery) -> bool:
        """Handle a delivery, or bury it. False: there was no time for either, it will be delivered again."""
        try:
            event = self._parse(delivery.message, delivery.headers)
        except InvalidEventError as error:
            return await self._give_up(delivery, error, delivery.earlier + 1)
        failure: Exception | None = None
        for attempt in range(delivery.earlier + 1, self._effort.attempts + 1):
            try:
                await self._handle(event)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failure of that handler
                failure = error
                told = (event.event_type, delivery.channel, attempt, self._effort.attempts, _name(error))
                _LOG.warning("The handler of `%s` from %s failed (attempt %d of %d): %s", *told)
            else:
                return True
            if attempt < self._effort.attempts:
                await self._unless_stopped(asyncio.sleep(self._effort.pause(attempt)))
                if self._stopping.is_set():
                    return False
        return await self._give_up(delivery, failure, max(delivery.earlier, self._effort.attempts))

    async def _give_up(self, delivery: Delivery, error: Exception | None, attempts: int) -> bool:
        letter = DeadLetter(delivery.channel, delivery.message, delivery.headers, error, attempts)
        own = None if isinstance(error, InvalidEventError) else error
        _LOG.error("A message from %s becomes a dead letter: %s", letter.channel, letter.reason, exc_info=own)
        await self._bury(letter)
        return True

    async def _put_aside(self, letter: DeadLetter) -> None:
        await self._broker.put_aside(letter, self._target or f"{letter.channel}.dead")

    async def _unless_stopped(self, waiting: Coroutine[Any, Any, T]) -> T | None:
        """What something results in; None if `stop()` was called before it did."""
        task = asyncio.create_task(waiting)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await end(task)
        return None if task.cancelled() else task.result()


def _generated_parse() -> Parse[Any]:
    from commerce_sdk._generated import events  # noqa: PLC0415 - a consumer of another contract's events needs no such

    return events.parse


def _name(error: Exception) -> str:
    """An error's type. Not its text, which may repeat what only the event's owner may see."""
    return type(error).__name__
