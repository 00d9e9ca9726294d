"""What came of a replay: all of it the same, or the first place that was not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from commerce_mock.differing import ABSENT, Difference


class BundleError(Exception):
    """A file is no recording that can be replayed; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a replay. `requests` and `events` count what was the same, `difference` is the first that was not.

    `number` is the place in the recording of the request that it is in, from 1, and `request` its method and path; both
    are None after the last request. `notes` say what should be known beside.
    """

    requests: int
    events: int
    sha256: str
    notes: tuple[str, ...]
    difference: Difference | None = None
    number: int | None = None
    request: str | None = None

    @property
    def identical(self) -> bool:
        """Whether everything was answered as it was recorded."""
        return self.difference is None

    def document(self) -> dict[str, Any]:
        """The outcome as the control document shows it."""
        said = {
            "identical": self.identical,
            "requests": self.requests,
            "events": self.events,
            "sha256": self.sha256,
            "notes": [*self.notes],
        }
        if self.difference is None:
            return said
        found = self.difference
        sides = {"recorded": found.expected, "replayed": found.got}
        place = {} if self.number is None else {"number": self.number, "request": self.request}
        told = {"pointer": found.pointer, **{name: side for name, side in sides.items() if side is not ABSENT}}
        return {**said, "difference": {**place, **told}}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """The outcome that such a document tells."""
        counted = document["requests"], document["events"], document["sha256"], tuple(document["notes"])
        told = document.get("difference")
        if told is None:
            return cls(*counted)
        found = Difference(told["pointer"], told.get("recorded", ABSENT), told.get("replayed", ABSENT))
        return cls(*counted, found, told.get("number"), told.get("request"))
