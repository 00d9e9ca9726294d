"""Events from Redis Streams, by a reading position of the run's own: no group is made, nothing is acknowledged."""

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx
from redis import Redis
from redis.exceptions import RedisError

from commerce_conformance.tap.tapped import HEADER_TYPE, TYPE, Tap
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract

_AT_ONCE: Final = 1000
_TIMEOUT: Final = 5.0  # seconds


class RedisTap(Tap):
    """Reads the stream of each channel from its end on; lives as long as a run."""

    def __init__(self, url: str, name: str, contract: Contract) -> None:
        super().__init__(name)
        self._client = Redis.from_url(
            url, decode_responses=True, encoding_errors="replace", socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
        )  # fmt: skip
        self._contract = contract
        self._places: dict[str, str] = {event.channel: "0-0" for event in contract.events.values()}

    def start(self) -> None:
        """From each stream's end on. Raises UnreachableError."""
        try:
            for stream in self._places:
                last: Any = self._client.xrevrange(stream, count=1)
                self._places[stream] = last[0][0] if last else "0-0"
        except (RedisError, OSError) as error:
            raise _gone(self.name, error) from None

    def pull(self) -> None:
        """Read what came, as often as something does."""
        try:
            while self._places:
                places: Any = self._places
                came: Any = self._client.xread(places, count=_AT_ONCE)
                # RESP3 answers a table of lists of entries, RESP2 pairs of a stream and its entries.
                streams = [(stream, some[0]) for stream, some in came.items()] if isinstance(came, dict) else came
                for stream, entries in streams:
                    for identifier, fields in entries:
                        payload, headers = self._parted(fields or {})
                        self.keep(stream, payload, headers.items())
                        self._places[stream] = identifier
                if not streams:
                    return
        except (RedisError, OSError) as error:
            raise _gone(self.name, error) from None

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _parted(self, fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """The flat fields of an entry as payload and headers."""
        event = self._contract.events.get(fields.get(TYPE) or fields.get(HEADER_TYPE) or "")
        names = event.headers.properties if event is not None and event.headers is not None else {}
        headers = {name: value for name, value in fields.items() if name in names or "-" in name}
        declared = event.payload.properties if event is not None else {}
        payload: dict[str, Any] = {}
        for name, value in fields.items():
            if name not in headers:
                flat = name in declared and "string" in declared[name].types
                payload[name] = value if flat else _read(value)
        return payload, headers


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _gone(name: str, error: Exception) -> UnreachableError:
    # The error's own words may have what the URL has: only its kind is told.
    return UnreachableError(f"Redis at {name} cannot be read: {type(error).__name__}", "look at --events")


def tap(url: str, name: str, contract: Contract, _transport: httpx.BaseTransport | None) -> Tap:
    """The tap. Raises UnreachableError."""
    try:
        return RedisTap(url, name, contract)
    except (RedisError, ValueError) as error:
        raise _gone(name, error) from None
