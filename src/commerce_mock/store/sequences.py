"""Sequences that only grow, in persistent maps: the last few items in a tuple, the rest in chunks of that size.

To append copies a short tuple, whatever the length; now and then a chunk is moved out of the way. A sequence has a name
(`orders`, `events`) and a part: all of it, or what is of one owner or subject.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

ALL: Final = ""
TAILS: Final = "/tails"
CHUNKS: Final = "/chunks"
SIZE: Final = 32

Tail = tuple[int, tuple[Any, ...]]
_EMPTY: Final[Tail] = (0, ())


def append(tails: Any, chunks: Callable[[], Any], name: str, part: str, item: Any) -> int:
    """Add an item to one part of a sequence; its position, from 0."""
    key = part or name
    start, items = tails.get(key, _EMPTY)
    if len(items) == SIZE:
        chunks()[name, part, start // SIZE] = items
        start += SIZE
        items = ()
    tails[key] = (start, items + (item,))  # noqa: RUF005 - one copy instead of two, on the hottest path
    return start + len(items)  # type: ignore[no-any-return] # maps are untyped here


def length(tails: Any, name: str, part: str) -> int:
    """How many items one part of a sequence has."""
    start, items = tails.get(part or name, _EMPTY)
    return start + len(items)  # type: ignore[no-any-return] # maps are untyped here


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part of a sequence as it was when it was asked for."""

    tails: Any
    chunks: Any
    name: str
    part: str

    @property
    def _tail(self) -> Tail:
        tail: Tail = self.tails.get(self.part or self.name, _EMPTY)
        return tail

    def __iter__(self) -> Iterator[Any]:
        """Go through all items, oldest first."""
        start, items = self._tail
        for number in range(start // SIZE):
            yield from self.chunks[self.name, self.part, number]
        yield from items

    def __getitem__(self, position: int) -> Any:
        """One item. Raises KeyError or IndexError where there is none at that position."""
        start, items = self._tail
        if position >= start:
            return items[position - start]
        return self.chunks[self.name, self.part, position // SIZE][position % SIZE]

    def newest(self, skip: int = 0) -> Iterator[Any]:
        """Items, newest first, from the `skip`th on."""
        start, items = self._tail
        return map(self.__getitem__, range(start + len(items) - 1 - skip, -1, -1))
