"""The kinds of faults, under the names that the control document gives them, with what each needs to know.

A kind is a frozen value; `strike` says what it does to one request, None where it has nothing to do with it.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from statistics import NormalDist
from typing import Any, ClassVar, Protocol

from commerce_mock.clock import SECOND
from commerce_mock.fault_answers import declared, malformed, with_status
from commerce_mock.fault_effects import Effect, Occasion
from commerce_mock.problems import invalid

LONGEST_DELAY = 3600.0  # seconds; a lognormal one may be drawn longer, and is cut
TOO_MANY = 429
_TRANSPORTS = frozenset({"connection", "content-length", "content-type", "transfer-encoding"})
_EDGE = 1e-12  # a normal distribution has no value for 0 and 1


class Kind(Protocol):
    """What can go wrong; lives as long as its fault, and may be shared by many. `goes_on` lets others strike too."""

    word: ClassVar[str]
    goes_on: ClassVar[bool] = False

    def strike(self, occasion: Occasion, /) -> Effect | None:
        """What it does to one request, None for nothing."""
        ...


@dataclass(frozen=True, slots=True)
class DeclaredProblem:
    """The problem with this code, as the operation's documents show it. It strikes the operations that declare it."""

    word: ClassVar[str] = "problem"
    goes_on: ClassVar[bool] = False
    code: str
    after_commit: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def strike(self, occasion: Occasion) -> Effect | None:
        """The answer instead of the service's."""
        operation = occasion.operation
        kind = operation.problems.get(self.code)
        if kind is None:
            return None
        answer, code = declared(occasion, operation.responses[kind.status], self.code, self.headers)
        return Effect(reaches=self.after_commit, rewrite=lambda _: answer, code=code)


@dataclass(frozen=True, slots=True)
class Status:
    """An answer of failure with this status: as the operation declares it, else in the words of HTTP."""

    word: ClassVar[str] = "status"
    goes_on: ClassVar[bool] = False
    status: int
    after_commit: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def strike(self, occasion: Occasion) -> Effect:
        """The answer instead of the service's."""
        answer, code = with_status(occasion, self.status, self.headers)
        return Effect(reaches=self.after_commit, rewrite=lambda _: answer, code=code)


@dataclass(frozen=True, slots=True)
class Delay:
    """The answer comes so many seconds late; with `sigma` lognormally distributed, and `seconds` is the median."""

    word: ClassVar[str] = "delay"
    goes_on: ClassVar[bool] = True
    seconds: float
    sigma: float = 0.0

    def strike(self, occasion: Occasion) -> Effect:
        """The service answers at once; only the answer is late."""
        seconds = self.seconds
        if self.sigma:
            chance = min(max(occasion.chance("delay"), _EDGE), 1 - _EDGE)
            seconds *= math.exp(self.sigma * NormalDist().inv_cdf(chance))
        return Effect(delay=min(seconds, LONGEST_DELAY))


@dataclass(frozen=True, slots=True)
class Timeout:
    """Nothing is ever answered; the connection stays open until the client has had enough."""

    word: ClassVar[str] = "timeout"
    goes_on: ClassVar[bool] = False
    after_commit: bool = False

    def strike(self, _: Occasion) -> Effect:
        """No answer."""
        return Effect(reaches=self.after_commit, ending="silence")


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset (TCP RST) instead of an answer."""

    word: ClassVar[str] = "reset"
    goes_on: ClassVar[bool] = False
    after_commit: bool = False

    def strike(self, _: Occasion) -> Effect:
        """No answer."""
        return Effect(reaches=self.after_commit, ending="reset")


@dataclass(frozen=True, slots=True)
class Truncate:
    """The connection is closed in the middle of the answer's body."""

    word: ClassVar[str] = "truncate"
    goes_on: ClassVar[bool] = False

    def strike(self, _: Occasion) -> Effect:
        """Half an answer."""
        return Effect(ending="truncated")


@dataclass(frozen=True, slots=True)
class Malformed:
    """The answer's body is no JSON."""

    word: ClassVar[str] = "malformed"
    goes_on: ClassVar[bool] = False

    def strike(self, _: Occasion) -> Effect:
        """A whole answer that cannot be read."""
        return Effect(rewrite=malformed)


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer's body comes at so many bytes a second."""

    word: ClassVar[str] = "slow"
    goes_on: ClassVar[bool] = False
    bytes_per_second: float

    def strike(self, _: Occasion) -> Effect:
        """A whole answer, in small pieces."""
        return Effect(rate=self.bytes_per_second)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `limit` requests in any `per_seconds` of the world's time; what is more is answered 429.

    No document has a code for it: an operation that declares 429 answers as it declares it, any other in the words of
    HTTP, as the gateway does that counts requests before a service sees them.
    """

    word: ClassVar[str] = "rate_limit"
    goes_on: ClassVar[bool] = False
    limit: int
    per_seconds: float

    def strike(self, occasion: Occasion) -> Effect | None:
        """429 with `Retry-After`, where there were too many."""
        passed, window, now = occasion.passed, math.ceil(self.per_seconds * SECOND), occasion.now
        while passed and passed[0] + window <= now:
            passed.popleft()
        if len(passed) < self.limit:
            passed.append(now)
            return None
        wait = -(-(passed[0] + window - now) // SECOND)
        detail = f"More than {self.limit} requests in {self.per_seconds:g} s."
        answer, code = with_status(occasion, TOO_MANY, {"retry-after": str(wait)}, detail)
        return Effect(reaches=False, rewrite=lambda _: answer, code=code)


KINDS: Mapping[str, Any] = {
    kind.word: kind for kind in (DeclaredProblem, Status, Delay, Timeout, Reset, Truncate, Malformed, Slow, RateLimit)
}
TARGET = frozenset({"fault", "operation", "share", "times"})


def kind_of(document: Mapping[str, Any]) -> Kind:
    """The kind that a document of the control API describes; the schema has judged it already.

    Raises Problem VALIDATION_ERROR for a property that is missing or means nothing to this kind, and for a header that
    is the transport's.
    """
    made = KINDS[document["fault"]]
    names = [each.name for each in fields(made)]
    for each in fields(made):
        if each.name not in document and each.default is MISSING and each.default_factory is MISSING:
            raise invalid(f"/{each.name}", f"is required by the fault `{made.word}`")
    for name in document:
        if name not in TARGET and name not in names:
            knows = f"it takes {', '.join(names)}" if names else "it takes nothing more"
            raise invalid(f"/{name}", f"means nothing to the fault `{made.word}`: {knows}")
    for name in document.get("headers", ()):
        if name.lower() in _TRANSPORTS:
            raise invalid(f"/headers/{name}", "is the transport's own: leave it out")
    kind: Kind = made(**{name: document[name] for name in names if name in document})
    return kind
