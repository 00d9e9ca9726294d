"""What led to a failure: of all requests of a law, those that made and moved what the failing one is about."""

from collections.abc import Sequence
from typing import Any, Final

from commerce_conformance.exchange import Exchange

_CREATED: Final = 201
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_SHORTEST: Final = 3  # characters of an identifier; what is shorter stands in every second text


def story(seen: Sequence[Exchange], shown: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The requests that show a failure, and before them those without which they would be answered otherwise.

    People are not made again, for a token is somebody's.
    """
    people = {exchange.identity.user_id for exchange in seen}
    ids = {value for exchange in seen for value in made(exchange).values()} - people
    about = {value for exchange in shown for value in ids if _names(exchange, value)}
    told = {id(exchange) for exchange in shown}
    last = shown[-1].started if shown else 0.0
    for exchange in reversed(seen):
        writes = exchange.ok and exchange.method not in _SAFE and exchange.started <= last
        if id(exchange) not in told and writes:
            here = {value for value in ids if _names(exchange, value)}
            if here & about:
                told.add(id(exchange))
                about |= here
    before = [exchange for exchange in seen if id(exchange) in told and exchange not in shown]
    return (*before, *shown)


def made(exchange: Exchange) -> dict[str, str]:
    """The identifiers that a creating request got, by member: texts that it did not send itself."""
    value: Any = exchange.json
    if exchange.status != _CREATED or not isinstance(value, dict):
        return {}
    given = {member: found for member, found in value.items() if isinstance(found, str) and _identifies(found)}
    return {member: found for member, found in given.items() if found.encode() not in exchange.sent}


def _identifies(text: str) -> bool:
    return len(text) >= _SHORTEST and any(c.isdigit() for c in text) and not any(c.isspace() for c in text)


def _names(exchange: Exchange, value: str) -> bool:
    """Whether a request is about something, or made it."""
    return value in exchange.url or value.encode() in exchange.sent or value in made(exchange).values()
