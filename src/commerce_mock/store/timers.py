"""What is to happen later, in the order of time: a leftist heap of plain tuples that never change.

To add a timer or take out the first costs a few steps, however many wait, and an older state keeps its own.
"""

from collections.abc import Collection, Iterator
from heapq import heappop, heappush
from typing import Final

import orjson

# When it fires (milliseconds since the epoch), its number among those of one moment, its name, its argument.
Timer = tuple[int, int, str, str]
# The length of the way down its right side, the first timer, and the heaps of those after it.
Heap = tuple[int, Timer, "Heap", "Heap"] | tuple[()]
NO_TIMERS: Final[Heap] = ()


def merged(one: Heap, other: Heap) -> Heap:
    """All timers of both."""
    if not one or not other:
        return one or other
    if other[1] < one[1]:
        one, other = other, one
    _, first, left, right = one
    right = merged(right, other)
    if _length(left) < _length(right):
        left, right = right, left
    return _length(right) + 1, first, left, right


def added(heap: Heap, timer: Timer) -> Heap:
    """The heap with one timer more."""
    return merged(heap, (1, timer, NO_TIMERS, NO_TIMERS))


def taken(heap: Heap) -> tuple[Timer, Heap]:
    """The first timer, and the heap without it. Raises IndexError where there is none."""
    if not heap:
        message = "no timer is set"
        raise IndexError(message)
    _, first, left, right = heap
    return first, merged(left, right)


def ordered(heap: Heap) -> Iterator[Timer]:
    """All timers, the first one first; the heap stays as it is."""
    waiting = [(heap[1], heap)] if heap else []
    while waiting:
        first, (_, _, left, right) = heappop(waiting)
        yield first
        for rest in (left, right):
            if rest:
                heappush(waiting, (rest[1], rest))


def without(heap: Heap, name: str, subjects: Collection[str]) -> Heap:
    """All timers but those of this name that are about one of the subjects; takes as long as there are timers."""
    rest = NO_TIMERS
    for timer in ordered(heap):
        if timer[2] != name or subject_of(timer) not in subjects:
            rest = added(rest, timer)
    return rest


def subject_of(timer: Timer) -> str:
    """What a timer is about, such as the id of a payment."""
    subject: str = orjson.loads(timer[3])[0]
    return subject


def _length(heap: Heap) -> int:
    return heap[0] if heap else 0
