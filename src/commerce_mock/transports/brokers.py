"""Brokers as URLs name them: which kind each is, what of it may be shown, and what has to be installed for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final, Literal
from urllib.parse import parse_qs, urlsplit

Kind = Literal["redis", "rabbitmq"]

_KINDS: Final[Mapping[str, Kind]] = {
    "redis": "redis",
    "rediss": "redis",
    "unix": "redis",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
}
_NEEDED: Final[Mapping[Kind, str]] = {"redis": "redis", "rabbitmq": "aiormq"}
_PORTS: Final = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
_EXAMPLES: Final = "redis://localhost:6379/0 or amqp://guest:guest@localhost:5672/"


class BrokerRefusedError(Exception):
    """Nothing can be published there; the message says why and what to do, and shows nothing secret."""


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker; `name` is its URL without user, password and options, and the same however it is spelt."""

    kind: Kind
    name: str
    url: str = field(repr=False)


def broker(url: str) -> Broker:
    """The broker of a URL. Raises BrokerRefusedError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BrokerRefusedError(f"this is no URL of a broker: write {_EXAMPLES}") from None
    kind = _KINDS.get(parts.scheme)
    if kind is None:
        raise BrokerRefusedError(f"a broker's URL begins with {', '.join(f'{name}://' for name in _KINDS)}")
    options = parse_qs(parts.query)
    if parts.scheme == "unix":
        if not parts.path.strip("/"):
            raise BrokerRefusedError("the URL names no socket: write unix:///run/redis.sock")
        return Broker(kind, f"unix://{parts.path}?db={options.get('db', ['0'])[-1]}", url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "localhost"
    path = parts.path.strip("/")
    if kind == "redis":
        path = path or options.get("db", ["0"])[-1]
        if not path.isdecimal():
            raise BrokerRefusedError(f"the path of a Redis URL is the number of its database: write {_EXAMPLES}")
    return Broker(kind, f"{parts.scheme}://{host}:{port or _PORTS[parts.scheme]}/{path}", url)


def chosen(urls: Sequence[str]) -> list[Broker]:
    """The brokers of URLs, each once. Raises BrokerRefusedError, also where a package is missing."""
    found = {each.name: each for each in map(broker, urls)}
    missing = sorted({_NEEDED[each.kind] for each in found.values() if find_spec(_NEEDED[each.kind]) is None})
    if missing:
        raise BrokerRefusedError(f"it needs the package {', '.join(missing)}: pip install 'commerce-sdk[events]'")
    return list(found.values())
