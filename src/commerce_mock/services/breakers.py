"""Circuit breakers: how a service that calls others notices that one is down (decisions page, Circuit breaker)."""

from dataclasses import dataclass, replace
from typing import Any, Self

from commerce_mock.clock import SECOND, timestamp
from commerce_mock.coding import NUMBERS, Coding, UnreadableError, read_moment
from commerce_mock.problems import Problem, unavailable
from commerce_mock.transaction import Transaction

KIND = "/breakers"
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


def _write(guard: Breaker) -> dict[str, Any]:
    times = {"last_failure": guard.last_failure, "opened": guard.opened}
    told = {name: timestamp(time) for name, time in times.items() if time is not None}
    return {"failures": guard.failures, **told}


def _read(tx: Transaction, value: Any) -> Breaker:
    if not isinstance(value, dict) or not value.keys() <= {"failures", "last_failure", "opened"}:
        raise UnreadableError(("", "must be an object of failures, last_failure and opened"))
    times = [read_moment(value[name], f"/{name}") if name in value else None for name in ("last_failure", "opened")]
    return Breaker(NUMBERS.read(tx, value.get("failures", 0)), *times)


CODING = Coding(_write, _read)


def breaker(tx: Transaction, service: str) -> Breaker:
    """The breaker in front of a service."""
    found: Breaker | None = tx.store.recall(KIND, service)
    return found or CLOSED


def require(tx: Transaction, service: str) -> None:
    """Call another service. Raises Problem SERVICE_UNAVAILABLE where it is down."""
    if service in tx.world.down:
        raise unavailable(_silent(service))


class Calls:
    """The calls to other services that one request makes through their breakers; lives as long as the rule runs.

    Breakers remember how the calls went, also where the request is refused in the end and leaves no other trace.
    """

    __slots__ = ("_after", "_tx")

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._after: dict[str, Breaker] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Problem):
            error.aftermath = self._remember
        else:
            self._remember(self._tx)

    def call(self, service: str) -> None:
        """Call a service. Raises Problem SERVICE_UNAVAILABLE: it is down, or its breaker is open."""
        guard = breaker(self._tx, service)
        now = self._tx.now
        if guard.opened is not None and guard.state(now) == "open":
            rest = guard.opened + OPEN_FOR - now
            raise unavailable(f"The circuit breaker of {service} is open.", -(-rest // SECOND))
        if service in self._tx.world.down:
            self._after[service] = guard.failed(now)
            raise unavailable(_silent(service), OPEN_FOR // SECOND)
        if guard.failures or guard.opened is not None:
            self._after[service] = guard.succeeded()

    def _remember(self, tx: Transaction) -> None:
        for service, guard in self._after.items():
            tx.store.remember(KIND, service, guard)


def _silent(service: str) -> str:
    return f"The service {service} does not answer."
