"""`commerce-mock replay`: ask again what a recording has, and say whether the same is answered."""

import sys
from http import HTTPStatus
from pathlib import Path
from typing import Final

import orjson
import typer

from commerce_cli.control import call
from commerce_cli.control.call import Target
from commerce_cli.control.commands import request_of
from commerce_cli.loading import load_contract
from commerce_cli.running import RefusedError
from commerce_mock.outcome import BundleError, Outcome
from commerce_mock.problems import TOLD
from commerce_mock.replaying import replay

_REPLAY: Final = "admin.replay_recording"


def replay_file(path: Path, contract: Path | None, url: str | None = None, token: str | None = None) -> int:
    """Replay a recording and tell what came of it; exit code 0 where all was the same, else 1.

    Replayed in this process, or with a `url` by the mock there. Raises RefusedError.
    """
    mock = None if url is None else Target(url, None, token)
    if mock is not None and contract is not None:
        raise RefusedError("--contract goes without --url: that mock replays with the documents that it serves")
    content = _read(path)
    try:
        outcome = _asked(content, mock) if mock is not None else replay(content, load_contract(contract))
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


def _asked(content: object, mock: Target) -> Outcome:
    """What came of it in a mock that runs. Raises BundleError and RefusedError."""
    answer = call.send({**request_of(_REPLAY, mock.url), "json": content}, mock)
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise BundleError("; ".join(call.places_of(answer.json())[:TOLD]))
    if answer.status_code != HTTPStatus.OK:
        raise RefusedError(call.told(answer))
    return Outcome.of(orjson.loads(answer.content))


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
