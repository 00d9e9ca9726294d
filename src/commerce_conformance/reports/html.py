"""A run as one page that needs nothing else: the picture of laws and operations, and what is behind each mark."""

from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined

from commerce_conformance.law import Law, Verdict
from commerce_conformance.reports.text import SIGNS
from commerce_conformance.runner import Run

_CLASSES: Final = {
    Verdict.PASSED: "pass",
    Verdict.FAILED: "fail",
    Verdict.KNOWN: "open",
    Verdict.UNREACHABLE: "open",
    Verdict.BROKEN: "error",
}


def report(run: Run, laws: Iterable[Law], mended: Sequence[str] = ()) -> str:
    """The page; `mended` is what a baseline still lists."""
    template = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    names = list(dict.fromkeys(finding.law for finding in run.findings))
    known = {law.name: law for law in laws}
    return environment.from_string(template).render(
        run=run,
        mended=mended,
        laws=[(name, known.get(name)) for name in names],
        operations=sorted({finding.operation for finding in run.findings}),
        found={(finding.operation, finding.law): finding for finding in run.findings},
        signs=SIGNS,
        classes=_CLASSES,
        counts={verdict: sum(finding.verdict is verdict for finding in run.findings) for verdict in Verdict},
    )
