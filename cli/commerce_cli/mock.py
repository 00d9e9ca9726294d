"""`commerce-mock`: run the platform's services on this machine, from their documents."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commerce_cli import coverage, scenario, version
from commerce_cli.control.group import ControlGroup
from commerce_cli.running import run

# What a command needs is imported in it: `--help` and completion answer at once, and `serve` within its budget.

NAME = "commerce-mock"
DELAY, LARGEST_IMPORT = "1", 256  # seconds, MiB

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


class Algorithm(StrEnum):
    """How tokens are signed."""

    HS256 = "HS256"
    RS256 = "RS256"


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
Signing = Annotated[
    Algorithm,
    typer.Option(envvar="COMMERCE_JWT_ALGORITHM", help="How tokens are signed; RS256 needs the package cryptography."),
]
Key = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="COMMERCE_JWT_KEY",
        help="RSA private key that signs tokens (RS256), PEM. [default: one made from the seed]",
    ),
]


def _services() -> list[str]:
    """For completion: what `--port` may begin with."""
    from commerce_contract import ContractError, load  # noqa: PLC0415 - only completion needs it

    try:
        return [f"{name}=" for name in load().services]
    except ContractError:
        return []


def _delay(given: str) -> str:
    if given != DELAY:
        from commerce_mock.settlement import parse_delay  # noqa: PLC0415 - see the top of this file

        try:
            parse_delay(given)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return given


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        typer.echo(f"{NAME} {version()}")
        raise typer.Exit


@app.callback(
    epilog="""\b
Examples:
  commerce-mock serve                      all services, the demo scenario
  export TOKEN=$(commerce-mock token)      a token of the first demo user
  commerce-mock clock advance --seconds 60 turn the one that runs; so with worlds, events, ...
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
  commerce-mock serve --jwt-algorithm RS256               tokens to be verified by /.well-known/jwks.json
  commerce-mock serve --events redis://localhost:6379/0   events on a real broker
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
        str,
        typer.Option(
            metavar="SECONDS|2s|immediate|manual|reads:3",
            help="What a payment waits for: a time, so many reads of it, or somebody who settles it.",
            autocompletion=lambda: ["immediate", "manual", "reads:3"],
            callback=_delay,
        ),
    ] = DELAY,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what the contract does not know in a request.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the documents' files, with all state kept.")] = False,
    log: Annotated[Log, typer.Option(help="How each request is logged on stderr.")] = Log.TEXT,
    world_idle: Annotated[
        str, typer.Option(metavar="1h|SECONDS", help="When a world is forgotten that nobody names; 0: never.")
    ] = "1h",
    jwt_secret: Secret = None,
    jwt_algorithm: Signing = Algorithm.HS256,
    jwt_key: Key = None,
    admin_token: Annotated[
        str | None,
        typer.Option(
            envvar="COMMERCE_ADMIN_TOKEN",
            help="What /__admin asks for. [default: nothing on this machine; for others one that is made and told]",
        ),
    ] = None,
    events: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            envvar="COMMERCE_EVENTS",
            show_envvar=True,
            help="Broker that events go to and come from, redis://... or amqp://...; may be repeated.",
        ),
    ] = None,
    outbox: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where events are kept until brokers have them. [default: one a set of brokers]"
        ),
    ] = None,
    largest_import: Annotated[
        int, typer.Option(metavar="MIB", min=1, max=4096, help="How large a world, scenario or recording may be sent.")
    ] = LARGEST_IMPORT,
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
            world_idle=world_idle,
            jwt_secret=jwt_secret,
            jwt_algorithm=jwt_algorithm.value,
            jwt_key=jwt_key,
            admin_token=admin_token,
            events=tuple(events or ()),
            outbox=outbox,
            largest_import=largest_import,
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
    jwt_algorithm: Signing = Algorithm.HS256,
    jwt_key: Key = None,
    seed: Annotated[int, typer.Option(help="The mock's seed, from which its RS256 key is made.")] = 0,
    scenario: Scenario = None,
    contract: Contract = None,
) -> None:
    """Print a bearer token that the mock accepts, and nothing else."""
    from commerce_cli.tokens import chosen_key, make_token  # noqa: PLC0415 - see the top of this file

    key = chosen_key(jwt_algorithm.value, jwt_secret, jwt_key, seed)
    typer.echo(make_token(user, role, expires, key, scenario, contract))


coverage.register(app)
app.add_typer(scenario.app)


@app.command(
    epilog="""\b
Examples:
  commerce-mock replay bundle.json                  ask everything again that was recorded
  curl -sX POST localhost:3010/__admin/recordings/stop | commerce-mock replay -
  commerce-mock replay bundle.json --url http://localhost:3010    by the mock that runs there
Exit codes: 0 everything is the same to the byte, 1 something differs, 2 the file cannot be replayed."""
)
def replay(
    *,
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="The recording, `-` for standard input.")],
    contract: Contract = None,
    url: Annotated[
        str | None,
        typer.Option(help="A mock that runs, to replay with its contract, beside its worlds. [default: this process]"),
    ] = None,
    admin_token: scenario.AdminToken = None,
) -> None:
    """Ask again what a recording has, in a mock of its own, and say where the answers differ first."""
    from commerce_cli.replay import replay_file  # noqa: PLC0415 - see the top of this file

    raise typer.Exit(replay_file(bundle, contract, url, admin_token))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises SystemExit with its exit code."""
    sys.exit(run(app, NAME, arguments))
