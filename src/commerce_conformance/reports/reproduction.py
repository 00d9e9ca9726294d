"""A failure as a pytest file of its own: the requests again, with httpx alone, and what was expected of the last."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from commerce_conformance.exchange import Exchange, authorization, variable
from commerce_conformance.law import Failure, Finding
from commerce_conformance.story import made

_MOST: Final = 40  # requests
_PAUSE: Final = 0.03  # seconds between two requests in which something may have come by itself
_LONGEST_PAUSE: Final = 15.0
_LONGEST: Final = 300
_NAME: Final = re.compile(r"cf[0-9a-f]{8}n\w*")  # what a run calls things
_ANSWER: Final = re.compile(r"(\d{3}(?: or \d{3})*)(?: ([A-Z][A-Z0-9_]*(?: or [A-Z][A-Z0-9_]*)*))?")
_CREATED: Final = 201
_AGAIN: Final = '''
def again(text: bytes) -> bytes:
    """A request with what this run made in the place of what the first one made."""
    for old, new in known.items():
        text = text.replace(old.encode(), new.encode())
    return text
'''
_STEADY: Final = '''
def steady(value):
    """An answer without what each run has otherwise: texts with digits in them, such as ids and moments."""
    if isinstance(value, dict):
        return {name: steady(member) for name, member in value.items()}
    if isinstance(value, list):
        return [steady(member) for member in value]
    return "..." if isinstance(value, str) and any(c.isdigit() for c in value) else value
'''


def name(finding: Finding, number: int) -> str:
    """The file's name: `test_lifecycle_orders_cancel_1.py`."""
    return f"test_{re.sub(r'[^a-z0-9]+', '_', finding.key.lower()).strip('_')}_{number}.py"


def source(finding: Finding, failure: Failure) -> str:
    """The file's text: a test that fails for as long as the service answers as it did, and passes once it is mended.

    Tokens come from the environment. What the requests create is made anew; other ids are those of the run, whose data
    is still there.
    """
    exchanges = (failure.story or failure.exchanges)[-_MOST:]
    asserted = list(_assertion(failure, exchanges))
    steady = any("steady(" in line for line in asserted)
    tokens = {
        variable(e.identity): f"{e.identity.label}: user {e.identity.user_id}, role {e.identity.role}"
        for e in exchanges
        if "$" in authorization(e.identity, "$")
    }
    lines = [
        f'"""{_plain(finding.key)}: {_plain(failure.message)}.',
        "",
        f"{_plain(str(failure.location))}",
        f"expected {_plain(failure.expected)[:_LONGEST]}",
        f"got {_plain(failure.got)[:_LONGEST]}",
        *(f"${name} must be a token of {_plain(whose)}" for name, whose in tokens.items()),
        '"""',
        "",
        *(["import os"] if tokens else []),
        "import secrets",
        "import time",
        "",
        "import httpx",
        "",
        "known: dict[str, str] = {}  # what this run made, by what it was called when the failure was found",
        "",
        *_AGAIN.splitlines(),
        *([*("", *_STEADY.splitlines())] if steady else []),
        "",
        "",
        f"def test_{re.sub(r'[^a-z0-9]+', '_', finding.operation.lower())}() -> None:",
        *(f"    known[{old!r}] = {old[:2]!r} + secrets.token_hex(4) + {old[10:]!r}" for old in _names(exchanges)),
        *(f"    {line}" for index in range(len(exchanges)) for line in _request(exchanges, index)),
        *(f"    {line}" for line in asserted),
    ]
    text = "\n".join(lines) + "\n"
    for module in ("secrets", "time"):
        text = text if f" {module}." in text else text.replace(f"import {module}\n", "")
    return text


def _names(exchanges: Sequence[Exchange]) -> Sequence[str]:
    """The names of what the requests create, longest first: they may be unique, and need new ones."""
    created = (e.sent.decode("utf-8", "replace") for e in exchanges if e.status == _CREATED)
    found = {name for text in created for name in _NAME.findall(text)}
    return sorted(found, key=lambda name: (-len(name), name))


def _request(exchanges: Sequence[Exchange], index: int) -> Iterator[str]:
    exchange = exchanges[index]
    headers = {name: repr(value) for name, value in exchange.request_headers.items() if name != "authorization"}
    if exchange.identity.header:
        headers["authorization"] = _authorization(exchange)
    said = ", ".join(f"{name!r}: {value}" for name, value in headers.items())
    if index:
        before = exchanges[index - 1]
        gap = exchange.started - before.started - before.seconds
        if gap > _PAUSE:
            yield f"time.sleep({min(_LONGEST_PAUSE, 1.5 * gap + 0.1):.1f})"
    yield "answer = httpx.request("
    yield f"    {exchange.method!r},"
    yield f"    again({exchange.url.encode()!r}).decode(),"
    yield f"    headers={{{said}}},"
    if exchange.sent:
        yield f"    content=again({exchange.sent!r}),"
    yield ")"
    later = [part for e in exchanges[index + 1 :] for part in (e.url.encode(), e.sent)]
    used = {member: value for member, value in made(exchange).items() if any(value.encode() in part for part in later)}
    if used:
        yield "assert answer.is_success, answer.text"
    for member, value in used.items():
        yield f"known[{value!r}] = str(answer.json()[{member!r}])"


def _authorization(exchange: Exchange) -> str:
    """The header as Python, its token out of the environment."""
    scheme, token, _ = authorization(exchange.identity, "$").partition("$")
    return f"{scheme!r} + os.environ[{variable(exchange.identity)!r}]" if token else repr(scheme)


def _assertion(failure: Failure, exchanges: Sequence[Exchange]) -> Iterator[str]:
    """What is expected of the last answer: its status and code, or that it is not what it was."""
    if not exchanges:
        yield f"raise AssertionError({_plain(f'{failure.message}: expected {failure.expected}')!r})"
        return
    told = repr(_plain(f"{failure.message}: expected {failure.expected}, got")[:_LONGEST] + " ") + " + answer.text"
    wanted = _ANSWER.fullmatch(failure.expected)
    last = exchanges[-1]
    if wanted is not None:
        statuses = ", ".join(wanted[1].split(" or "))
        yield f"assert answer.status_code in ({statuses},), {told}"
        if wanted[2]:
            yield f"assert answer.json().get('code') in {tuple(wanted[2].split(' or '))!r}, {told}"
    elif isinstance(last.json, (dict, list)):
        yield f"wrong = ({last.status}, {_steady(last.json)!r})"
        yield f"assert (answer.status_code, steady(answer.json())) != wrong, {told}"
    else:
        yield f"wrong = ({last.status}, {last.headers.get('content-type')!r})"
        yield f"assert (answer.status_code, answer.headers.get('content-type')) != wrong, {told}"


def _steady(value: Any) -> Any:
    """The same as `steady` in the file."""
    if isinstance(value, dict):
        return {name: _steady(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_steady(member) for member in value]
    return "..." if isinstance(value, str) and any(c.isdigit() for c in value) else value


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "/").replace('"""', "'''").split())
