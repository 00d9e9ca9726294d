"""The state before and after each of a world's newest requests: references to persistent maps, so they cost nothing."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from commerce_mock.store.memory import State

KEPT: Final = 256
_NUMBERED: Final = re.compile(r"request-([0-9]{1,15})").fullmatch


class Version(NamedTuple):
    """The state around one request: `number` is its place in the journal, `request_id` its `X-Request-Id`.

    `frozen_at` is where the world's clock stood after it (milliseconds since the epoch), None where it ran.
    """

    number: int
    request_id: str
    before: State
    after: State
    frozen_at: int | None


# As it is kept: a plain tuple, which is cheaper to make.
Kept = tuple[int, str, State, State, int | None]


class EvictedError(LookupError):
    """The request was answered here, but so many came after it that its state is kept no longer."""


class Versions:
    """The newest `KEPT` requests' states of one world; lives as long as the world."""

    __slots__ = ("_kept", "keep")

    def __init__(self) -> None:
        self._kept: deque[Kept] = deque(maxlen=KEPT)
        self.keep = self._kept.append
        """Keep a version; the oldest is forgotten where there are too many."""

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Version]:
        """All that are kept, oldest first."""
        return map(Version._make, list(self._kept))

    def of(self, identifier: str) -> Version:
        """The version of a request, by its place in the journal (`request-7`), else by its newest `X-Request-Id`.

        Raises EvictedError for one that is kept no longer, KeyError where there was none of that id.
        """
        newest = deque(reversed(self._kept))
        for version in newest:
            if f"request-{version[0]}" == identifier:
                return Version._make(version)
        for version in newest:
            if version[1] == identifier:
                return Version._make(version)
        named = _NUMBERED(identifier)
        if named is not None and len(self._kept) == KEPT and int(named[1]) < self._kept[0][0]:
            raise EvictedError(identifier)
        raise KeyError(identifier)

    def at(self, identifier: str) -> State:
        """The state after a request. Raises as `of` does."""
        return self.of(identifier).after

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
