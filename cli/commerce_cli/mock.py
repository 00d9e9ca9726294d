"""`commerce-mock`: run the platform's services on this machine, from their documents."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commerce_cli import version
from commerce_cli.control.group import ControlGroup
from commerce_cli.running import run

# What a command needs is imported in it: `--help` and completion answer at once, and `serve` within its budget.

NAME = "commerce-mock"
LONGEST_DELAY = 366 * 86_400  # seconds; as far as the clock can be advanced at once

app = typer.Typer(
    name=NAME,
    cls=ControlGroup,
    help="Run the platform's services on this machine, from their documents.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Auth(StrEnum):
    """Whether bearer tokens are looked at."""

    REQUIRED = "required"
    OFF = "off"


class Log(StrEnum):
    """How each request is logged on stderr."""

    TEXT = "text"
    JSON = "json"
    OFF = "off"


Contract = Annotated[
    Path | None,
    typer.Option(help="Directory or document to serve. [default: the platform's own]", envvar="COMMERCE_CONTRACT"),
]
Scenario = Annotated[
    str | None,
    typer.Option(
        metavar="demo|empty|FILE",
        help="What the services know at first. [default: demo, for other contracts empty]",
        autocompletion=lambda: ["demo", "empty"],
    ),
]
Secret = Annotated[
    str | None,
    typer.Option(envvar="COMMERCE_JWT_SECRET", help="Secret that signs tokens (HS256). [default: a public one]"),
]


def _services() -> list[str]:
    """For completion: what `--port` may begin with."""
    from commerce_contract import ContractError, load  # noqa: PLC0415 - only completion needs it

    try:
        return [f"{name}=" for name in load().services]
    except ContractError:
        return []


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        typer.echo(f"{NAME} {version()}")
        raise typer.Exit


@app.callback(
    epilog="""\b
Examples:
  commerce-mock serve                      all services, the demo scenario
  export TOKEN=$(commerce-mock token)      a token of the first demo user
  commerce-mock clock advance 60           turn the one that runs; so with worlds, events, ...
  commerce-mock --install-completion       completion for this shell"""
)
def top(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Run the platform's services on this machine, from their documents."""


@app.command(
    epilog="""\b
Examples:
  commerce-mock serve --port orders=3101 --port users=0   other ports; 0 is any free one
  commerce-mock serve --gateway 8080                      everything behind one port
  commerce-mock serve --clock frozen --seed 7             the same answers every time
  commerce-mock serve --contract ./contract --watch       documents that you are writing
  commerce-mock serve --host 0.0.0.0 --jwt-secret "$(openssl rand -hex 32)"
Exit codes: 0 ended by Ctrl-C or SIGTERM, 2 it could not start."""
)
def serve(  # noqa: PLR0913 - each is a flag
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        list[str] | None,
        typer.Option(metavar="SERVICE=PORT", help="Port of a service; may be repeated.", autocompletion=_services),
    ] = None,
    gateway: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=0, max=65535, help="One port for all services, instead of one for each."),
    ] = None,
    contract: Contract = None,
    scenario: Scenario = None,
    seed: Annotated[int, typer.Option(help="What identifiers are made from.")] = 0,
    clock: Annotated[
        str,
        typer.Option(
            metavar="real|frozen|ISO",
            help="The services' time: the machine's, the scenario's, or an ISO time; the latter two stand still.",
            autocompletion=lambda: ["real", "frozen"],
        ),
    ] = "real",
    auth: Annotated[Auth, typer.Option(help="Whether bearer tokens are looked at.")] = Auth.REQUIRED,
    payment_delay: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, max=LONGEST_DELAY, help="How long a payment is processing.")
    ] = 1.0,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what the contract does not know in a request.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the documents' files, with all state kept.")] = False,
    log: Annotated[Log, typer.Option(help="How each request is logged on stderr.")] = Log.TEXT,
    jwt_secret: Secret = None,
) -> None:
    """Serve all services until Ctrl-C.

    Each has its own port, on which its document (/openapi.json) and a page of it (/docs) are too.
    """
    from commerce_cli.serving import Options, serve_mock  # noqa: PLC0415 - see the top of this file

    serve_mock(
        Options(
            host=host,
            ports=tuple(port or ()),
            gateway=gateway,
            contract=contract,
            scenario=scenario,
            seed=seed,
            clock=clock,
            auth=auth is Auth.REQUIRED,
            payment_delay=payment_delay,
            strict=strict,
            watch=watch,
            log=log.value,
            jwt_secret=jwt_secret,
        )
    )


@app.command(
    epilog="""\b
Examples:
  export TOKEN=$(commerce-mock token)
  commerce-mock token --user jane@example.com --expires 10m
  commerce-mock token --role admin
  commerce-mock token --expires -1         one that has expired"""
)
def token(  # noqa: PLR0913 - each is a flag
    *,
    user: Annotated[
        str | None, typer.Option(metavar="ID|EMAIL", help="Whose token. [default: the scenario's first user]")
    ] = None,
    role: Annotated[str, typer.Option(metavar="customer|service|admin", help="What its owner may do.")] = "customer",
    expires: Annotated[
        str, typer.Option(metavar="1h|SECONDS", help="How long it is good for: seconds, or a number with s, m, h or d.")
    ] = "1h",
    jwt_secret: Secret = None,
    scenario: Scenario = None,
    contract: Contract = None,
) -> None:
    """Print a bearer token that the mock accepts, and nothing else."""
    from commerce_cli.tokens import make_token  # noqa: PLC0415 - see the top of this file

    typer.echo(make_token(user, role, expires, jwt_secret, scenario, contract))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises SystemExit with its exit code."""
    sys.exit(run(app, NAME, arguments))
