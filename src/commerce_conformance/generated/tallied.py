"""What Schemathesis finds, gathered into one finding for each check and operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from schemathesis.core.failures import Failure as Found
from schemathesis.engine.events import ScenarioFinished

from commerce_conformance.exchange import Exchange
from commerce_conformance.generated.checks import BrokenRule
from commerce_conformance.generated.living import Living
from commerce_conformance.generated.requested import read
from commerce_conformance.law import Failure, Finding, Verdict
from commerce_conformance.session import Session
from commerce_contract import Location, Operation

PREFIX: Final = "schemathesis."
REACHED: Final = f"{PREFIX}reached"
_MOST: Final = 5  # failures of one check on one operation


@dataclass(slots=True)
class _Judged:
    times: int = 0
    failures: dict[tuple[str, int], Failure] = field(default_factory=dict)


class Tally:
    """Hears what happens while one service is tested, and tells of it at the end; lives as long as that.

    Every exchange is shown to the watchers of the session too, so that laws that close the run judge it.
    """

    def __init__(self, operations: Mapping[str, Operation], session: Session, living: Living) -> None:
        self._operations = operations
        self._session = session
        self._living = living
        self._judged: dict[tuple[str, str], _Judged] = {}
        self._answered: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        self._silent: dict[str, str] = {}

    def scenario(self, event: ScenarioFinished) -> None:
        """A number of requests of one operation were made and checked."""
        operation = self._operations.get(event.label or "")
        if operation is None:
            return
        recorder = event.recorder
        exchanges: dict[str, Exchange] = {}
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is None or case_id not in recorder.cases:
                continue
            case = recorder.cases[case_id].value
            seen = read(case, interaction.response, operation, self._living, interaction.timestamp)
            exchanges[case_id] = seen
            for watch in self._session.watchers:
                watch(seen)
        name = operation.name
        self._answered[name] = self._answered.get(name, 0) + len(exchanges)
        self._seconds[name] = self._seconds.get(name, 0.0) + event.elapsed_time
        for case_id, nodes in recorder.checks.items():
            for node in nodes:
                judged = self._judged.setdefault((node.name, name), _Judged())
                judged.times += 1
                if node.failure_info is not None:
                    found = node.failure_info.failure
                    shown = exchanges.get(found.case_id or case_id) or exchanges.get(case_id)
                    self._put(judged, operation, found, shown)

    def silent(self, label: str, reason: str) -> None:
        """Nothing could be made of an operation, or nobody answered."""
        for each, operation in self._operations.items():
            if label in {each, ""}:
                self._silent.setdefault(operation.name, reason)

    def findings(self) -> Iterator[Finding]:
        """One finding for each check and operation, and whether an operation was reached at all."""
        for operation in self._operations.values():
            yield self._reached(operation)
        for (check, name), judged in self._judged.items():
            failures = tuple(judged.failures.values())[:_MOST]
            yield Finding(
                law=f"{PREFIX}{check}",
                operation=name,
                verdict=Verdict.FAILED if failures else Verdict.PASSED,
                failures=failures,
                requests=judged.times,
            )

    def _reached(self, operation: Operation) -> Finding:
        name = operation.name
        missing: list[tuple[str, str]] = []
        if name in self._living.unreachable:
            error = self._living.unreachable[name]
            missing.append((error.reason, error.hook))
        if name in self._silent:
            missing.append((self._silent[name], ""))
        elif not self._answered.get(name):
            missing.append(("no generated request of it was answered", ""))
        return Finding(
            law=REACHED,
            operation=name,
            verdict=Verdict.UNREACHABLE if missing else Verdict.PASSED,
            missing=tuple(missing),
            seconds=self._seconds.get(name, 0.0),
            requests=self._answered.get(name, 0),
        )

    def _put(self, judged: _Judged, operation: Operation, found: Found, shown: Exchange | None) -> None:
        status = shown.status if shown is not None else 0
        if isinstance(found, BrokenRule):
            expected, got = found.expected, found.got
        else:
            expected, got = " ".join(found.message.split()), shown.told() if shown is not None else "another answer"
        failure = Failure(found.title, _where(operation, status), expected, got, (shown,) if shown is not None else ())
        judged.failures.setdefault((found.title, status), failure)


def _where(operation: Operation, status: int) -> Location:
    declared = operation.responses.get(status)
    return declared.location if declared is not None else operation.location
