"""`commerce-mock coverage`: how much of the contract the clients of a running mock have exercised."""

from enum import StrEnum
from typing import Annotated

import typer

# What the command does is imported in it: `--help` answers at once.


class Format(StrEnum):
    """How the coverage is printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"


def _url() -> str:
    from commerce_cli.control.commands import controls  # noqa: PLC0415 - see above

    return controls().url


def coverage(  # noqa: PLR0913 - each is a flag
    *,
    fail_under: Annotated[
        float, typer.Option(metavar="PERCENT", min=0, max=100, help="End with exit code 1 where it is less.")
    ] = 0.0,
    how: Annotated[Format, typer.Option("--format", help="How it is printed.")] = Format.TEXT,
    clear: Annotated[bool, typer.Option("--clear", help="Begin anew after that, in all worlds.")] = False,
    world: Annotated[
        str | None,
        typer.Option(envvar="COMMERCE_MOCK_WORLD", help="Of this world alone. [default: all worlds together]"),
    ] = None,
    url: Annotated[
        str, typer.Option(envvar="COMMERCE_MOCK_URL", help="Where the mock is.", show_default="that of this machine")
    ] = "",
    admin_token: Annotated[
        str | None,
        typer.Option(envvar="COMMERCE_ADMIN_TOKEN", help="What it asks for where other machines reach it."),
    ] = None,
) -> None:
    """Print how much of the contract the clients of a running mock have exercised.

    Operations, declared answers, problem codes, moves between states, and events.
    """
    from commerce_cli.control.call import Target  # noqa: PLC0415 - see the top of this file
    from commerce_cli.coverage_printing import print_coverage  # noqa: PLC0415 - the same

    print_coverage(Target(url or _url(), world, admin_token), how.value, fail_under, clear=clear)


def register(app: typer.Typer) -> None:
    """Let an app have the command."""
    app.command(
        epilog="""\b
Examples:
  commerce-mock coverage                                   a table, and what was not exercised
  commerce-mock coverage --fail-under 90                   for a build
  commerce-mock coverage --format html > coverage.html     a page; junit for build servers
  commerce-mock coverage --world w42 --clear               of one world; then begin anew
Exit codes: 0 as much as there must be, 1 less, 2 there is no mock to ask."""
    )(coverage)
