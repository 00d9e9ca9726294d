"""What led to a failure: of all requests of a law, those that made and moved what the failing one is about."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from commerce_conformance.exchange import Exchange

_CREATED: Final = 201
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_SHORTEST: Final = 3  # characters of an identifier; what is shorter stands in every second text
_IDENTIFIER: Final = re.compile(r"(?=\D*\d)[\w.~-]+")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def story(seen: Sequence[Exchange], shown: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The requests that show a failure, and before them those without which they would be answered otherwise.

    People are not made again, for a token is somebody's.
    """
    people = {exchange.identity.user_id for exchange in seen}
    ids = {value for exchange in seen for value in made(exchange).values()} - people
    about = {value for exchange in shown for value in ids if _names(exchange, value)}
    told = {id(exchange) for exchange in shown}
    last = shown[-1].started if shown else 0.0
    writes = [e for e in seen if e.ok and e.method not in _SAFE and e.started <= last and id(e) not in told]
    while more := [exchange for exchange in writes if id(exchange) not in told and _about(exchange, about)]:
        told.update(map(id, more))
        about |= {value for exchange in more for value in ids if _names(exchange, value)}
    before = [exchange for exchange in seen if id(exchange) in told and exchange not in shown]
    return (*sorted((*before, *shown[:-1]), key=lambda exchange: exchange.started), *shown[-1:])


def made(exchange: Exchange) -> dict[str, str]:
    """The identifiers that a creating request got, by member: texts that it did not send itself."""
    value: Any = exchange.json
    if exchange.status != _CREATED or not isinstance(value, dict):
        return {}
    given = {member: found for member, found in value.items() if isinstance(found, str) and _identifies(found)}
    return {member: found for member, found in given.items() if found.encode() not in exchange.sent}


def _about(exchange: Exchange, values: Iterable[str]) -> bool:
    return any(_names(exchange, value) for value in values)


def _identifies(text: str) -> bool:
    return len(text) >= _SHORTEST and bool(_IDENTIFIER.fullmatch(text)) and not _DATE.match(text)


def _names(exchange: Exchange, value: str) -> bool:
    """Whether a request is about something, or made it."""
    return value in exchange.url or value.encode() in exchange.sent or value in made(exchange).values()
