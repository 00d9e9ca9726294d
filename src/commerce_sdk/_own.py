"""The transport that a client makes for itself: httpx's, imported and made when the first request is sent."""

from threading import Lock
from typing import TYPE_CHECKING

from commerce_sdk._message import Request, Response

if TYPE_CHECKING:
    from commerce_sdk._transport import AsyncHttpxTransport, HttpxTransport


class OwnTransport:
    """Stands for an `HttpxTransport` until one is needed; lives as long as its client."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: HttpxTransport | None = None

    def send(self, request: Request) -> Response:
        """Send one request and give its whole response."""
        return (self._made or self._make()).send(request)

    def _make(self) -> "HttpxTransport":
        from commerce_sdk._transport import HttpxTransport  # noqa: PLC0415 - httpx is slow to import

        with self._lock:
            if self._made is None:
                self._made = HttpxTransport()
            return self._made

    def close(self) -> None:
        """Close its connections, if there are any."""
        if self._made is not None:
            self._made.close()


class AsyncOwnTransport:
    """The same for `async`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: AsyncHttpxTransport | None = None

    async def send(self, request: Request) -> Response:
        """Send one request and give its whole response."""
        return await (self._made or self._make()).send(request)

    def _make(self) -> "AsyncHttpxTransport":
        from commerce_sdk._transport import AsyncHttpxTransport  # noqa: PLC0415 - httpx is slow to import

        with self._lock:
            if self._made is None:
                self._made = AsyncHttpxTransport()
            return self._made

    async def aclose(self) -> None:
        """Close its connections, if there are any."""
        if self._made is not None:
            await self._made.aclose()
