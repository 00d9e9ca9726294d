"""What crosses the border between a transport (HTTP server, in-process client) and the engine."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Request:
    """One request as it came off the wire; lives until it is answered.

    `path` is still percent-encoded, `query` the raw query string, header names are lower case.
    `service` is the service whose port was addressed, None where one port serves all (gateway).
    """

    method: str
    path: str
    query: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""
    service: str | None = None


@dataclass(slots=True)
class Response:
    """One answer; header names are lower case, `content-length` is the transport's to add."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
