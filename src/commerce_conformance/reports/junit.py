"""A run as JUnit XML: one case for each law on each operation."""

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.runner import Run

_PRINTABLE: Final = {ord(c) for c in "\t\n\r"}


def report(run: Run, mended: Sequence[str] = ()) -> str:
    """The document; each of `mended`, which a baseline still lists, is a failure of its own."""
    root = Element("testsuites", name="commerce conformance", time=f"{run.seconds:.3f}")
    for law in dict.fromkeys(finding.law for finding in run.findings):
        findings = [finding for finding in run.findings if finding.law == law]
        counts = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
        suite = SubElement(
            root, "testsuite", name=law, tests=str(len(findings)), failures=str(counts[Verdict.FAILED]),
            errors=str(counts[Verdict.BROKEN]), skipped=str(counts[Verdict.UNREACHABLE] + counts[Verdict.KNOWN]),
        )  # fmt: skip
        for finding in findings:
            _case(suite, finding)
    if mended:
        told = str(len(mended))
        suite = SubElement(root, "testsuite", name="baseline", tests=told, failures=told, errors="0", skipped="0")
        for name in mended:
            case = SubElement(suite, "testcase", classname="baseline", name=_clean(name), time="0")
            SubElement(case, "failure", message="mended, but still listed as known: strike it off the baseline")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, finding: Finding) -> None:
    case = SubElement(suite, "testcase", classname=finding.law, name=finding.operation, time=f"{finding.seconds:.3f}")
    for failure in finding.failures:
        told = SubElement(case, "failure", message=_clean(failure.message))
        lines = [f"in {failure.location}", f"expected {failure.expected}", f"got {failure.got}"]
        lines += [line for exchange in failure.exchanges for line in (f"$ {exchange.curl()}", exchange.told())]
        told.text = _clean("\n".join(lines))
    if finding.fault:
        SubElement(case, "error", message="the suite itself failed").text = _clean(finding.fault)
    if finding.verdict is Verdict.KNOWN:
        SubElement(case, "skipped", message="a known failure")
    if finding.verdict is Verdict.UNREACHABLE:
        reasons = "; ".join(f"{reason}: {hook}" if hook else reason for reason, hook in finding.missing)
        SubElement(case, "skipped", message=_clean(reasons))


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        c if ord(c) in _PRINTABLE or " " <= c < "\ud800" or "\ue000" <= c < "\ufffe" else "\ufffd" for c in text
    )
