"""`commerce-mock replay`: ask again what a recording has, and say whether the same is answered."""

import sys
from pathlib import Path

import orjson
import typer

from commerce_cli.loading import load_contract
from commerce_cli.running import RefusedError
from commerce_mock.replaying import BundleError, Outcome, replay


def replay_file(path: Path, contract: Path | None) -> int:
    """Replay a recording and tell what came of it; exit code 0 where all was the same, else 1. Raises RefusedError."""
    try:
        outcome = replay(_read(path), load_contract(contract))
    except BundleError as error:
        message = f"{path}: {error}"
        raise RefusedError(message) from None
    for note in outcome.notes:
        typer.echo(f"note: {note}", err=True)
    typer.echo(told(outcome))
    return 0 if outcome.identical else 1


def told(outcome: Outcome) -> str:
    """What came of a replay, as a person reads it."""
    counted = f"{_count(outcome.requests, 'request')}, {_count(outcome.events, 'event')}"
    if outcome.difference is None:
        return f"identical to the byte: {counted}, sha256 {outcome.sha256}"
    where = f"in request {outcome.number}, {outcome.request}" if outcome.number else "after the last request"
    found = outcome.difference
    lines = [f"differs {where}", f"  at        {found.pointer}", f"  recorded  {found.side(found.expected)}"]
    return "\n".join([*lines, f"  replayed  {found.side(found.got)}", f"the same before: {counted}"])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _read(path: Path) -> object:
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise RefusedError(message) from None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        message = f"{path}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}"
        raise RefusedError(message) from None
