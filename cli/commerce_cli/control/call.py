"""A command's request to the running mock, and what comes of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import orjson
import typer

from commerce_cli.control.commands import Command, Input
from commerce_cli.running import RefusedError

_WORLD: Final = "X-Mock-World"
_WARNING: Final = "X-Mock-Warning"
_TOKEN: Final = "X-Mock-Admin-Token"  # noqa: S105 - the name of a header
# Filling a world with a million orders takes its time.
_TIMEOUT: Final = 300.0
_SEVERAL: Final = "several things are wrong"
_STREAM: Final = "text/event-stream"
_BEGINNING: Final = 10.0  # seconds until a stream begins; then it may be silent for as long as it likes


@dataclass(frozen=True, slots=True)
class Target:
    """Which mock and which of its worlds; lives for one command."""

    url: str
    world: str | None
    token: str | None = field(repr=False)


def call(command: Command, given: Mapping[str, Any], body: Path | None, target: Target) -> None:
    """Send what the command says and print what the mock answers.

    Raises RefusedError where there is no mock; ends with exit code 1 where the mock refuses, or says that something was
    not so (`verified`).
    """
    values = {each.name: _value(each, given[each.name]) for each in command.inputs if _is_given(given[each.name])}
    request = _request(command, values, body, target)
    streams = command.operation.success.media_type == _STREAM
    answer = _follow(request, target) if streams else send(request, target)
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        typer.echo(f"commerce-mock: {told(answer)}", err=True)
        raise typer.Exit(1)
    for pointer in filter(None, answer.headers.get(_WARNING, "").split(", ")):
        typer.echo(f"commerce-mock: {pointer} is not known to the mock, and was left out", err=True)
    if not answer.content:
        return
    value = _json(answer)
    typer.echo(answer.text if value is None else printed(value))
    if isinstance(value, dict) and value.get("verified") is False:
        raise typer.Exit(1)


def send(request: Mapping[str, Any], target: Target) -> httpx.Response:
    """What the mock answers to a request, given as httpx's arguments. Raises RefusedError where there is no mock."""
    with _reaching(target):
        return httpx.request(**request, headers=_headers(target), timeout=_TIMEOUT)


def _follow(request: Mapping[str, Any], target: Target) -> httpx.Response:
    """The same, but what the mock tells is printed as it comes, until either side ends it."""
    timeout = httpx.Timeout(_BEGINNING, read=None)
    with _reaching(target), httpx.stream(**request, headers=_headers(target), timeout=timeout) as answer:
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            answer.read()
            return answer
        for text in answer.iter_text():
            typer.echo(text, nl=False)
        return httpx.Response(answer.status_code)  # all of it is told


def _headers(target: Target) -> dict[str, str]:
    headers = {_WORLD: target.world, _TOKEN: target.token}
    return {name: value for name, value in headers.items() if value}


@contextmanager
def _reaching(target: Target) -> Iterator[None]:
    """Raise RefusedError where there is no mock."""
    try:
        yield
    except httpx.TimeoutException:
        raise RefusedError(f"the mock at {target.url} did not answer within {_TIMEOUT:g} s") from None
    except (httpx.TransportError, httpx.InvalidURL) as error:
        hint = "start it with `commerce-mock serve`, or say where it is with --url"
        raise RefusedError(f"no mock answers at {target.url} ({error}): {hint}") from None


def _request(command: Command, values: Mapping[str, Any], body: Path | None, target: Target) -> dict[str, Any]:
    operation = command.operation
    places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "body": {}}
    for each in command.inputs:
        if each.name in values:
            places[each.place][each.name] = values[each.name]
    path = operation.path
    for name, value in places["path"].items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    request = {
        "method": operation.method,
        "url": target.url.rstrip("/") + path,
        "params": {name: _text(value) for name, value in places["query"].items()},
    }
    if operation.body is not None:
        if body is None and not places["body"] and operation.body.schema.required:
            raise RefusedError("give the body as a JSON file: --body FILE, or --body - for standard input")
        request["json"] = {**_document(body), **places["body"]} if body is not None else places["body"]
    return request


def _is_given(value: Any) -> bool:
    return value is not None and value != []


def _value(each: Input, given: Any) -> Any:
    if each.kind != "json":
        return given
    texts = given if isinstance(given, list) else [given]
    values = [_said(text) for text in texts]
    return values if isinstance(given, list) else values[0]


def _said(text: str) -> Any:
    """JSON where it is some, else the text itself: `[1]` is a list, `72h` a text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _document(path: Path) -> dict[str, Any]:
    try:
        text = typer.get_text_stream("stdin").read() if str(path) == "-" else path.read_text(encoding="utf-8")
        value = json.loads(text)
    except OSError as error:
        raise RefusedError(f"--body {path}: {error.strerror}") from None
    except ValueError as error:
        raise RefusedError(f"--body {path}: cannot be read as JSON: {error}") from None
    if not isinstance(value, dict):
        raise RefusedError(f"--body {path}: the body is an object, such as {{}}")
    return value


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def printed(value: Any) -> bytes:
    """JSON as commands print it, without a newline at its end; a whole world takes a second."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _json(answer: httpx.Response) -> Any:
    if "json" not in answer.headers.get("content-type", ""):
        return None
    try:
        return orjson.loads(answer.content)
    except ValueError:
        return None


def told(answer: httpx.Response) -> str:
    """A refusal as a person reads it."""
    problem = _json(answer)
    if not isinstance(problem, dict) or "detail" not in problem:
        return f"{answer.status_code}: what answers at {answer.url} is no mock, or an older one"
    said, places = _once(problem["detail"], problem.get("errors", ()))
    listed = "".join(f"\n  {place}" for place in places)
    return f"{answer.status_code} {problem.get('code', '')}: {said}{listed}"


def places_of(problem: Mapping[str, Any]) -> list[str]:
    """What is wrong where, a text for each place."""
    return [f"{each['pointer'] or 'the body'} {each['message']}" for each in problem.get("errors", ())]


def _once(detail: str, errors: Sequence[Mapping[str, str]]) -> tuple[str, list[str]]:
    """What a refusal says, and the places that this does not name: nothing twice."""
    places = places_of({"errors": errors})
    if len(places) != 1:
        return (_SEVERAL, places) if places and detail.startswith(places[0]) else (detail, places)
    message = errors[0]["message"]
    if message != detail:
        return detail, [] if message in detail else places
    return detail if message[:1].isupper() else places[0], []
