"""Laws: what every service that keeps the contract does, each derived from the contract when the suite runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from commerce_conformance.exchange import Exchange
from commerce_contract import Contract, Location, Operation

if TYPE_CHECKING:
    from commerce_conformance.trial import Trial


class Verdict(StrEnum):
    """What a law found on one operation. `error` is a fault of the suite itself, and never counts as a pass.

    `known failure` is what a baseline accepts.
    """

    PASSED = "pass"
    FAILED = "fail"
    KNOWN = "known failure"
    UNREACHABLE = "not reachable"
    BROKEN = "error"


@dataclass(frozen=True, slots=True)
class Law:
    """One law; lives for ever. Its module holds it as `LAW`.

    `name` is what `--only` and reports call it, `sentence` says it, `derives` says from what of the contract it
    follows. `applies` picks the operations that it is tested on, `check` tests it on one of them. A `closing` one comes
    after all others and judges what `session.seen` has of the whole run; one that counts is tested `alone`. The `last`
    one comes after those too, and beside nothing: it breaks the platform for a while.
    """

    name: str
    sentence: str
    derives: str
    applies: Callable[[Contract], Iterable[Operation]]
    check: Callable[["Trial", Operation], None]
    closing: bool = False
    alone: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which a service breaks a law. `location` is the place in the documents that says so.

    `exchanges` are the requests that show it, the last one is the one that breaks it. `story` are they and those before
    them that made and moved what they are about.
    """

    message: str
    location: Location
    expected: str
    got: str
    exchanges: tuple[Exchange, ...] = field(repr=False, default=())
    story: tuple[Exchange, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Finding:
    """What one law found on one operation. `missing` is what could not be reached, by what would open it."""

    law: str
    operation: str
    verdict: Verdict
    failures: tuple[Failure, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    requests: int = 0
    fault: str = ""

    @property
    def key(self) -> str:
        """Its name in reports, baselines and test ids: `lifecycle[orders.cancel]`."""
        return f"{self.law}[{self.operation}]"
