"""`commerce-contract diff`: what changed between two contracts, and whom it breaks."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commerce_cli.contract_diff_report import REPORTS, Difference
from commerce_cli.contract_report import REPORTS as FAULTS
from commerce_cli.contract_revision import Source, sources
from commerce_cli.running import RefusedError
from commerce_contract import Contract, ContractError, NoContractError, load
from commerce_contract.changes import Breaks, compare

EPILOG = """\b
Examples:
  commerce-contract diff main                    the working tree against a branch
  commerce-contract diff v1.2.0 HEAD --format markdown --output CHANGES.md
  commerce-contract diff HEAD~1:contract         a subdirectory of a repository
  commerce-contract diff old.yaml new.yaml       two documents, with all that they refer to
Exit codes: 0 nothing breaks, or a version says so; 1 something breaks; 2 it cannot be compared."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Whom(StrEnum):
    """Whose breaking makes the command fail."""

    ALL = "all"
    CLIENTS = "clients"
    SERVICES = "services"


_WHOM = {Whom.ALL: Breaks.BOTH, Whom.CLIENTS: Breaks.CLIENTS, Whom.SERVICES: Breaks.SERVICES}


class Format(StrEnum):
    """How changes are printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


def diff(  # noqa: PLR0913 - the command's flags
    old: Annotated[str, typer.Argument(help="Directory, document, or git revision (`main`, `HEAD~1:contract`).")],
    new: Annotated[
        str | None,
        typer.Argument(help="The same. Without it: the working tree where OLD is a revision, else what `check` reads."),
    ] = None,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="For people, for programs, for a changelog, for a workflow.")
    ] = Format.TEXT,
    service: Annotated[str | None, typer.Option(help="Only what belongs to this service.")] = None,
    whom: Annotated[Whom, typer.Option("--for", help="Fail only for what breaks these.")] = Whom.ALL,
    strict: Annotated[bool, typer.Option("--strict", help="Count what cannot be decided as breaking.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="List changed descriptions and examples too.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the changes to this file.")] = None,
) -> None:
    """Print every change from one contract to another: what breaks clients, what breaks services, what is safe."""
    with sources(old, new) as sides:
        before, after = (_load(side) for side in sides)
        _check_service(service, before, after)
        comparison = compare(before, after, service)
        difference = Difference(sides, (before, after), comparison, strict, verbose, _WHOM[whom])
        report = REPORTS[form](difference)
    if output is None:
        typer.echo(report)
    else:
        try:
            output.write_text(f"{_COLOUR.sub('', report)}\n", encoding="utf-8")
        except OSError as error:
            raise RefusedError(f"cannot write {output}: {error.strerror}") from None
        typer.echo(difference.total())
    if difference.breaking:
        raise typer.Exit(1)


def _load(side: Source) -> Contract:
    try:
        return load(side.path)
    except NoContractError as error:
        raise RefusedError(f"{side.label}: {error.faults[0].message}") from None
    except ContractError as error:
        raise RefusedError(f"{side.label} has faults\n{FAULTS['text'].faults(error)}") from None


def _check_service(service: str | None, *contracts: Contract) -> None:
    known = dict.fromkeys(name for contract in contracts for name in contract.services)
    if service is not None and service not in known:
        raise RefusedError(f"neither contract has a service `{service}`; they have {', '.join(known) or 'none'}")
