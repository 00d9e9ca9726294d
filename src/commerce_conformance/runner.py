"""A run: all laws on all operations that can be reached, one after the other."""

import secrets
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

import httpx

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identities
from commerce_conformance.law import Failure, Finding, Law, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.session import ASKED, Session
from commerce_conformance.settings import Settings
from commerce_conformance.story import story
from commerce_conformance.supply import Supply
from commerce_conformance.tap import Tap, tap
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Operation

ADMIN: Final = "admin"  # the service of a mock that has its log of events
BESIDE: Final = 6  # laws at a time: most of them wait for what comes by itself
_TOLD: Final = 20  # failures of one law on one operation that get their story
Case = tuple[Law, Operation]
Generate = Callable[[Session, Supply, Settings], Iterable[Finding]]


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
        return not any(finding.verdict in (Verdict.FAILED, Verdict.BROKEN) for finding in self.findings)


class Suite:
    """One run being made; lives as long as it. `cases` are what it tests, in order.

    `generate` is another engine, whose requests come before the laws that close the run.
    Raises UnreachableError where the settings say where events are and nobody can listen there.
    """

    def __init__(
        self,
        contract: Contract,
        settings: Settings,
        transports: Mapping[str, httpx.BaseTransport] | None = None,
        laws: Sequence[Law] = LAWS,
        generate: Generate | None = None,
    ) -> None:
        self.settings = settings
        self._generate = generate
        self.session = Session(contract, settings, transports)
        # Names of two runs never meet, for a service keeps what earlier ones made; a seed makes them come again.
        self.prefix = f"cf{secrets.token_hex(4)}n"
        self.supply = Supply(self.session, Identities(settings.credentials), settings, self.prefix)
        self.cases: tuple[Case, ...] = tuple(self._select(contract, laws))
        if settings.events is not None:
            self.session.tap = self._listening(settings.events, contract, transports or {})

    def _listening(self, url: str, contract: Contract, transports: Mapping[str, httpx.BaseTransport]) -> Tap:
        try:
            listening = tap(url, contract, transports.get(ADMIN))
            listening.start()
        except UnreachableError:
            self.session.close()
            raise
        return listening

    def _select(self, contract: Contract, laws: Sequence[Law]) -> Iterator[Case]:
        for law in sorted(laws, key=lambda law: (law.last, law.closing)):
            if self.settings.only and law.name not in self.settings.only:
                continue
            for operation in law.applies(contract):
                wanted = not self.settings.services or operation.service in self.settings.services
                if wanted and self.session.reaches(operation.service):
                    yield law, operation

    def test(self, law: Law, operation: Operation) -> Finding:
        """Test one law on one operation."""
        trial = Trial(operation, self.session, self.supply, self.settings)
        started, asked, fault = monotonic(), list[Exchange](), ""
        ASKED.set(asked)
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
            failures=tuple(
                replace(failure, story=story(asked, failure.exchanges)) for failure in trial.failures[:_TOLD]
            )
            + tuple(trial.failures[_TOLD:]),
            missing=tuple(dict.fromkeys(trial.missing)),
            seconds=monotonic() - started,
            requests=len(asked),
            fault=fault,
        )

    def run(self, tell: Callable[[Finding], object] = lambda _: None) -> Run:
        """Test all, several at a time where each has users of its own; `tell` hears of each finding, in order.

        Then come those that are tested alone, what the other engine generates, the closing ones, and the last.
        """
        started = monotonic()
        findings: list[Finding] = []
        for finding in self._found():
            findings.append(finding)
            tell(finding)
        return Run(tuple(findings), tuple(self.supply.created), len(self.session.seen), monotonic() - started)

    def _found(self) -> Iterator[Finding]:
        late = [case for case in self.cases if case[0].closing or case[0].last]
        early = [case for case in self.cases if not (case[0].closing or case[0].last)]
        alone = [case for case in early if case[0].alone]
        free = [case for case in early if not case[0].alone]
        yield from self._together(free, BESIDE if self.supply.identities.any_user else 1)
        yield from self._together(alone, 1)
        if self._generate is not None:
            yield from self._generate(self.session, self.supply, self.settings)
        yield from self._together(late, 1)

    def _together(self, cases: Sequence[Case], number: int) -> Iterator[Finding]:
        with ThreadPoolExecutor(number, thread_name_prefix="law") as pool:
            yield from pool.map(lambda case: self.test(*case), cases)

    def close(self) -> None:
        """Let all connections go."""
        self.session.close()


def _verdict(failures: Sequence[Failure], missing: Iterable[object], fault: str) -> Verdict:
    if fault:
        return Verdict.BROKEN
    if failures:
        return Verdict.FAILED
    return Verdict.UNREACHABLE if missing else Verdict.PASSED
