"""What crosses the border between a transport (HTTP server, in-process client) and the engine."""

import re
from dataclasses import dataclass, field

_TRACE = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


Header = tuple[bytes, bytes]  # a lower-case name, and the value


@dataclass(slots=True)
class Request:
    """One request as it came off the wire; lives until it is answered.

    `path` is still percent-encoded, `query` the raw query string, header names are lower case.
    `service` is the service whose port was addressed, None where one port serves all (gateway).
    Its repr is without what may hold a secret.
    """

    method: str
    path: str
    query: bytes = field(default=b"", repr=False)
    headers: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    service: str | None = None

    @property
    def traceparent(self) -> str | None:
        """The W3C trace context that the request is part of; one that is malformed counts as none, as W3C wants it."""
        given = self.headers.get(b"traceparent")
        if given is None:
            return None
        return given.decode() if _TRACE.fullmatch(given) else None


@dataclass(slots=True)
class Response:
    """One answer; header names are lower case, `content-length` is the transport's to add."""

    status: int
    headers: list[Header]
    body: bytes = field(repr=False)
