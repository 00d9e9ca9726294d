"""One law on one operation: what it may use, and where it puts down what it finds."""

from collections.abc import Callable, Collection, Sequence
from time import monotonic, sleep
from typing import Final, TypeVar

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identities, Identity
from commerce_conformance.law import Failure
from commerce_conformance.session import Session
from commerce_conformance.settings import Settings
from commerce_conformance.supply import Supply
from commerce_conformance.tap.tapped import Tap
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Location, Operation

FIRST_LOOK: Final = 0.01  # seconds between two looks, to begin with
LONGEST_LOOK: Final = 0.25
T = TypeVar("T")


class Trial:
    """Lives while one law is tested on one operation.

    A law calls the service through `session`, gets data from `supply` and callers from `identities`, and says what it
    expects; what is not so becomes a failure, and the law goes on. What raises UnreachableError ends it, unless it is
    caught by `attempt`.
    """

    def __init__(self, operation: Operation, session: Session, supply: Supply, settings: Settings) -> None:
        self.operation = operation
        self.session = session
        self.supply = supply
        self.settings = settings
        self.contract: Contract = session.contract
        self.identities: Identities = supply.identities
        self.failures: list[Failure] = []
        self.missing: list[tuple[str, str]] = []

    @property
    def tap(self) -> Tap:
        """What hears the platform's events. Raises UnreachableError where nobody said where they are."""
        if self.session.tap is None:
            raise UnreachableError("the events of the services are not heard", "say by --events where they publish")
        return self.session.tap

    def expect(  # noqa: PLR0913 - all that a failure tells
        self,
        exchange: Exchange,
        status: int | Collection[int],
        code: str | Collection[str] | None = None,
        *,
        because: str,
        at: Location | None = None,
        after: Sequence[Exchange] = (),
    ) -> bool:
        """Expect an answer; `because` says in words what the contract wants, `after` is what went before."""
        statuses = {status} if isinstance(status, int) else set(status)
        codes = {code} if isinstance(code, str) else set(code or ())
        if exchange.status in statuses and (not codes or exchange.code in codes):
            return True
        wanted = " or ".join(map(str, sorted(statuses)))
        if codes:
            wanted += f" {' or '.join(sorted(codes))}"
        self.fails(because, expected=wanted, got=exchange.told(), at=at, exchanges=(*after, exchange))
        return False

    def check(  # noqa: PLR0913 - all that a failure tells
        self,
        holds: bool,  # noqa: FBT001 - reads as `check(a == b, …)`
        because: str,
        *,
        expected: object,
        got: object,
        at: Location | None = None,
        exchanges: Sequence[Exchange] = (),
    ) -> bool:
        """Expect something else that holds."""
        if not holds:
            self.fails(because, expected=str(expected), got=str(got), at=at, exchanges=exchanges)
        return holds

    def fails(
        self, because: str, *, expected: str, got: str, at: Location | None = None, exchanges: Sequence[Exchange] = ()
    ) -> None:
        """Put a failure down."""
        self.failures.append(Failure(because, at or self.operation.location, expected, got, tuple(exchanges)))

    def somebody(self) -> Identity:
        """A new caller, nobody where none can be had: for what needs no owner."""
        try:
            return self.supply.user()
        except UnreachableError:
            return ANONYMOUS

    def unreachable(self, reason: str, hook: str = "") -> None:
        """Put down what cannot be tested on this service, and what would open it; the rest of the law goes on."""
        self.missing.append((reason, hook))

    def until(self, look: Callable[[], T | None]) -> T | None:
        """Look again until there is something, for as long as `settings.patience`; None where nothing came."""
        deadline, pause = monotonic() + self.settings.patience, FIRST_LOOK
        while (found := look()) is None and monotonic() < deadline:
            sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK)
        return found
