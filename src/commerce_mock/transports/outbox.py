"""The outbox: events that were committed, kept in files until every broker has them."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from commerce_mock.branches import TABLE, endings, new_branch
from commerce_mock.events import Emitted
from commerce_mock.payload import Payload
from commerce_mock.transports import segment
from commerce_mock.transports.cursor import end
from commerce_mock.transports.definition import Definition, by_plan, worded
from commerce_mock.transports.home import Home
from commerce_mock.transports.progress import furthest
from commerce_mock.transports.segment import Writer, path_of
from commerce_mock.worlds import DEFAULT

if TYPE_CHECKING:
    from commerce_mock.world import World
    from commerce_mock.worlds import Worlds

_SPARE: Final = "spare"
_FIRST_RUN: Final = 1
_HALF: Final = 0.5
_PAUSE: Final = 1.0  # seconds until a disk that had no room is tried again

log = logging.getLogger("commerce_mock")


class FileOutbox:
    """The events of all worlds of a mock, in the order in which they were committed; lives as long as the mock.

    What `append` has kept survives the end of the process, however it ends, but not the machine's. Nothing of it waits
    for the disk. Where there is no room the event is lost for brokers, `lost` counts it, and the mock goes on.

    `position` is the next event's, from 0 and never used twice.
    """

    def __init__(self, home: Home, worlds: "Worlds") -> None:
        self.home = home
        self.directory: Path = home.directory
        self.lost = 0
        self.position = max(end(home.directory), furthest(home.directory))
        self._worlds = worlds
        self._default = worlds.default
        self._origin = self._default.origin
        self._lock = Lock()
        self._retry = 0.0  # when a disk that had no room is tried again
        self._ready = False
        self._writer: Writer | None = None
        self._append: Callable[[bytes], bool] = _no_room
        # What the file defines: for each world's birth its branches, and the number of each definition.
        self._known: dict[int, tuple[Any, dict[Payload, int]]] = {}
        self._definitions = 0
        self.prepare()

    def __repr__(self) -> str:
        return f"<FileOutbox of {self.position} events>"

    def append(self, world: str, event: Emitted) -> None:
        """Keep an event of the world of that name, to be published."""
        # Every request that causes an event pays for this, and is answered before the payload is worded.
        found = self._default if world == DEFAULT else self._worlds.get(world)
        with self._lock:
            if found is not None and event.worded is None:
                known = self._known.get(found.birth)
                if known is not None and known[0] is found.store.state.get(TABLE):
                    defined = known[1].get(event.maker)
                    if defined is not None and self._append(by_plan(defined, event)):
                        self.position += 1
                        return
            if self._writer is not None and self._write(self._writer, found, world, event):
                self.position += 1
            else:
                self._append_to_next(found, world, event)

    @property
    def needs_spare(self) -> bool:
        """Whether a file will be needed soon."""
        writer = self._writer
        return not self._ready and (writer is None or writer.share > _HALF)

    def prepare(self) -> None:
        """Have a file for what comes when the one that is written to is full; may be called from another thread."""
        if self.needs_spare:
            try:
                segment.create(self.directory / _SPARE)
            except OSError:
                return  # if it is still so when the file is needed, that is told
            self._ready = True

    def close(self) -> None:
        """Let go of the files and of the directory."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer, self._append = None, _no_room
            (self.directory / _SPARE).unlink(missing_ok=True)
            self._ready = False
            self.home.close()

    def _write(self, writer: Writer, world: "World | None", name: str, event: Emitted) -> bool:
        """Write a frame with the payload, and first what it refers to; False where there is no room."""
        defined = None
        if world is not None:
            table, numbers = self._known.get(world.birth, (None, {}))
            if table is world.store.state.get(TABLE):
                defined = numbers.get(event.maker)
        if defined is None:
            defined = self._define(writer, world, name, event)
        return defined is not None and writer.append(worded(defined, event))

    def _define(self, writer: Writer, world: "World | None", name: str, event: Emitted) -> int | None:
        """Write down what events like this one have in common; the definition's number, None where there is no room."""
        table = None if world is None else world.store.state.get(TABLE)
        trunk = "" if self._is_first(world) else self._ending(name, new_branch() if world is None else world.birth)
        branches = [(start, self._ending(name, branch)) for start, branch in endings(table)]
        described, resource = event.event, event.about.resource
        source, plan = f"/{described.service}", event.maker.plan
        defined = Definition(
            name, [*branches, (0, trunk)], described.channel, event.type, source, resource.collection, resource.key,
            plan,
        )  # fmt: skip
        if not writer.append(defined.content()):
            return None
        number = self._definitions
        self._definitions += 1
        if world is not None:
            known = self._known.get(world.birth)
            if known is None or known[0] is not table:
                known = self._known[world.birth] = (table, {})
            known[1][event.maker] = number
        return number

    def _is_first(self, world: "World | None") -> bool:
        """Whether the world's ids may stand on brokers as they are: no other event of this outbox can have them."""
        return world is self._default and self.home.run == _FIRST_RUN and world.origin is self._origin

    def _ending(self, world: str, branch: int) -> str:
        return f".{world}.{self.home.run}-{branch}"

    def _append_to_next(self, world: "World | None", name: str, event: Emitted) -> None:
        """Go on in a new file."""
        now = monotonic()
        if now < self._retry:
            self.lost += 1
            return
        try:
            writer = self._next(segment.size_for(worded(0, event)))
        except OSError as error:
            self.lost += 1
            self._retry = now + _PAUSE
            log.error("The outbox %s takes no events, so brokers miss them: %s", self.directory, error.strerror)  # noqa: TRY400 - the reason says all
            return
        if self._retry:
            log.error("The outbox takes events again; brokers miss %d", self.lost)
            self._retry = 0.0
        self._writer, self._append = writer, writer.append
        self._write(writer, world, name, event)  # which has room: the file is new
        self.position += 1

    def _next(self, size: int) -> Writer:
        path = path_of(self.directory, self.position)
        if self._ready and size <= segment.SIZE:
            self._ready = False
            (self.directory / _SPARE).replace(path)
        else:
            segment.create(path, size)
        writer = Writer(path)
        if self._writer is not None:
            self._writer.close()
        self._known.clear()
        self._definitions = 0
        return writer


def _no_room(_: bytes) -> bool:
    """What a file says that is not there yet."""
    return False
