"""A run as JSON, for programs; and as annotations and a summary, for a workflow of GitHub."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from commerce_conformance.law import Failure, Finding, Verdict
from commerce_conformance.reports.text import SIGNS
from commerce_conformance.runner import Run


def report(run: Run, mended: Sequence[str] = ()) -> str:
    """`{conforms, mended, requests, seconds, created, findings}`, as docs/conformance.schema.json describes them."""
    content = {
        "conforms": run.conforms and not mended,
        "mended": list(mended),
        "requests": run.requests,
        "seconds": round(run.seconds, 3),
        "created": list(run.created),
        "findings": [_finding(finding) for finding in run.findings],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "law": finding.law,
        "operation": finding.operation,
        "verdict": finding.verdict.value,
        "seconds": round(finding.seconds, 3),
        "requests": finding.requests,
        "failures": [_failure(failure) for failure in finding.failures],
        "missing": [{"reason": reason, "hook": hook} for reason, hook in finding.missing],
        **({"error": finding.fault} if finding.fault else {}),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    location = failure.location
    return {
        "message": failure.message,
        "file": str(location.file),
        "line": location.line,
        "pointer": location.pointer,
        "expected": failure.expected,
        "got": failure.got,
        "requests": [
            {"curl": exchange.curl(), "status": exchange.status, "body": exchange.answer()}
            for exchange in failure.exchanges
        ],
    }


def annotations(run: Run, mended: Sequence[str] = ()) -> Iterator[str]:
    """Workflow commands: one error for each failure, at its place in the documents; then what is mended, or broke."""
    for finding in run.findings:
        for failure in finding.failures:
            location = failure.location
            text = _escaped(f"{failure.message}: expected {failure.expected}, got {failure.got}")
            yield f"::error file={_property(location.file)},line={location.line},title={_property(finding.key)}::{text}"
        if finding.fault:
            yield f"::error title={_property(finding.key)}::the suite itself failed"
    for name in mended:
        yield f"::error title=baseline::{_escaped(f'{name}: mended, but still listed as known')}"


def summary(run: Run, mended: Sequence[str] = ()) -> str:
    """The table of a step's summary, in Markdown."""
    laws = list(dict.fromkeys(finding.law for finding in run.findings))
    found = {(finding.operation, finding.law): SIGNS[finding.verdict] for finding in run.findings}
    rows = [
        f"| `{operation}` | " + " | ".join(found.get((operation, law), "") for law in laws) + " |"
        for operation in sorted({finding.operation for finding in run.findings})
    ]
    verdict = "conforms" if run.conforms and not mended else "does not conform"
    failed = [f"- **{f.key}** {x.message}" for f in run.findings if f.verdict is Verdict.FAILED for x in f.failures[:3]]
    failed += [f"- {name}: mended, but still listed as known" for name in mended]
    head = [
        f"## The platform {verdict} to its contract",
        "",
        "| | " + " | ".join(laws) + " |",
        "|---" * (len(laws) + 1) + "|",
    ]
    return "\n".join([*head, *rows, "", *failed]) + "\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
