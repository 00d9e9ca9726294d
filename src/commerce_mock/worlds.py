"""All worlds of a mock, by name: universes side by side, none of which sees another."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from commerce_contract import Contract
from commerce_mock.coverage import Counts, begin_anew, exercised
from commerce_mock.outcome import Outcome
from commerce_mock.problems import at
from commerce_mock.snapshots import Conditions, Moment
from commerce_mock.wire import Request

if TYPE_CHECKING:
    from commerce_mock.world import World

DEFAULT: Final = "default"
HEADER: Final = b"x-mock-world"
BAGGAGE: Final = b"baggage"
_ENTRY: Final = b"mock-world"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}").fullmatch


Replay = Callable[[Any, Contract], Outcome]


class Worlds:
    """Lives as long as the mock. The default world is there from the start; another one is made when it is first named.

    A world that is made begins as the default world began. `limit` bounds how many there are at once.
    `past` is what the clients of worlds exercised that are no longer there, `listeners` how many streams are open.
    `brokers` tells how they are where events go to some, `replay` asks a recording again in a mock of its own.
    """

    def __init__(self, default: "World", limit: int = 10_000) -> None:
        self.default = default
        self.past: Counts = Counts()
        self.limit = limit
        self.listeners = 0
        self.brokers: Callable[[], dict[str, Any]] | None = None
        self.replay: Replay | None = None
        self.began = default.clock.frozen_at
        self._lock = Lock()
        self._others: dict[str, World] = {}
        default.worlds = self
        begin_anew(self)  # what the scenario brought along, no client has exercised

    def __iter__(self) -> Iterator["World"]:
        yield self.default
        yield from list(self._others.values())

    def __len__(self) -> int:
        return 1 + len(self._others)

    def get(self, name: str) -> "World | None":
        """The world of that name, where there is one."""
        return self.default if name == DEFAULT else self._others.get(name)

    def of(self, request: Request) -> "World":
        """The world that a request names, made where there is none; the default one where it names none.

        Raises Problem BAD_REQUEST for a name that no world can have, CONFLICT where there are too many.
        """
        name = named(request)
        if name is None:
            return self.default
        world = self._others.get(name)
        if world is None:
            world = self.default if name == DEFAULT else self._make(name)
        world.used = monotonic()
        return world

    def fork(self, source: "World", name: str, moment: Moment | None = None) -> "World":
        """A new world that goes on from another one, or from an earlier `moment` of it; costs the same for any size.

        Raises Problem BAD_REQUEST or CONFLICT.
        """
        check(name)
        with source.lock:
            moment = moment or Moment.of(source)
            fork = source.twin(name, source.clock.frozen_at, source.clock.offset)
            replace(moment, conditions=moment.conditions or Conditions.of(source)).restore(fork)
        return self._add(fork)

    def remove(self, name: str) -> bool:
        """Forget a world; False where there is none. The default world cannot be forgotten."""
        with self._lock:
            world = self._others.pop(name, None)
            if world is not None:
                self.past.update(exercised(world.meters))
            return world is not None

    def expire(self, idle: float) -> list[str]:
        """Forget the worlds that nobody has named for so many seconds; their names."""
        now = monotonic()
        idle_ones = [world.name for world in list(self._others.values()) if now - world.used > idle]
        return [name for name in idle_ones if self.remove(name)]

    def _make(self, name: str) -> "World":
        world = self.default.twin(name, self.began)
        world.store.state = world.origin
        world.reschedule()
        return self._add(world, or_take=True)

    def _add(self, world: "World", *, or_take: bool = False) -> "World":
        with self._lock:
            present = self._others.get(world.name)
            if present is not None and or_take:
                return present
            if present is not None or world.name == DEFAULT:
                raise at("CONFLICT", "/name", f"There is a world {world.name} already.")
            if len(self._others) >= self.limit:
                raise at("CONFLICT", "/name", f"There are {self.limit} worlds already: delete some.")
            self._others[world.name] = world
            return world


def named(request: Request) -> str | None:
    """The world that a request names by `X-Mock-World`, else by the entry `mock-world` of its `baggage`.

    Raises Problem BAD_REQUEST for a name that no world can have.
    """
    headers = request.headers
    given = headers.get(HEADER)
    place = "/header/X-Mock-World"
    if given is None:
        given = _travelling(headers.get(BAGGAGE, b""))
        place = "/header/baggage"
    return None if given is None else check(given.decode("latin-1").strip(), place)


def check(name: str, place: str = "/name") -> str:
    """The name itself. Raises Problem BAD_REQUEST for one that no world can have."""
    if not _NAME(name):
        raise at("BAD_REQUEST", place, "A world's name is 1 to 64 letters, digits, dots, dashes and underscores.")
    return name


def _travelling(baggage: bytes) -> bytes | None:
    """The world's entry in a `baggage` header (W3C Baggage): `mock-world=w42;properties`."""
    if _ENTRY not in baggage:
        return None
    for member in baggage.split(b","):
        key, _, value = member.partition(b"=")
        if key.strip() == _ENTRY:
            return value.partition(b";")[0].strip()
    return None
