"""Following a log of a world: what came since, for those who wait for it. Nobody who writes to the log knows of them.

A log only grows, unless the world is taken back (reset, rewind, import): then it is another one, which begins like the
old one. So a place in it is a number, and who keeps the state of the last look sees from where on the two differ.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from commerce_mock.store.memory import MemoryStore, MemoryTransaction, State
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Response

if TYPE_CHECKING:
    from commerce_mock.world import World

MOST_LOOKED_THROUGH = 2_000  # entries at one look, so that nobody's filter keeps a request waiting
MOST_AT_ONCE = 100  # entries that are worded at one look
MOST_FOLLOWERS = 5_000  # of all worlds
_PASSED_OVER = 10  # entries of a log are passed over in the time in which one is looked up

Chooses = Callable[[Any], bool]


class Selection(Protocol):
    """Which entries of one log somebody wants to see, and how they are shown; of equal ones each will do for the other.

    `log` is the log's name.
    """

    log: ClassVar[str]

    def chooser(self, store: MemoryTransaction) -> Chooses | None:
        """What says of an entry whether it is wanted; None where all are."""

    def shown(self, tx: Transaction, number: int) -> dict[str, Any]:
        """The entry of that number, from 0, as the control document shows it."""

    def identifier(self, store: MemoryTransaction, position: int) -> str:
        """The id of the last of the first `position` entries, else one that stands for none."""

    def kind(self, shown: dict[str, Any]) -> str:
        """What a listener calls it."""


def chosen(store: MemoryTransaction, selection: Selection, after: int = 0, end: int | None = None) -> range | list[int]:
    """The numbers of the wanted entries from the `after`th on, oldest first; a range where all are wanted."""
    end = store.count(selection.log) if end is None else end
    chooses = selection.chooser(store)
    if chooses is None:
        return range(min(after, end), end)
    return [number for number, entry in _entries(store, selection.log, after, end) if chooses(entry)]


def _entries(store: MemoryTransaction, log: str, after: int, end: int) -> Iterator[tuple[int, Any]]:
    """The entries from the `after`th on, with their numbers. To pass over many is slow, to look up many is slower."""
    if (end - after) * _PASSED_OVER < end:
        return ((number, store.entry(log, number)) for number in range(after, end))
    return enumerate(islice(store.oldest(log), after, end), after)


class Cursor:
    """A place in a log of a world: `position` entries were looked at. Lives as long as somebody goes on from there."""

    __slots__ = ("_state", "position", "selection", "world")

    def __init__(self, world: "World", selection: Selection, position: int) -> None:
        self.world = world
        self.selection = selection
        self.position = position
        self._state = world.store.state

    def look(self) -> tuple[MemoryTransaction, bool]:
        """What there is now, and whether it was taken back since: then the position is where that begins to differ."""
        before, self._state = self._state, self.world.store.state
        now = MemoryStore(self._state).begin()
        if before is self._state:
            return now, False
        log, known = self.selection.log, self.position
        if not known or (now.count(log) >= known and self._is_same(before, now, known)):
            return now, False
        low, high = 0, min(known, now.count(log))
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._is_same(before, now, middle) else (low, middle - 1)
        self.position = low
        return now, True

    def _is_same(self, before: State, now: MemoryTransaction, length: int) -> bool:
        """Whether the first `length` entries are those that were there before."""
        log = self.selection.log
        then = MemoryStore(before).begin()
        return now.entry(log, length - 1) is then.entry(log, length - 1)


class Waiting:
    """An answer that is to come later: once `wanted` entries are there, else after so many `seconds`.

    Lives as long as its request. `write` makes the answer's body anew, from what there is then.
    """

    __slots__ = ("_after", "_found", "_wanted", "_write", "cursor", "seconds")

    def __init__(  # noqa: PLR0913 - what it waits for, and what is there already
        self, cursor: Cursor, write: Callable[[], bytes], *, seconds: float, wanted: int, found: int, after: int
    ) -> None:
        self.seconds = seconds
        self.cursor = cursor
        self._write = write
        self._wanted = wanted
        self._found = found
        self._after = after

    def is_over(self) -> bool:
        """Whether there is enough by now; what was looked at is not looked at again."""
        cursor = self.cursor
        store, back = cursor.look()
        if back:
            self._found = len(chosen(store, cursor.selection, self._after))
        else:
            self._found += len(chosen(store, cursor.selection, cursor.position))
        cursor.position = store.count(cursor.selection.log)
        return self._found >= self._wanted

    def finish(self, response: Response) -> None:
        """Let the answer say what there is now. The journal has it already, but shows no answers of controls."""
        with self.cursor.world.lock:
            response.body = self._write()
        kept = [(name, value) for name, value in response.headers if name != b"content-length"]
        response.headers = [*kept, (b"content-length", b"%d" % len(response.body))]
        response.delivery = None


class Following:
    """An answer that goes on as long as somebody listens, from where a cursor is; lives as long as its request."""

    __slots__ = ("cursor",)

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
