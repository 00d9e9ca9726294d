"""Circuit breakers: how a service that calls others notices that one is down (decisions page, Circuit breaker)."""

from dataclasses import dataclass, replace
from typing import Any

from commerce_mock.clock import SECOND, timestamp
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction

KIND = "breakers"
THRESHOLD = 5
OPEN_FOR = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Breaker:
    """One breaker's memory; times in milliseconds since the epoch. A closed one that never failed is the default."""

    failures: int = 0
    last_failure: int | None = None
    opened: int | None = None

    def state(self, now: int) -> str:
        """`closed`, `open`, or `half_open` once it was open long enough for a probe."""
        if self.opened is None:
            return "closed"
        return "open" if now < self.opened + OPEN_FOR else "half_open"

    def failed(self, now: int) -> "Breaker":
        """One more failure in a row; opens at the fifth, and at once where it was only probing."""
        failures = self.failures + 1
        opens = failures >= THRESHOLD or self.opened is not None
        return Breaker(failures, now, now if opens else None)

    def succeeded(self) -> "Breaker":
        """A good call closes it and ends the row of failures."""
        return replace(self, failures=0, opened=None)

    def document(self, now: int) -> dict[str, Any]:
        """The breaker as the contract shows it."""
        last = None if self.last_failure is None else timestamp(self.last_failure)
        return {"state": self.state(now), "failure_count": self.failures, "last_failure": last}


CLOSED = Breaker()


def breaker(tx: Transaction, service: str) -> Breaker:
    """The breaker in front of a service."""
    found: Breaker | None = tx.store.recall(KIND, service)
    return found or CLOSED


def require(tx: Transaction, service: str) -> None:
    """Call another service. Raises Problem SERVICE_UNAVAILABLE where it is down."""
    if service in tx.world.down:
        raise _unavailable(service, 5 * SECOND)


def call_through_breaker(tx: Transaction, service: str) -> None:
    """Call another service through its breaker. Raises Problem SERVICE_UNAVAILABLE: it is down, or the breaker open."""
    guard = breaker(tx, service)
    now = tx.now
    if guard.opened is not None and guard.state(now) == "open":
        raise _unavailable(service, guard.opened + OPEN_FOR - now)
    if service in tx.world.down:
        problem = _unavailable(service, OPEN_FOR)
        problem.aftermath = lambda after: after.store.remember(KIND, service, breaker(after, service).failed(now))
        raise problem
    if guard.failures or guard.opened is not None:
        tx.store.remember(KIND, service, guard.succeeded())


def _unavailable(service: str, milliseconds: int) -> Problem:
    seconds = max(1, -(-milliseconds // SECOND))
    return Problem(
        "SERVICE_UNAVAILABLE", f"The service {service} does not answer.", headers={b"retry-after": b"%d" % seconds}
    )
