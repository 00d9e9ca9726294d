"""What `commerce-mock coverage` does: ask a running mock, print, and judge."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import httpx
import typer

from commerce_cli.control.call import Target
from commerce_cli.control.commands import controls
from commerce_cli.coverage_pages import html, junit
from commerce_cli.running import RefusedError
from commerce_contract import Operation
from commerce_mock.coverage_text import missing, table

_GET: Final = "admin.coverage"
_CLEAR: Final = "admin.clear_coverage"
_TIMEOUT: Final = 30.0


def print_coverage(target: Target, how: str, fail_under: float, *, clear: bool) -> None:
    """Print the coverage of one world, or of all where the target names none; then begin it anew, if that is wanted.

    Raises RefusedError where there is no mock to ask; ends with exit code 1 where too little was exercised.
    """
    coverage = _ask(_GET, target, {"worlds": "all" if target.world is None else "this"})
    typer.echo(FORMATS[how](coverage).rstrip("\n"))
    if clear:
        _ask(_CLEAR, target, {})
    if coverage["percent"] < fail_under:
        typer.echo(f"commerce-mock: {coverage['percent']:.1f} % were exercised, fewer than {fail_under:g} %", err=True)
        raise typer.Exit(1)


def _ask(name: str, target: Target, query: Mapping[str, str]) -> Any:
    operation = _operation(name)
    headers = {"X-Mock-World": target.world, "X-Mock-Admin-Token": target.token}
    given = {name: value for name, value in headers.items() if value}
    url = target.url.rstrip("/") + operation.path
    try:
        answer = httpx.request(operation.method, url, params=query, headers=given, timeout=_TIMEOUT)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        hint = "start it with `commerce-mock serve`, or say where it is with --url"
        raise RefusedError(f"no mock answers at {target.url} ({error}): {hint}") from None
    try:
        content = answer.json() if answer.content else None
    except ValueError:
        content = {}
    if answer.status_code >= HTTPStatus.BAD_REQUEST or content == {}:
        said = content.get("detail") if isinstance(content, dict) else None
        raise RefusedError(f"{target.url} answers {answer.status_code}: {said or 'that is no mock, or an older one'}")
    return content


def _operation(name: str) -> Operation:
    verbs = (command for verbs in controls().nouns.values() for command in verbs.values())
    return next(command.operation for command in verbs if command.operation.name == name)


def _text(coverage: Mapping[str, Any]) -> str:
    lines = table(coverage)
    lacking = list(missing(coverage))
    return "\n".join([*lines, "", "Not exercised", *lacking] if lacking else lines)


def _json(coverage: Mapping[str, Any]) -> str:
    return json.dumps(coverage, indent=2, ensure_ascii=False)


FORMATS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "text": _text,
    "json": _json,
    "html": html,
    "junit": junit,
}
