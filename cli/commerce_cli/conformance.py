"""`commerce-contract test`: whether running services keep the contract."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from commerce_cli.conformance_reporting import Wanted, progress, tell
from commerce_cli.running import RefusedError
from commerce_conformance.baseline import BaselineError, compare, read, written
from commerce_conformance.configuration import ConfigurationError
from commerce_conformance.laws import LAWS
from commerce_conformance.options import Told, pairs, settings_of
from commerce_conformance.probing import unreachable
from commerce_conformance.reports.redaction import redacted
from commerce_conformance.runner import Generate, Run, Suite
from commerce_conformance.settings import LAWS_ENGINE, SCHEMATHESIS, Settings
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract

UNREACHED: Final = 3
EPILOG: Final = """\b
Examples:
  commerce-contract test --orders http://localhost:3001 --users http://localhost:3002 --jwt-secret env:JWT_SECRET
  commerce-contract test --config conformance.toml --only lifecycle,auth --junit conformance.xml
  commerce-contract test --contract ./contract --url shipping=http://localhost:3005 --token-command './token {user}'
  commerce-contract test --list
Secrets and tokens may be given as env:NAME. What the services do not show is opened by hooks in conformance.toml.
Exit codes: 0 conforms, 1 does not, 2 usage or contract error, 3 a service could not be reached."""

_WHERE, _WHO, _WHAT, _TOLD = "Services", "Callers", "What is tested", "Reports"


def _url(help_text: str) -> object:
    return typer.Option(metavar="URL", help=help_text, rich_help_panel=_WHERE)


def conform(  # noqa: PLR0913 - the command's options
    *,
    users: Annotated[str | None, _url("Where the user service is.")] = None,
    orders: Annotated[str | None, _url("Where the order service is.")] = None,
    payments: Annotated[str | None, _url("Where the payment service is.")] = None,
    notifications: Annotated[str | None, _url("Where the notification service is.")] = None,
    url: Annotated[list[str] | None, typer.Option(metavar="NAME=URL", help="A service of another contract.")] = None,
    events: Annotated[str | None, _url("Where they publish: redis://, amqp://, or a mock's http://.")] = None,
    jwt_secret: Annotated[str | None, typer.Option(help="Signs tokens (HS256) for whoever is needed.")] = None,
    token: Annotated[str | None, typer.Option(help="A token of one user, where there is no secret.")] = None,
    second_token: Annotated[str | None, typer.Option(help="A token of another user.")] = None,
    token_command: Annotated[str | None, typer.Option(help="Prints a token for {user} and {role}.")] = None,
    engine: Annotated[
        list[str] | None, typer.Option(metavar="NAMES", help="laws, schemathesis: both, where no --only is given.")
    ] = None,
    only: Annotated[str | None, typer.Option(metavar="LAWS", help="Only these laws, with commas.")] = None,
    service: Annotated[str | None, typer.Option(metavar="NAMES", help="Only operations of these services.")] = None,
    profile: Annotated[str | None, typer.Option(help="strict, fastapi, express, gin: own refusals pass.")] = None,
    config: Annotated[Path | None, typer.Option(help="conformance.toml; options win over it.")] = None,
    contract: Annotated[Path | None, typer.Option(help="Directory or document.", envvar="COMMERCE_CONTRACT")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Known failures, accepted until they are mended.")] = None,
    write_baseline: Annotated[Path | None, typer.Option(help="Accept all failures of this run.")] = None,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML, a case for each law and operation.")] = None,
    html: Annotated[Path | None, typer.Option(help="A page to look at.")] = None,
    json: Annotated[Path | None, typer.Option(help="Everything, for programs.")] = None,
    repro: Annotated[Path | None, typer.Option(metavar="DIR", help="A pytest file for each failure.")] = None,
    github: Annotated[bool, typer.Option("--github", help="Annotations and a summary for a workflow.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Print the laws and what they derive from.")] = False,
    seed: Annotated[int | None, typer.Option(help="Of generated requests.")] = None,
    examples: Annotated[int | None, typer.Option(help="Generated requests an operation, for a nightly run.")] = None,
    patience: Annotated[float | None, typer.Option(help="Seconds for what comes by itself.")] = None,
) -> None:
    """Test running services against the contract: its laws on each operation, with data made for it."""
    if listing:
        for law in LAWS:
            typer.echo(f"{law.name}\n  {law.sentence}\n  From: {law.derives}")
        return
    named = {"users": users, "orders": orders, "payments": payments, "notifications": notifications}
    wanted = Wanted(junit, html, json, repro, write_baseline, github)
    wanted.check()
    try:
        told = Told(
            urls={name: address for name, address in named.items() if address} | pairs(url or []),
            secret=jwt_secret, token=token, second_token=second_token, command=token_command, events=events, only=only,
            services=service, profile=profile, config=config, contract=contract, baseline=baseline, seed=seed,
            examples=examples, patience=patience, engines=engine or (),
        )  # fmt: skip
        of, settings, accepted = settings_of(told)
        known = read(accepted) if accepted is not None and write_baseline is None else {}
    except (ConfigurationError, BaselineError) as error:
        raise RefusedError(str(error)) from None
    run = _run(of, settings)
    compared = compare(run, known)
    tell(replace(compared, run=redacted(compared.run, settings)), wanted)
    if write_baseline is not None:
        write_baseline.write_text(written(run.findings), encoding="utf-8")
    elif not compared.conforms:
        raise typer.Exit(1)


def _run(contract: Contract, settings: Settings) -> Run:
    """The run. Raises RefusedError where nothing is to be tested; ends with exit code 3 where nobody answers."""
    silent = unreachable(contract, settings.urls)
    if silent:
        for name, why in silent.items():
            typer.echo(f"commerce-contract: {name} could not be reached: {why}", err=True)
        raise typer.Exit(UNREACHED)
    generate = _generator() if SCHEMATHESIS in settings.engines else None
    try:
        suite = Suite(contract, settings, laws=LAWS if LAWS_ENGINE in settings.engines else (), generate=generate)
    except UnreachableError as error:
        typer.echo(f"commerce-contract: {error}", err=True)
        raise typer.Exit(UNREACHED) from None
    if not suite.cases and generate is None:
        message = "nothing is left to test: look at --only and --service, or print the laws with --list"
        raise RefusedError(message)
    try:
        return suite.run(progress(len(suite.cases)))
    finally:
        suite.close()


def _generator() -> Generate:
    from commerce_conformance.generated import generate  # noqa: PLC0415 - most of a second, for whoever generates only

    return generate
