"""The suite on the reference services with one fault: which laws find it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from commerce_conformance.generated import generate
from commerce_conformance.happening import HOOK
from commerce_conformance.law import Finding, Law, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.runner import Run, Suite
from commerce_conformance.settings import Credentials, Settings
from commerce_conformance.unreachable import UnreachableError
from harness.conforming import FAILING
from harness.platform import contract
from harness.reference import SECRET, hosted

DELAY: Final = 0.1  # seconds until a payment has its outcome: longer than a busy machine takes for a request
OPEN_FOR: Final = 1.0  # seconds that a breaker stays open: `Retry-After` has whole ones
PATIENCE: Final = 2.0  # seconds that what comes by itself may take
BY_NAME: Final = {law.name: law for law in LAWS}
SEER: Final = "storage"


@contextmanager
def suite(redis: str, fault: str | None, laws: Sequence[Law] = LAWS, **changes: Any) -> Iterator[Suite]:
    """The suite on new services that make a mistake, or none; they publish to the broker at `redis`."""
    faults = [] if fault is None else [fault]
    with TemporaryDirectory() as directory:
        mailbox = Path(directory) / "mails"
        kept: dict[str, Any] = {"payment_delay": DELAY, "breaker_timeout": OPEN_FOR, "mailbox": mailbox}
        with hosted(redis, faults, **kept) as services, services.outages() as outages:

            def code(known: Mapping[str, str]) -> str:
                lines = mailbox.read_text().splitlines() if mailbox.exists() else []
                mails = [mail for mail in map(json.loads, lines) if mail["user_id"] == known["user_id"]]
                if not mails:
                    raise UnreachableError("nobody was sent a mail")
                return str(mails[-1]["verification_token"])

            told: dict[str, Any] = {
                "urls": services.urls,
                "credentials": Credentials(secret=SECRET),
                "hooks": {HOOK: code, **outages},
                "states": FAILING,
                "events": redis,
                "patience": PATIENCE,
            }
            made = Suite(contract(), Settings(**{**told, **changes}), laws=laws)
            try:
                yield made
            finally:
                made.close()


def run(redis: str, fault: str | None, laws: Sequence[Law] = LAWS) -> Run:
    """All that the laws find."""
    with suite(redis, fault, laws) as made:
        return made.run()


def killers(redis: str, fault: str) -> list[str]:
    """The laws that find a fault, those first that are tested early and quickly: late ones judge what others saw."""
    taken: dict[str, float] = {}
    for finding in run(redis, fault).findings:
        if finding.verdict is Verdict.FAILED:
            taken[finding.law] = min(finding.seconds, taken.get(finding.law, finding.seconds))
    return sorted(taken, key=lambda name: (BY_NAME[name].last, BY_NAME[name].closing, taken[name]))


def killer(redis: str, fault: str, likely: Sequence[str]) -> str | None:
    """The first of some laws that finds a fault, None where none does."""
    # A closing law judges what others saw: where no other one finds it, one asks that makes and reads each thing.
    before = [SEER] if all(BY_NAME[name].closing for name in likely) else []
    order = [*before, *likely]
    with suite(redis, fault, [BY_NAME[name] for name in order]) as made:
        for law, operation in sorted(made.cases, key=lambda case: order.index(case[0].name)):
            if made.test(law, operation).verdict is Verdict.FAILED and law.name in likely:
                return law.name
    return None


def generated(redis: str, fault: str | None) -> list[str]:
    """What Schemathesis alone finds: its checks by the names that reports have for them."""
    with suite(redis, fault, [], events=None) as made:
        found: list[Finding] = list(generate(made.session, made.supply, made.settings))
    return list(dict.fromkeys(each.law for each in found if each.verdict is Verdict.FAILED))
