"""The suite on a mock with one fault: which laws find it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import pytest

from commerce_conformance import hearing
from commerce_conformance.generated import generate
from commerce_conformance.happening import HOOK
from commerce_conformance.identity import Identities
from commerce_conformance.law import Finding, Law, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.runner import Suite
from commerce_conformance.session import Session
from commerce_conformance.settings import Hooks, Settings
from commerce_conformance.supply import Supply
from commerce_conformance.unreachable import UnreachableError
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.services.users import TOKEN
from commerce_mock.settings import Settings as MockSettings
from conformance.mutants.broken import Broken
from conformance.mutants.hearing import LogTap
from conformance.mutants.mutant import Mutant
from harness.answering import answering
from harness.conforming import settings
from harness.outages import outage_hooks
from harness.platform import contract

DELAY: Final = 0.1  # seconds until a payment has its outcome: longer than a busy machine takes for a request
PATIENCE: Final = 0.6  # seconds that what comes by itself may take: on the mock it takes the delay
QUIET: Final = 0.03  # seconds in which a second event would come: the log has it at once
SERVICES: Final = frozenset({"users", "orders", "payments", "notifications"})
BY_NAME: Final = {law.name: law for law in LAWS}


@contextmanager
def broken_mock(mutant: Mutant | None, seed: int = 0) -> Iterator[Broken]:
    """A new mock that has the fault, or none."""
    engine = Engine(contract(), MockSettings(payment_delay=DELAY, seed=seed), load_scenario("empty"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hearing, "QUIET", QUIET)
        broken = Broken(engine, patch)
        if mutant is not None:
            mutant.apply(broken)
        yield broken


def told(broken: Broken, seed: int = 0, **changes: Any) -> Settings:
    """How the suite is told of a mock."""
    hooks = _hooks(broken.engine)
    return settings(services=SERVICES, patience=PATIENCE, seed=seed + 1, hooks=hooks, **changes)


@contextmanager
def suite(mutant: Mutant | None, laws: Sequence[Law] = LAWS, seed: int = 0) -> Iterator[Suite]:
    """The suite on a new mock that has the fault, or none."""
    with broken_mock(mutant, seed) as broken:
        made = Suite(contract(), told(broken, seed), broken.transports(), laws)
        made.session.tap = LogTap(broken.engine)
        try:
            yield made
        finally:
            made.close()


def findings(mutant: Mutant | None, laws: Sequence[Law] = LAWS, seed: int = 0) -> Sequence[Finding]:
    """All that the suite finds."""
    with suite(mutant, laws, seed) as made:
        return made.run().findings


def killers(mutant: Mutant, laws: Sequence[Law] = LAWS) -> list[str]:
    """The laws that find the fault, in their order."""
    found = findings(mutant, laws)
    return list(dict.fromkeys(finding.law for finding in found if finding.verdict is Verdict.FAILED))


def generated(mutant: Mutant) -> list[str]:
    """What Schemathesis alone finds, over HTTP: its checks by the names that reports have for them."""
    with broken_mock(mutant) as broken, answering(broken.transports()) as urls:
        run = told(broken, urls=urls)
        session = Session(contract(), run)
        try:
            found = list(generate(session, Supply(session, Identities(run.credentials), run, "gen"), run))
        finally:
            session.close()
    return list(dict.fromkeys(each.law for each in found if each.verdict is Verdict.FAILED))


def killer(mutant: Mutant) -> str | None:
    """A law that finds the fault: one of those that are likely to, else any; None where it survives."""
    likely = [BY_NAME[name] for name in mutant.laws if name in BY_NAME]
    return (likely and _first(mutant, likely)) or _first(mutant, LAWS)


def _first(mutant: Mutant, laws: Sequence[Law]) -> str | None:
    with suite(mutant, laws) as made:
        for law, operation in made.cases:
            if made.test(law, operation).verdict is Verdict.FAILED:
                return law.name
    return None


def _hooks(engine: Engine) -> Hooks:
    """What opens what no answer shows: the code that a user is sent by mail, and what takes services down."""

    def code(known: Mapping[str, str]) -> str:
        user = engine.world.transaction("hook").get("users", known["user_id"])
        if user is None or TOKEN not in user.hidden:
            raise UnreachableError("the user has no code")
        return str(user.hidden[TOKEN])

    return {HOOK: code, **outage_hooks(engine)}
