"""What no report shows: a run without the secrets that it was given, and without tokens that a service answered."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Failure, Finding
from commerce_conformance.runner import Run
from commerce_conformance.settings import Hook, Settings

_SHORTEST: Final = 6  # characters; what is shorter stands in every second text
_TOKEN: Final = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")  # a JWT
_HIDDEN: Final = "***"
Hide = Callable[[str], str]


def redacted(run: Run, settings: Settings) -> Run:
    """The run as reports may show it."""
    words = sorted({word for word in _secrets(settings) if len(word) >= _SHORTEST}, key=len, reverse=True)
    pattern = re.compile("|".join([*map(re.escape, words), _TOKEN.pattern]))
    findings = tuple(_finding(finding, lambda text: pattern.sub(_HIDDEN, text)) for finding in run.findings)
    return replace(run, findings=findings)


def _secrets(settings: Settings) -> Iterator[str]:
    """What a run is told that others must not see: credentials, and those in hooks, states and a broker's URL."""
    credentials = settings.credentials
    yield from filter(None, (credentials.secret, credentials.token, credentials.second_token))
    for hook in settings.hooks.values():
        if isinstance(hook, Hook):
            yield from hook.headers.values()
    for state in settings.states.values():
        yield from (text for text in _texts(state) if text.isdigit())
    try:
        password = urlsplit(settings.events or "").password
    except ValueError:
        return
    if password:
        yield from (password, unquote(password))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    else:
        yield str(value)


def _finding(finding: Finding, hide: Hide) -> Finding:
    return replace(
        finding,
        failures=tuple(_failure(failure, hide) for failure in finding.failures),
        missing=tuple((hide(reason), hook) for reason, hook in finding.missing),
        fault=hide(finding.fault),
    )


def _failure(failure: Failure, hide: Hide) -> Failure:
    return replace(
        failure,
        expected=hide(failure.expected),
        got=hide(failure.got),
        exchanges=tuple(_exchange(exchange, hide) for exchange in failure.exchanges),
        story=tuple(_exchange(exchange, hide) for exchange in failure.story),
    )


def _exchange(exchange: Exchange, hide: Hide) -> Exchange:
    """An exchange with its texts as they may be shown; who called is told by a variable in any case."""
    headers = {
        name: value if name == "authorization" else hide(value) for name, value in exchange.request_headers.items()
    }
    return replace(
        exchange,
        url=hide(exchange.url),
        request_headers=headers,
        sent=_bytes(exchange.sent, hide),
        body=_bytes(exchange.body, hide),
    )


def _bytes(content: bytes, hide: Hide) -> bytes:
    return hide(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
