"""Messages between a broker and the heart: what came, and what could not be handled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commerce_sdk._errors import InvalidEventError
from commerce_sdk._event_form import DEAD_LETTER


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as a broker delivered it; lives until it is acknowledged.

    `channel` is the stream or queue, `receipt` what the broker acknowledges it by, `earlier` how often it was delivered
    before.
    """

    channel: str
    message: Any = field(repr=False)
    headers: Mapping[Any, Any] | None = field(repr=False)
    receipt: Any = field(repr=False)
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be handled, and why; `parse(letter.message, letter.headers)` reads it again.

    `channel` is the stream or queue that it came from. `error` is an `InvalidEventError`, or what the handler raised
    the last time; None if it was delivered `attempts` times, and every time the process ended before the handler did.
    """

    channel: str
    message: Any = field(repr=False)
    headers: Mapping[Any, Any] | None = field(repr=False)
    error: Exception | None
    attempts: int

    @property
    def reason(self) -> str:
        """Why, for a person to read; repeats nothing of the message."""
        if isinstance(self.error, InvalidEventError):
            return str(self.error)
        if self.error is None:
            return f"it was delivered {self.attempts} times and never handled to the end"
        return f"its handler failed {self.attempts} times, last with {type(self.error).__name__}"

    def notes(self) -> dict[str, str]:
        """What a stream or queue of dead letters says beside the message."""
        return {
            f"{DEAD_LETTER}channel": self.channel,
            f"{DEAD_LETTER}reason": self.reason,
            f"{DEAD_LETTER}attempts": str(self.attempts),
        }
