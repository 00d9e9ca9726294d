"""Branches of a world's history: after a return to an earlier state the log goes on with the same numbers once more.

Which branch an event is of stands in the state, so that it returns, forks and rewinds with the log itself.
"""

from itertools import count
from typing import TYPE_CHECKING, Final

from commerce_mock.events import LOG
from commerce_mock.store.memory import State

if TYPE_CHECKING:
    from commerce_mock.world import World

TABLE: Final = "/branches"
_ALL: Final = ""
_numbers = count(1)


def new_branch() -> int:
    """A number that no other branch of any world in this process has."""
    return next(_numbers)


def branch(world: "World", start: int | None = None) -> None:
    """Let the events from number `start` on, by default from the next one, be of a branch of their own."""
    store = world.store.begin()
    start = store.count(LOG) if start is None else start
    earlier = tuple(each for each in store.recall(TABLE, _ALL) or () if each[0] < start)
    world.era = new_branch()
    store.remember(TABLE, _ALL, (*earlier, (start, world.era)))
    store.commit()


def endings(state: State) -> list[tuple[int, int]]:
    """The branches that a state tells of, each with the number of its first event; the last one first."""
    table = state.get(TABLE)
    return [] if table is None else list(reversed(table[_ALL]))
