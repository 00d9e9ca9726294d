"""What passes the transport seam: a request, its response, and who may stand between."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from commerce_sdk._operation import Operation


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One attempt to send one call; lives until it is answered.

    `attempt` counts from 1. `timeout` is how many seconds the whole attempt may take, body and all; None has no end.
    Header values and the body may be secret: they show in no repr.
    """

    operation: Operation
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    attempt: int = 1
    timeout: float | None = None

    def __repr__(self) -> str:
        return f"<Request {self.operation.name}: {self.method} {self.url}, attempt {self.attempt}>"

    def with_headers(self, headers: Mapping[str, str]) -> "Request":
        """The same request with these headers added, or put in the place of those of the same name."""
        names = {name.lower() for name in headers}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in names}
        return replace(self, headers={**kept, **headers})


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What a service answered; `headers` have names in lower case, several values of one name joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"


class Transport(Protocol):
    """What carries requests: the one seam for all input and output. It may have a `close()`.

    `send` raises errors of this package only, `TransportError` and below.
    """

    def send(self, request: Request, /) -> Response:
        """Send one request and give its whole response."""
        ...


class AsyncTransport(Protocol):
    """The same for `async`; it may have an `aclose()`."""

    async def send(self, request: Request, /) -> Response:
        """Send one request and give its whole response."""
        ...


Next: TypeAlias = Callable[[Request], Response]
AsyncNext: TypeAlias = Callable[[Request], Awaitable[Response]]
Middleware: TypeAlias = Callable[[Request, Next], Response]
AsyncMiddleware: TypeAlias = Callable[[Request, AsyncNext], Awaitable[Response]]
