"""What a fault does to a request: whether its service is asked, what is answered instead, and how that goes out."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from commerce_contract import Contract, Operation
from commerce_mock.wire import Delivery, Ending
from commerce_mock.writing import Written

# What the journal has of a request that never got an answer: nginx's number for it, which no service sends.
NO_ANSWER: Written = (444, [], b"")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One request that a fault may strike; lives until that is decided.

    `now` is in milliseconds since the epoch. `chance` gives a number from 0 to 1, always the same for one fault, one
    request and one purpose; `passed` is when a rate limit let requests through, and lives as long as its fault.
    """

    contract: Contract
    operation: Operation
    path: str
    now: int
    chance: Callable[[str], float] = lambda _: 0.5
    passed: deque[int] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class Effect:
    """What goes wrong with one request; lives until it is answered.

    Where it does not reach the service, nothing is done. `rewrite` makes the answer that the client gets of the one
    that the service gave, `code` is its problem code. The rest is as in `Delivery`.
    """

    reaches: bool = True
    rewrite: Callable[[Written], Written] | None = None
    code: str | None = None
    delay: float = 0.0
    ending: Ending = "whole"
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """An effect on its way to a request; lives until it is answered.

    `told` says which fault it was, for the journal; `fault` is its id where it has one; `applied` is what the answer
    says of preferences that were followed.
    """

    told: str
    effect: Effect
    fault: str | None = None
    applied: bytes | None = None

    def change(self, written: Written) -> Written:
        """The answer that the client is to get."""
        effect = self.effect
        status, headers, body = written if effect.rewrite is None else effect.rewrite(written)
        applied = [] if self.applied is None else [(b"preference-applied", self.applied)]
        return status, [*headers, *applied], body

    @property
    def delivery(self) -> Delivery | None:
        """How the answer goes out; None where nothing goes wrong on the way."""
        effect = self.effect
        if not effect.delay and effect.ending == "whole" and effect.rate is None:
            return None
        return Delivery(effect.delay, effect.ending, effect.rate, self.fault)
