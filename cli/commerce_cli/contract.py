"""`commerce-contract`: look after the documents that everything else is read from."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commerce_cli import conformance, version
from commerce_cli.contract_diff import EPILOG, diff
from commerce_cli.contract_report import REPORTS
from commerce_cli.generating import generate
from commerce_cli.running import RefusedError, run
from commerce_contract import ContractError, NoContractError, load

NAME = "commerce-contract"

app = typer.Typer(
    name=NAME,
    help="Look after the platform's OpenAPI and AsyncAPI documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How faults are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        typer.echo(f"{NAME} {version()}")
        raise typer.Exit


@app.callback()
def top(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Look after the platform's OpenAPI and AsyncAPI documents."""


@app.command(
    epilog="""\b
Examples:
  commerce-contract check                        the platform's own documents
  commerce-contract check --contract ./contract  a directory with openapi/ and asyncapi/, or documents in it
  commerce-contract check --contract shop.yaml   one document, with all that it refers to
  commerce-contract check --format github        annotations in a workflow
Exit codes: 0 no fault, 1 faults, 2 there is nothing to check.""",
)
def check(
    contract: Annotated[
        Path | None,
        typer.Option(
            help="Directory or document. Without it: the platform's own documents.", envvar="COMMERCE_CONTRACT"
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="For people, for programs, for a workflow.")] = Format.TEXT,
) -> None:
    """Read all documents and print every fault with file, line and what to do, or what the contract holds."""
    report = REPORTS[form]
    try:
        found = load(contract)
    except NoContractError as error:
        fault = error.faults[0]
        message = f"{fault.location.file}: {fault.message}. {fault.hint}."
        raise RefusedError(message) from None
    except ContractError as error:
        typer.echo(report.faults(error))
        raise typer.Exit(1) from None
    typer.echo(report.summary(found))


app.command(
    epilog="""\b
Examples:
  commerce-contract generate                             the client of this checkout, and its api.md
  commerce-contract generate --check                     exit 1 if the committed client is not what the documents say
  commerce-contract generate --contract shop.yaml --out src/shop --name Shop
Exit codes: 0 done or nothing to do, 1 faults or differences, 2 it cannot be done.""",
)(generate)

app.command(epilog=EPILOG)(diff)
app.command("test", epilog=conformance.EPILOG)(conformance.conform)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises SystemExit with its exit code."""
    sys.exit(run(app, NAME, arguments))
