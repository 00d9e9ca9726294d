"""`commerce-mock events explore`: the one command about events that no operation of the control document is."""

from pathlib import Path
from typing import Annotated, Final

import typer

# What the command does is imported in it: `--help` answers at once.

NOUN: Final = "events"
_EXAMPLES: Final = """\b
Examples:
  commerce-mock events explore -- pytest tests/test_checkout.py
  commerce-mock events explore --bound 50 --write late.json -- npx playwright test
  commerce-mock events explore --replay late.json -- npx playwright test
  commerce-mock events explore --url http://localhost:3010 --world w1 -- ./smoke.sh
The command finds the mock by COMMERCE_MOCK_URL, COMMERCE_ORDERS_URL (and so on) and COMMERCE_TOKEN.
Exit codes: 0 passed under all schedules, 1 fails under one, 2 it could not be run."""


def register(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("explore", epilog=_EXAMPLES)(explore)


def explore(  # noqa: PLR0913 - each is a flag
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND...", help="What is run; it fails by exit code.")],
    *,
    bound: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many schedules at most.")] = 200,
    deviations: Annotated[
        int | None, typer.Option(min=0, help="How often a schedule deviates at most. [default: as often as it can]")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the shortest failing schedule goes. [default: schedule-COMMAND.json]"),
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Run it once, under the schedule of a file.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="demo|empty|FILE", help="What the mock begins with. [default: demo]")
    ] = None,
    seed: Annotated[int, typer.Option(help="What identifiers are made from.")] = 0,
    contract: Annotated[
        Path | None,
        typer.Option(help="Directory or document. [default: the platform's own]", envvar="COMMERCE_CONTRACT"),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="A running mock, whose world is reset each time. [default: one of its own]")
    ] = None,
    world: Annotated[
        str | None, typer.Option(envvar="COMMERCE_MOCK_WORLD", help="Which of its worlds. [default: default]")
    ] = None,
    admin_token: Annotated[
        str | None,
        typer.Option(envvar="COMMERCE_ADMIN_TOKEN", help="What it asks for where other machines reach it."),
    ] = None,
) -> None:
    """Run a command under every legal schedule of deliveries, and make what fails as short as can be.

    Without `--url` it starts a mock on free ports, where payments complete at once. Each run begins with a fresh world.
    """
    from commerce_cli.control.exploration import Wanted, explored  # noqa: PLC0415 - see the top of this file

    wanted = Wanted(tuple(command), bound, deviations, write, replay, scenario, seed, contract, url, world, admin_token)
    raise typer.Exit(explored(wanted))
