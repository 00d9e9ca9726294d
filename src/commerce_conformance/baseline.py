"""Known failures: accepted by name so that a team can begin today, and to be struck off once they are mended."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.runner import Run

Known = Mapping[str, frozenset[str]]


class BaselineError(Exception):
    """A file that is no baseline; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A run beside its baseline: `run` has only failures that are new, `known` counts the others.

    `mended` are listed and did not fail, as `law[operation]: message`.
    """

    run: Run
    known: int
    mended: tuple[str, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing failed that is not known, and everything that is known still fails."""
        return self.run.conforms and not self.mended


def read(path: Path) -> Known:
    """The failures that a file accepts, messages by `law[operation]`. Raises BaselineError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {key: frozenset(map(str, messages)) for key, messages in content["failures"].items()}
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}): write it with --write-baseline"
        raise BaselineError(message) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        message = f"{path}: is no baseline: write one with --write-baseline"
        raise BaselineError(message) from None


def written(findings: Iterable[Finding]) -> str:
    """The file that accepts all failures of a run."""
    failures = {
        finding.key: sorted({failure.message for failure in finding.failures})
        for finding in findings
        if finding.failures
    }
    return json.dumps({"failures": failures}, indent=2) + "\n"


def compare(run: Run, known: Known) -> Compared:
    """Tell what is new from what is known, and what is known from what is mended.

    What was not tested, or could not be reached, is not mended.
    """
    accepted = 0
    findings, mended = [], []
    for finding in run.findings:
        messages = known.get(finding.key, frozenset())
        new = tuple(failure for failure in finding.failures if failure.message not in messages)
        accepted += len(finding.failures) - len(new)
        if finding.verdict in (Verdict.PASSED, Verdict.FAILED):
            failed = {failure.message for failure in finding.failures}
            mended += [f"{finding.key}: {message}" for message in sorted(messages - failed)]
        quiet = finding.verdict is Verdict.FAILED and not new
        findings.append(replace(finding, failures=new, verdict=Verdict.KNOWN if quiet else finding.verdict))
    return Compared(replace(run, findings=tuple(findings)), accepted, tuple(mended))
