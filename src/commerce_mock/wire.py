"""What crosses the border between a transport (HTTP server, in-process client) and the engine."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from commerce_mock.following import Following, Waiting

TRACEPARENT: Final = b"traceparent"
_TRACE = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


Header = tuple[bytes, bytes]  # a lower-case name, and the value
Page = tuple[bytes, bytes]  # what a port serves beside its operations: media type and body


@dataclass(slots=True)
class Request:
    """One request as it came off the wire; lives until it is answered.

    `path` is still percent-encoded, `query` the raw query string, header names are lower case.
    `service` is the service whose port was addressed, None where one port serves all (gateway).
    `later` is what a rule wants of the transport besides sending the answer: that it waits, or goes on.
    Its repr is without what may hold a secret.
    """

    method: str
    path: str
    query: bytes = field(default=b"", repr=False)
    headers: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    service: str | None = None
    later: "Waiting | Following | None" = field(default=None, repr=False)

    @property
    def traceparent(self) -> str | None:
        """The W3C trace context that the request is part of; one that is malformed counts as none, as W3C wants it."""
        given = self.headers.get(TRACEPARENT)
        if given is None:
            return None
        return given.decode() if _TRACE.fullmatch(given) else None


# `truncated`: cut in its body. `reset`: the connection is reset instead. `refused`: as if nobody listened.
# `silence`: nothing ever comes.
Ending: TypeAlias = Literal["whole", "truncated", "reset", "refused", "silence"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a transport has an answer go wrong on its way; lives as long as the answer.

    `delay` is how many seconds it comes late, `rate` how many bytes of its body come in a second (None: all at once),
    `fault` the id of the world's fault that wants it so, where it is one.
    """

    delay: float = 0.0
    ending: Ending = "whole"
    rate: float | None = None
    fault: str | None = None


@dataclass(slots=True)
class Response:
    """One answer; header names are lower case, `content-length` is the transport's to add.

    `delivery` is what the transport is to do besides sending it: None where nothing goes wrong, and all of it is there.
    A transport that cannot wait may send it as it is.
    """

    status: int
    headers: list[Header]
    body: bytes = field(repr=False)
    delivery: "Delivery | Waiting | Following | None" = None
