"""Sockets of httpcore that keep a deadline: whatever is passed as a timeout is the time at which all must be done.

httpcore's own timeouts bound each read and each write, so that a server which sends a byte now and then holds a caller
for ever. Here every operation on a socket gets what is left until the deadline, in seconds of `time.monotonic`.
"""

import ssl
from collections.abc import Iterable
from socket import SOCK_STREAM, gaierror, getaddrinfo
from time import monotonic
from typing import Any, Final

import anyio
import httpcore

_PIECE: Final = 16 * 1024  # of a body, sent with one look at the clock


class HandshakeError(httpcore.ConnectError):
    """TLS was not agreed on; the request was not sent."""


class Deadlines(httpcore.NetworkBackend):
    """Makes sockets for threads. Asking for a host's addresses alone cannot be interrupted; the rest is exact."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Try each address of the host in the time that is left."""
        try:
            addresses = dict.fromkeys(found[4][0] for found in getaddrinfo(host, port, type=SOCK_STREAM))
        except gaierror as unknown:
            raise httpcore.ConnectError(unknown) from unknown
        failure: Exception | None = None
        for address in addresses:
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                return _Stream(
                    self._inner.connect_tcp(str(address), port, left, local_address, socket_options),
                )
            except httpcore.ConnectError as refused:
                failure = refused
        raise failure or httpcore.ConnectError("the host has no address")


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.close = inner.close  # type: ignore[method-assign] # nothing to add, and one call less
        self.get_extra_info = inner.get_extra_info  # type: ignore[method-assign] # the same

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return _Stream(
                self._inner.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)),
            )
        except httpcore.ConnectError as refused:
            raise HandshakeError(refused) from refused


class AsyncDeadlines(httpcore.AsyncNetworkBackend):
    """Makes sockets for tasks of asyncio or trio; exact in all that it does."""

    def __init__(self) -> None:
        self._inner: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Look the host up and try its addresses in the time that is left."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.connect_tcp(host, port, left, local_address, socket_options))


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.aclose = inner.aclose  # type: ignore[method-assign] # nothing to add, and one call less
        self.get_extra_info = inner.get_extra_info  # type: ignore[method-assign] # the same

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the name is httpcore's
        return await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the name is httpcore's
        await self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        try:
            return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, left))
        except httpcore.ConnectError as refused:
            raise HandshakeError(refused) from refused
        except BaseException:  # cancelled: nobody else knows this socket yet
            with anyio.CancelScope(shield=True):
                await self._inner.aclose()
            raise


def _left(deadline: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    if deadline is None:
        return None
    left = deadline - monotonic()
    if left <= 0:
        raise late
    return left


def timeouts(seconds: float | None) -> dict[str, Any]:
    """What httpcore is to be given with a request that may take that many seconds from now."""
    if seconds is None:
        return {}
    deadline = monotonic() + seconds
    return {"timeout": {"connect": deadline, "read": deadline, "write": deadline, "pool": max(seconds, 0.0)}}
