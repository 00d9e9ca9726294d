"""What `commerce-contract test` prints while it runs, and the reports that it writes at the end."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from commerce_cli.running import RefusedError
from commerce_conformance.baseline import Compared
from commerce_conformance.law import Finding, Verdict
from commerce_conformance.laws import LAWS
from commerce_conformance.reports import html, junit, machine, reproduction, text
from commerce_conformance.runner import Run

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports are wanted, and where; None is one that is not."""

    junit: Path | None
    html: Path | None
    json: Path | None
    repro: Path | None
    baseline: Path | None
    github: bool

    def check(self) -> None:
        """Refuse, before anything is tested, what cannot be written after it. Raises RefusedError."""
        for path in (self.junit, self.html, self.json, self.baseline):
            if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
                message = f"{path}: a report cannot be written there: name a file in a directory that is there"
                raise RefusedError(message)
        if self.repro is not None and self.repro.exists() and not self.repro.is_dir():
            message = f"{self.repro}: is no directory: --repro needs one"
            raise RefusedError(message)


def progress(number: int) -> Callable[[Finding], None]:
    """Tells of each finding on stderr: on a terminal in one line that changes, else a line for what does not hold."""
    done = 0
    live = sys.stderr.isatty()

    def tell_one(finding: Finding) -> None:
        nonlocal done
        done += 1
        if live:
            of = max(number, done)  # nobody knows beforehand what the other engine finds
            bar = "█" * (30 * done // of)
            sys.stderr.write(f"\r\x1b[K{bar:<30} {done}/{of} {finding.key}" + ("\n" if done == of else ""))
            sys.stderr.flush()
        elif finding.verdict in (Verdict.FAILED, Verdict.BROKEN):
            typer.echo(text.line(finding), err=True)

    return tell_one


def tell(compared: Compared, wanted: Wanted) -> None:
    """Print the run and write the reports that are wanted."""
    run = compared.run
    typer.echo(text.report(run, LAWS, known=compared.known, mended=compared.mended))
    if wanted.junit is not None:
        wanted.junit.write_text(junit.report(run, compared.mended), encoding="utf-8")
    if wanted.html is not None:
        wanted.html.write_text(html.report(run, LAWS, compared.mended), encoding="utf-8")
    if wanted.json is not None:
        wanted.json.write_text(machine.report(run, compared.mended), encoding="utf-8")
    if wanted.repro is not None:
        _reproduce(wanted.repro, run)
    if wanted.github:
        _annotate(compared)


def _reproduce(directory: Path, run: Run) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for finding in run.findings:
        for number, failure in enumerate(finding.failures, 1):
            path = directory / reproduction.name(finding, number)
            path.write_text(reproduction.source(finding, failure), encoding="utf-8")


def _annotate(compared: Compared) -> None:
    for line in machine.annotations(compared.run, compared.mended):
        typer.echo(line)
    summary = os.environ.get(_STEP_SUMMARY)
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(machine.summary(compared.run, compared.mended))
