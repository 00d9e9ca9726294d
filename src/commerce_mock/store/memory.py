"""The store in memory: all state of a world is one persistent map, so a commit swaps one reference.

Its tables are maps in that map: one a collection (id -> row), one a kind of record, and those of `sequences.py`, which
keep logs, the order of creation, and the ids of each owner. A collection's name has no slash, and whatever else is kept
here has a name with one, so that a contract may store `events` or `timers` of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any

from immutables import Map

from commerce_mock.store.sequences import ALL, CHUNKS, NO_TAIL, OWNERS, SIZE, TAILS, Sequence, Tail, appended, extended
from commerce_mock.store.timers import NO_TIMERS, Heap, Timer, added, ordered, taken, without

# A row is a plain tuple of (answer, owner, state, hidden): bytes and strings only, so that the garbage
# collector stops looking at it. `answer` is the encoded resource, `hidden` what never leaves the mock.
Row = tuple[bytes, str | None, str | None, bytes | None]
State = Map[str, Any]

EMPTY: Map[Any, Any] = Map()
NOTHING: State = Map()
CLAIMS = "/claims/"
TIMERS = "/timers"
NUMBERS = "/numbers"
PENDING = "pending"


def shown(row: Row) -> Row:
    """The row without what never leaves the mock: what logs keep of it."""
    return row if row[3] is None else (row[0], row[1], row[2], None)


class MemoryStore:
    """Holds the current state of one world; lives as long as it. `state` never changes: kept, it is a snapshot."""

    __slots__ = ("state",)

    def __init__(self, state: State = NOTHING) -> None:
        self.state = state

    def begin(self) -> "MemoryTransaction":
        """A transaction on the current state; writes nothing until it is committed."""
        return MemoryTransaction(self)


class MemoryTransaction:
    """The few verbs of the store seam, on one consistent state; lives for one request, reaction or timer."""

    __slots__ = ("_edits", "_state", "_store", "_tails")

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._state = store.state
        self._edits: dict[str, Any] = {}
        self._tails: dict[str, Tail] = {}

    def commit(self) -> None:
        """Make every write visible at once.

        Raises RuntimeError where another transaction was committed since this one began: it would be undone.
        """
        if self._edits or self._tails:
            if self._store.state is not self._state:
                message = "another transaction was committed while this one was open: hold the world's lock"
                raise RuntimeError(message)
            root = self._state.mutate()
            for name, table in self._edits.items():
                root[name] = table.finish()
            for name, tail in self._tails.items():
                root[name] = tail
            self._store.state = root.finish()

    def _read(self, name: str) -> Any:
        table = self._edits.get(name)
        return self._state.get(name, EMPTY) if table is None else table

    def _write(self, name: str) -> Any:
        table = self._edits.get(name)
        if table is None:
            table = self._edits[name] = self._state.get(name, EMPTY).mutate()
        return table

    # Rows

    def get(self, collection: str, key: str) -> Row | None:
        """The row of a resource."""
        table = self._edits.get(collection)
        row: Row | None = (self._state.get(collection, EMPTY) if table is None else table).get(key)
        return row

    def insert(self, collection: str, key: str, row: Row) -> None:
        """Store a new resource, the newest of its collection and of its owner."""
        self._write(collection)[key] = row
        self._append(collection, ALL, key)
        owner = row[1]
        if owner and owner != key:
            self._append(collection, owner, key)

    def insert_all(self, collection: str, rows: Mapping[str, Row]) -> None:
        """Store many new resources, the oldest first: as `insert` of each, in a part of the time."""
        self._write(collection).update(rows)
        owned: defaultdict[str, list[str]] = defaultdict(list)
        for key, row in rows.items():
            if row[1] and row[1] != key:
                owned[row[1]].append(key)
        tail, chunks = extended(self._tail(collection), list(rows))
        self._tails[collection + TAILS] = tail
        filled = {(collection, ALL, number): chunk for number, chunk in chunks}
        owners = self._write(collection + OWNERS)
        for owner, keys in owned.items():
            owners[owner], chunks = extended(owners.get(owner, NO_TAIL), keys)
            filled.update({(collection, owner, number): chunk for number, chunk in chunks})
        self._write(CHUNKS).update(filled)

    def replace(self, collection: str, key: str, row: Row) -> None:
        """Store a changed resource; its owner stays who it was."""
        self._write(collection)[key] = row

    def count(self, name: str, part: str = ALL) -> int:
        """How many rows a collection has, or how many entries a log: of all, or of one owner or subject."""
        start, items = self._tail(name) if part is ALL else self._read(name + OWNERS).get(part, NO_TAIL)
        return start + len(items)

    def newest(self, collection: str, owner: str = ALL, skip: int = 0) -> Iterator[Row]:
        """Rows of a collection or of one owner, newest first, from the `skip`th on."""
        table = self._read(collection)
        return (table[key] for key in self._sequence(collection, owner).newest(skip))

    # Claims, numbers, logs, records

    def claim(self, name: str, value: Hashable, holder: str) -> bool:
        """Reserve a unique value for `holder`; False where another holds it."""
        claims = self._write(CLAIMS + name)
        if claims.get(value, holder) != holder:
            return False
        claims[value] = holder
        return True

    def holder(self, name: str, value: Hashable) -> str | None:
        """Who holds a unique value."""
        holder: str | None = self._read(CLAIMS + name).get(value)
        return holder

    def release(self, name: str, value: Hashable) -> None:
        """Give up a claim, so that another may make it."""
        self._write(CLAIMS + name).pop(value, None)

    def number(self, sequence: str) -> int:
        """The next number of a sequence, from 1."""
        numbers = self._write(NUMBERS)
        number: int = numbers.get(sequence, 0) + 1
        numbers[sequence] = number
        return number

    def reach(self, sequence: str, number: int) -> None:
        """Let a sequence go on after `number`, where it is not there yet."""
        numbers = self._write(NUMBERS)
        numbers[sequence] = max(number, numbers.get(sequence, 0))

    def append(self, log: str, entry: Any, subject: str | None = None) -> int:
        """Add an immutable entry to a log (and to its subject's part of it); its number, from 0."""
        if subject is not None:
            self._append(log, subject, entry)
        return self._append(log, ALL, entry)

    def entry(self, log: str, number: int) -> Any:
        """One entry of a log. Raises KeyError or IndexError where there is none of that number."""
        return self._sequence(log, ALL)[number]

    def oldest(self, log: str, subject: str = ALL) -> Iterator[Any]:
        """Entries of a log, or of one subject in it, oldest first."""
        return iter(self._sequence(log, subject))

    def latest(self, log: str, skip: int = 0) -> Iterator[Any]:
        """Entries of a log, newest first, from the `skip`th on."""
        return self._sequence(log, ALL).newest(skip)

    def _tail(self, name: str) -> Tail:
        """The end of a whole sequence. It stands in the root itself: to replace it is cheap, however long it is."""
        place = name + TAILS
        tail: Tail | None = self._tails.get(place)
        return self._state.get(place, NO_TAIL) if tail is None else tail

    def _sequence(self, name: str, part: str) -> Sequence:
        tail = self._tail(name) if part is ALL else self._read(name + OWNERS).get(part, NO_TAIL)
        return Sequence(tail, self._read(CHUNKS), name, part)

    def _append(self, name: str, part: str, item: Any) -> int:
        if part is ALL:
            tails, place, before = self._tails, name + TAILS, self._tail(name)
        else:
            tails, place = self._write(name + OWNERS), part
            before = tails.get(part, NO_TAIL)
        position, tails[place] = appended(before, item)
        if position % SIZE == SIZE - 1:
            self._write(CHUNKS)[name, part, position // SIZE] = tails[place][1]
        return position

    def recall(self, kind: str, key: Hashable) -> Any:
        """A small record, or None."""
        return self._read(kind).get(key)

    def remember(self, kind: str, key: Hashable, record: Any) -> None:
        """Keep a small immutable record."""
        self._write(kind)[key] = record

    def records(self, kind: str) -> Iterator[tuple[Any, Any]]:
        """All small records of a kind, with their keys."""
        return iter(list(self._read(kind).items()))

    def erase(self, kind: str, key: Hashable) -> None:
        """Drop one small record."""
        if key in self._read(kind):
            del self._write(kind)[key]

    def forget(self, kind: str) -> None:
        """Drop all records of a kind."""
        if self._read(kind):
            self._edits[kind] = EMPTY.mutate()

    # Timers

    def schedule(self, due: int, name: str, argument: str) -> None:
        """Let the timer `name` fire at `due` (milliseconds since the epoch)."""
        self._write(TIMERS)[PENDING] = added(self._pending(), (due, self.number(TIMERS), name, argument))

    def next_timer(self) -> Timer | None:
        """The timer that fires first."""
        pending = self._pending()
        return pending[1] if pending else None

    def timers(self) -> Iterator[Timer]:
        """All timers, the one that fires first before the others."""
        return ordered(self._pending())

    def take_timer(self) -> Timer:
        """The timer that fires first, taken out. Raises IndexError where there is none."""
        first, rest = taken(self._pending())
        self._write(TIMERS)[PENDING] = rest
        return first

    def unschedule(self, name: str, subjects: Collection[str]) -> None:
        """Let no timer of this name fire that is about one of these; takes as long as there are timers."""
        if subjects:
            self._write(TIMERS)[PENDING] = without(self._pending(), name, subjects)

    def _pending(self) -> Heap:
        pending: Heap = self._read(TIMERS).get(PENDING, NO_TIMERS)
        return pending
