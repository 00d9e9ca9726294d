"""What a rule of the table is: one kind of change, whom it breaks, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Final


class Breaks(Flag):
    """Whom a change breaks: clients that call and listen, services that implement. A change may break both."""

    NOBODY = 0
    CLIENTS = auto()
    SERVICES = auto()
    BOTH = CLIENTS | SERVICES


class Sureness(StrEnum):
    """How a change is judged besides whom it breaks."""

    DECIDED = "decided"
    UNDECIDED = "undecided"  # nobody knows whether it breaks anybody
    TEXT = "text"  # only words for people, or examples: counted, and listed on demand


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change. `about` is the heading it stands under; `sentence` says what changed, `reason` why it counts.

    `id` names it in reports, and for good.
    """

    id: str
    about: str
    sentence: str
    breaks: Breaks
    reason: str
    sureness: Sureness = Sureness.DECIDED

    @property
    def classes(self) -> tuple[str, ...]:
        """The words for it: `clients`, `services` or both, else `undecided` or `safe`."""
        broken = ((Breaks.CLIENTS, "clients"), (Breaks.SERVICES, "services"))
        named = tuple(word for each, word in broken if each in self.breaks)
        return named or (("undecided",) if self.sureness is Sureness.UNDECIDED else ("safe",))


Row = tuple[str, Breaks, str, str]
"""Id, whom it breaks, what changed, and why that counts."""

SAFE: Final = Breaks.NOBODY
CLIENTS: Final = Breaks.CLIENTS
SERVICES: Final = Breaks.SERVICES
BOTH: Final = Breaks.BOTH


def rules(about: str, *rows: Row) -> Iterator[Rule]:
    """The rules under one heading."""
    return (Rule(name, about, sentence, breaks, reason) for name, breaks, sentence, reason in rows)
