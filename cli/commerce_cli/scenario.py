"""`commerce-mock scenario`: what worlds begin with, as files: checked, loaded, saved and generated."""

from pathlib import Path
from typing import Annotated

import typer

# What a command does is imported in it: `--help` answers at once.

app = typer.Typer(
    name="scenario",
    help="What worlds begin with, as files: check, load, save and generate them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Contract = Annotated[
    Path | None,
    typer.Option(help="Directory or document it is for. [default: the platform's own]", envvar="COMMERCE_CONTRACT"),
]
Url = Annotated[
    str, typer.Option(envvar="COMMERCE_MOCK_URL", help="Where the mock is.", show_default="that of this machine")
]
World = Annotated[
    str | None, typer.Option(envvar="COMMERCE_MOCK_WORLD", help="Which of its worlds. [default: default]")
]
AdminToken = Annotated[
    str | None,
    typer.Option(envvar="COMMERCE_ADMIN_TOKEN", help="What it asks for where other machines reach it."),
]


@app.command(
    epilog="""\b
Examples:
  commerce-mock scenario check shop.yaml
Exit codes: 0 no fault, 1 faults, 2 there is nothing to check."""
)
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A YAML or JSON file, or demo or empty.")],
    contract: Contract = None,
) -> None:
    """Find every fault of a scenario, with file and line; no mock has to run."""
    from commerce_cli.scenario_files import check_file  # noqa: PLC0415 - see the top of this file

    check_file(file, contract)


@app.command(
    epilog="""\b
Examples:
  commerce-mock scenario load shop.yaml
  commerce-mock scenario load shop.yaml --world w42
Exit codes: 0 loaded, 1 it has faults and nothing has changed, 2 there is no file or no mock."""
)
def load(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A YAML or JSON file, or demo or empty.")],
    *,
    world: World = None,
    url: Url = "",
    admin_token: AdminToken = None,
) -> None:
    """Let a world of a running mock begin anew with a scenario, all at once."""
    from commerce_cli.scenario_files import load_file, target  # noqa: PLC0415 - see the top of this file

    load_file(file, target(url, world, admin_token))


@app.command(
    epilog="""\b
Examples:
  commerce-mock scenario save shop.yaml
  commerce-mock scenario save --world w42 > shop.yaml
Exit codes: 0 saved, 1 the mock refuses, 2 there is no mock, or the file cannot be written."""
)
def save(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Where to, as JSON with that suffix. [default: standard output]"),
    ] = None,
    *,
    world: World = None,
    url: Url = "",
    admin_token: AdminToken = None,
) -> None:
    """Write down a world of a running mock as a scenario, without passwords."""
    from commerce_cli.scenario_files import save_file, target  # noqa: PLC0415 - see the top of this file

    save_file(file, target(url, world, admin_token))


@app.command(
    epilog="""\b
Examples:
  commerce-mock scenario generate --users 20 --orders 100 --out shop.yaml
  commerce-mock scenario generate --users 1000 --orders 1000000 --load     right into a running mock
Exit codes: 0 done, 1 the mock refuses, 2 there is no mock, or the file cannot be written."""
)
def generate(  # noqa: PLR0913 - each is a flag
    *,
    users: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many users.")],
    orders: Annotated[int, typer.Option(min=0, max=1_000_000, help="How many orders.")],
    seed: Annotated[int | None, typer.Option(min=0, help="What they are made from. [default: 0]")] = None,
    now: Annotated[
        str | None, typer.Option(metavar="ISO", help="The time up to which all has happened. [default: 2026-01-01]")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to, as JSON with that suffix. [default: standard output]")
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Begin anew with it in a running mock instead.")] = False,
    world: World = None,
    url: Url = "",
    admin_token: AdminToken = None,
) -> None:
    """Make users, their orders and the payments of these, in accord with each other.

    The same numbers and seed make the same scenario.
    """
    from commerce_cli.scenario_files import generate_file, generate_into, target  # noqa: PLC0415 - as above

    if load:
        generate_into(users, orders, seed, now, target(url, world, admin_token))
    else:
        generate_file(users, orders, seed, now, out)


@app.command(
    epilog="""\b
Examples:
  commerce-mock scenario schema > scenario.schema.json
and in the first line of a scenario:
  # yaml-language-server: $schema=scenario.schema.json"""
)
def schema(contract: Contract = None) -> None:
    """Print the JSON Schema of scenarios, with which editors check and complete them."""
    from commerce_cli.scenario_files import print_schema  # noqa: PLC0415 - see the top of this file

    print_schema(contract)
