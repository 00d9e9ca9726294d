"""A run in a terminal: a table of laws and operations, then each failure with all that one needs to see it again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from commerce_conformance.law import Failure, Finding, Law, Verdict
from commerce_conformance.runner import Run

SIGNS: Final = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.KNOWN: "~",
    Verdict.UNREACHABLE: "?",
    Verdict.BROKEN: "!",
}
_SHOWN: Final = 5  # failures of one law on one operation that are told in full
_LAST: Final = 4  # requests of one failure
_LONGEST: Final = 300


def line(finding: Finding) -> str:
    """One finding on one line, as it comes."""
    what = f"{len(finding.failures)} failures" if finding.failures else ""
    return (
        f"{SIGNS[finding.verdict]} {finding.key}  {finding.requests} requests, {finding.seconds:.2f} s  {what}".rstrip()
    )


def table(findings: Sequence[Finding]) -> str:
    """Operations down, laws across: passed, failed, not reachable, or the suite's own error."""
    laws = list(dict.fromkeys(finding.law for finding in findings))
    operations = sorted({finding.operation for finding in findings})
    found = {(finding.operation, finding.law): SIGNS[finding.verdict] for finding in findings}
    wide = max(map(len, operations), default=0)
    # Names stand upright: twenty laws beside each other are wider than a terminal.
    tall = max(map(len, laws), default=0)
    upright = ["  ".join(law.rjust(tall)[level] for law in laws) for level in range(tall)]
    rows = ["  ".join(found.get((operation, law), "·") for law in laws) for operation in operations]
    head = [f"{'':{wide}}  {line}".rstrip() for line in upright]
    return "\n".join([*head, *(f"{name:<{wide}}  {row}" for name, row in zip(operations, rows, strict=True))])


def report(run: Run, laws: Iterable[Law], *, known: int = 0, mended: Sequence[str] = ()) -> str:
    """The whole run."""
    sentences = {law.name: law for law in laws}
    parts = [table(run.findings), "✓ holds  ✗ broken  ~ known failure  ? not reachable  · not about it"]
    parts += ["\n".join(_finding(finding, sentences.get(finding.law))) for finding in run.findings if finding.failures]
    parts += [f"! {finding.key}: the suite itself failed\n{finding.fault}" for finding in run.findings if finding.fault]
    parts += list(_missing(run.findings))
    parts += _mended(mended)
    parts.append(_summary(run, known))
    return "\n\n".join(parts)


def told(finding: Finding, law: Law, mended: Sequence[str] = ()) -> str:
    """One finding that does not hold, by itself."""
    parts = ["\n".join(_finding(finding, law))] if finding.failures else []
    parts += [f"! {finding.key}: the suite itself failed\n{finding.fault}"] if finding.fault else []
    return "\n\n".join([*parts, *_mended(mended)])


def _mended(mended: Sequence[str]) -> Iterator[str]:
    if mended:
        yield "Mended, but still listed as known: strike them off the baseline\n" + "\n".join(f"  {m}" for m in mended)


def _finding(finding: Finding, law: Law | None) -> Iterator[str]:
    yield f"✗ {finding.key}: {law.sentence if law is not None else finding.law}"
    for failure in finding.failures[:_SHOWN]:
        yield from _failure(failure)
    rest = len(finding.failures) - _SHOWN
    if rest > 0:
        yield f"    and {rest} more"


def _failure(failure: Failure) -> Iterator[str]:
    yield f"    {failure.message}"
    yield f"      in        {failure.location}"
    yield f"      expected  {_cut(failure.expected)}"
    yield f"      got       {_cut(failure.got)}"
    for exchange in failure.exchanges[-_LAST:]:
        yield f"      $ {exchange.curl()}"
        yield f"        {exchange.told()} {_cut(exchange.answer())}"


def _missing(findings: Iterable[Finding]) -> Iterator[str]:
    """What could not be tested, by what would open it."""
    by_hook: dict[str, dict[str, list[str]]] = {}
    for finding in findings:
        for reason, hook in finding.missing:
            by_hook.setdefault(hook or "nothing opens it", {}).setdefault(reason, []).append(finding.key)
    for hook, reasons in by_hook.items():
        lines = [f"? not reachable: {hook}"]
        lines += [f"    {reason} ({', '.join(dict.fromkeys(keys))})" for reason, keys in reasons.items()]
        yield "\n".join(lines)


def _summary(run: Run, known: int) -> str:
    counts = {verdict: sum(finding.verdict is verdict for finding in run.findings) for verdict in Verdict}
    counted = ", ".join(f"{number} {verdict.value}" for verdict, number in counts.items() if number)
    more = f", {known} known failures" if known else ""
    left = (
        f"{len(run.created)} resources were created and stay on the services" if run.created else "nothing was created"
    )
    return f"{counted or 'nothing was tested'}{more} · {run.requests} requests in {run.seconds:.1f} s · {left}"


def _cut(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[:_LONGEST]}…"
