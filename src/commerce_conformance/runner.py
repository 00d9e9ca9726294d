"""A run: all laws on all operations that can be reached, one after the other."""

import secrets
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import httpx

from commerce_conformance.identity import Identities
from commerce_conformance.law import Failure, Finding, Law, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.session import Session
from commerce_conformance.settings import Settings
from commerce_conformance.supply import Supply
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Operation

Case = tuple[Law, Operation]


@dataclass(frozen=True, slots=True)
class Run:
    """What a run found. `created` is what it left behind on the services, as `collection/key`."""

    findings: tuple[Finding, ...]
    created: tuple[str, ...]
    requests: int
    seconds: float

    @property
    def conforms(self) -> bool:
        """Whether nothing failed, and nothing went wrong with the suite itself."""
        return all(finding.verdict in (Verdict.PASSED, Verdict.UNREACHABLE) for finding in self.findings)


class Suite:
    """One run being made; lives as long as it. `cases` are what it tests, in order."""

    def __init__(
        self,
        contract: Contract,
        settings: Settings,
        transports: Mapping[str, httpx.BaseTransport] | None = None,
        laws: Sequence[Law] = LAWS,
    ) -> None:
        self.settings = settings
        self.session = Session(contract, settings, transports)
        # Names of two runs never meet, for a service keeps what earlier ones made; a seed makes them come again.
        self.prefix = f"cf{secrets.token_hex(4)}n"
        self.supply = Supply(self.session, Identities(settings.credentials), settings, self.prefix)
        self.cases: tuple[Case, ...] = tuple(self._select(contract, laws))

    def _select(self, contract: Contract, laws: Sequence[Law]) -> Iterator[Case]:
        for law in sorted(laws, key=lambda law: law.closing):
            if self.settings.only and law.name not in self.settings.only:
                continue
            for operation in law.applies(contract):
                wanted = not self.settings.services or operation.service in self.settings.services
                if wanted and self.session.reaches(operation.service):
                    yield law, operation

    def test(self, law: Law, operation: Operation) -> Finding:
        """Test one law on one operation."""
        trial = Trial(operation, self.session, self.supply, self.settings)
        started, before, fault = monotonic(), len(self.session.seen), ""
        try:
            law.check(trial, operation)
        except UnreachableError as error:
            trial.unreachable(error.reason, error.hook)
        except httpx.HTTPError as error:
            trial.fails("every request is answered", expected="an answer", got=f"{type(error).__name__}: {error}")
        except Exception:  # noqa: BLE001 - the suite's own fault must neither stop the run nor look like the service's
            fault = traceback.format_exc()
        return Finding(
            law=law.name,
            operation=operation.name,
            verdict=_verdict(trial.failures, trial.missing, fault),
            failures=tuple(trial.failures),
            missing=tuple(dict.fromkeys(trial.missing)),
            seconds=monotonic() - started,
            requests=len(self.session.seen) - before,
            fault=fault,
        )

    def run(self, tell: Callable[[Finding], object] = lambda _: None) -> Run:
        """Test all; `tell` hears of each finding at once."""
        started = monotonic()
        findings = []
        for law, operation in self.cases:
            finding = self.test(law, operation)
            findings.append(finding)
            tell(finding)
        return Run(tuple(findings), tuple(self.supply.created), len(self.session.seen), monotonic() - started)

    def close(self) -> None:
        """Let all connections go."""
        self.session.close()


def _verdict(failures: Sequence[Failure], missing: Iterable[object], fault: str) -> Verdict:
    if fault:
        return Verdict.BROKEN
    if failures:
        return Verdict.FAILED
    return Verdict.UNREACHABLE if missing else Verdict.PASSED
