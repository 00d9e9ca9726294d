"""A failure as a pytest file of its own: the requests again, with httpx alone, and what was expected of the last."""

import re
from collections.abc import Iterator
from typing import Final

from commerce_conformance.exchange import Exchange, variable
from commerce_conformance.law import Failure, Finding

_MOST: Final = 12  # requests


def name(finding: Finding, number: int) -> str:
    """The file's name: `test_lifecycle_orders_cancel_1.py`."""
    return f"test_{re.sub(r'[^a-z0-9]+', '_', finding.key.lower()).strip('_')}_{number}.py"


def source(finding: Finding, failure: Failure) -> str:
    """The file's text. Tokens come from the environment; ids are those of the run, whose data is still there."""
    exchanges = failure.exchanges[-_MOST:]
    lines = [
        f'"""{_plain(finding.key)}: {_plain(failure.message)}.',
        "",
        f"{_plain(str(failure.location))}",
        f"expected {_plain(failure.expected)[:300]}",
        f"got {_plain(failure.got)[:300]}",
        '"""',
        "",
        *(["import os", ""] if any(e.identity.header for e in exchanges) else []),
        "import httpx",
        "",
        "",
        f"def test_{re.sub(r'[^a-z0-9]+', '_', finding.operation.lower())}() -> None:",
        *(f"    {line}" for exchange in exchanges for line in _request(exchange)),
    ]
    if exchanges:
        lines.append(f"    assert answer.status_code != {exchanges[-1].status}, answer.text")
    return "\n".join(lines) + "\n"


def _request(exchange: Exchange) -> Iterator[str]:
    headers = {name: repr(value) for name, value in exchange.request_headers.items() if name != "authorization"}
    if exchange.identity.header:
        headers["authorization"] = f'"Bearer " + os.environ[{variable(exchange.identity)!r}]'
    said = ", ".join(f"{name!r}: {value}" for name, value in headers.items())
    yield "answer = httpx.request("
    yield f"    {exchange.method!r},"
    yield f"    {exchange.url!r},"
    yield f"    headers={{{said}}},"
    if exchange.sent:
        yield f"    content={exchange.sent!r},"
    yield ")"


def _plain(text: str) -> str:
    return " ".join(text.replace("\\", "/").replace('"""', "'''").split())
