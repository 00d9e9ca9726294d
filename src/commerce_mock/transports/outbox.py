"""The outbox: events that were committed, kept in files until every broker has them."""

import logging
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from orjson import Fragment, dumps

from commerce_mock.branches import endings, new_branch
from commerce_mock.events import Emitted
from commerce_mock.payload import Payload
from commerce_mock.transports import segment
from commerce_mock.transports.cursor import end
from commerce_mock.transports.definition import Definition, worded
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

    `position` is the next event's, from 0 and never used twice. All but `prepare` is called from the mock's one thread.
    """

    def __init__(self, home: Home, worlds: "Worlds") -> None:
        self.home = home
        self.directory: Path = home.directory
        self.lost = 0
        self.position = max(end(home.directory), furthest(home.directory))
        self._worlds = worlds
        self._default = worlds.default
        self._origin = self._default.origin
        self._retry = 0.0  # when a disk that had no room is tried again
        self._ready = False
        self._writer: Writer | None = None
        self._append: Callable[[bytes], bool] = _no_room
        self._known: dict[int, dict[Payload, int]] = {}  # by the era of a world, the number of each definition
        self._definitions = 0
        self.prepare()

    def __repr__(self) -> str:
        return f"<FileOutbox of {self.position} events>"

    def append(self, world: str, event: Emitted) -> None:
        """Keep an event of the world of that name, to be published."""
        # Every request that causes an event pays for this: what need not be done before its answer is not done here.
        found = self._default if world == DEFAULT else self._worlds.get(world)
        if found is not None and event.worded is None:
            known = self._known.get(found.era)
            if known is not None:
                defined = known.get(event.maker)
                if defined is not None:
                    about = Fragment(event.about.row[0])
                    content = (defined, event.number, event.time, event.correlation_id, event.traceparent, about)
                    if self._append(dumps(content)):
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
        if self._writer is not None:
            self._writer.close()
            self._writer, self._append = None, _no_room
        (self.directory / _SPARE).unlink(missing_ok=True)
        self._ready = False
        self.home.close()

    def _write(self, writer: Writer, world: "World | None", name: str, event: Emitted) -> bool:
        """Write a frame with the payload, and first what it refers to; False where there is no room."""
        known = {} if world is None else self._known.setdefault(world.era, {})
        defined = known.get(event.maker)
        if defined is None:
            if not writer.append(self._definition(world, name, event).content()):
                return False
            defined = known[event.maker] = self._definitions
            self._definitions += 1
        return writer.append(worded(defined, event))

    def _definition(self, world: "World | None", name: str, event: Emitted) -> Definition:
        """What the events that are like this one have in common."""
        trunk = "" if self._is_first(world) else self._ending(name, new_branch() if world is None else world.birth)
        branches = [] if world is None else endings(world.store.state)
        described, resource = event.event, event.about.resource
        return Definition(
            name,
            [*((start, self._ending(name, branch)) for start, branch in branches), (0, trunk)],
            described.channel,
            event.type,
            f"/{described.service}",
            resource.collection,
            resource.key,
            event.maker.plan,
        )

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
