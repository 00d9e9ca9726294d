"""Sequences that only grow, in persistent maps: the last few items in a tuple, the rest in chunks of that size.

To append copies a short tuple, whatever the length; when it is full, it is a chunk. A sequence has a name (`orders`,
`events`) and a part: all of it, or what is of one owner or subject.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

ALL: Final = ""
TAILS: Final = "/tail"
OWNERS: Final = "/owners"
CHUNKS: Final = "/chunks"
SIZE: Final = 32

# How many items stand in chunks before these. A full tail is a chunk too, and counts as none of its own.
Tail = tuple[int, tuple[Any, ...]]
NO_TAIL: Final[Tail] = (0, ())


def appended(tail: Tail, item: Any) -> tuple[int, Tail]:
    """The position of a new item, from 0, and the tail with it. Whoever gets a full tail keeps it as a chunk."""
    start, items = tail
    if len(items) == SIZE:
        start += SIZE
        items = ()
    return start + len(items), (start, items + (item,))  # noqa: RUF005 - one copy instead of two, on the hottest path


def extended(tail: Tail, new: list[Any]) -> tuple[Tail, list[tuple[int, tuple[Any, ...]]]]:
    """The tail with many new items, and the chunks that they fill, each with its number."""
    start, items = tail
    if not new:
        return tail, []
    if len(items) == SIZE:
        start, items = start + SIZE, ()
    whole = (*items, *new)
    full = [(start // SIZE + n, whole[n * SIZE : (n + 1) * SIZE]) for n in range(len(whole) // SIZE)]
    if len(whole) % SIZE == 0:  # a full tail stays one, as if it had been appended to
        return (start + len(whole) - SIZE, full[-1][1]), full
    return (start + len(full) * SIZE, whole[len(full) * SIZE :]), full


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part of a sequence as it was when it was asked for."""

    tail: Tail
    chunks: Any
    name: str
    part: str

    def __iter__(self) -> Iterator[Any]:
        """Go through all items, oldest first."""
        start, items = self.tail
        for number in range(start // SIZE):
            yield from self.chunks[self.name, self.part, number]
        yield from items

    def __getitem__(self, position: int) -> Any:
        """One item. Raises KeyError or IndexError where there is none at that position."""
        start, items = self.tail
        if position >= start:
            return items[position - start]
        return self.chunks[self.name, self.part, position // SIZE][position % SIZE]

    def newest(self, skip: int = 0) -> Iterator[Any]:
        """Items, newest first, from the `skip`th on."""
        start, items = self.tail
        return map(self.__getitem__, range(start + len(items) - 1 - skip, -1, -1))
