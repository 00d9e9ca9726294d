"""Events as they were heard, whatever brought them, and what keeps the last of them."""

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

MOST_KEPT: Final = 50_000
TYPE: Final = "event_type"
HEADER_TYPE: Final = "ce-type"
ID: Final = "ce-id"
CAUSE: Final = "correlation-id"


@dataclass(frozen=True, slots=True)
class TappedEvent:
    """One event that was heard; lives as long as the report.

    `number` is its place among all that this run heard, from 1, `when` a moment of the machine's monotonic clock.
    `payload` may be anything, for a service may publish anything. It and `headers` may hold secrets: in no repr.
    """

    number: int
    type: str
    channel: str
    payload: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    when: float

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from others: its id, else its number, so that each counts that has none."""
        known = self.headers.get(ID)
        return ("", str(self.number)) if not known else (known,)

    def says(self, name: str) -> Any:
        """What the payload has under a name, None where it has nothing there or is no object."""
        return self.payload.get(name) if isinstance(self.payload, dict) else None


class Tap(ABC):
    """Listens from `start` to `close`; keeps the last `MOST_KEPT` events. Safe between threads.

    `name` is where it listens, without secrets.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: deque[TappedEvent] = deque(maxlen=MOST_KEPT)
        self._number = 0
        self._turn = threading.RLock()

    @abstractmethod
    def start(self) -> None:
        """Listen from now on. Raises UnreachableError."""

    @abstractmethod
    def close(self) -> None:
        """Listen no more, and leave nothing behind."""

    @abstractmethod
    def pull(self) -> None:
        """Fetch what was published meanwhile. Raises UnreachableError where the broker is gone."""

    def events(self, since: int = 0) -> list[TappedEvent]:
        """What was heard after the event number `since`, in the order in which it was heard."""
        with self._turn:
            self.pull()
            found = []
            for event in reversed(self._kept):
                if event.number <= since:
                    break
                found.append(event)
            return found[::-1]

    @property
    def heard(self) -> int:
        """The number of the last event that was heard."""
        with self._turn:
            self.pull()
            return self._number

    def keep(self, channel: str, payload: Any, headers: Iterable[tuple[str, str]]) -> None:
        """Put an event down that came just now."""
        named = dict(headers)
        said = payload.get(TYPE) if isinstance(payload, dict) else None
        kind = said if isinstance(said, str) else named.get(HEADER_TYPE, "")
        with self._turn:
            self._number += 1
            self._kept.append(TappedEvent(self._number, kind, channel, payload, named, monotonic()))
