"""The default transports, over httpx's own engine: httpcore's pools, without the layers of `httpx.Client` above them.

What those layers do and a client of services needs is done below `transports`: proxies and certificates of the
environment, decoding of compressed answers, errors of our own. Redirects are not followed and cookies not kept: an
answer goes up as it is.
"""

import ssl

import httpcore

from commerce_sdk._message import Request, Response
from commerce_sdk.transports import _quiet
from commerce_sdk.transports._deadline import AsyncDeadlines, Deadlines
from commerce_sdk.transports._failures import FAILURES, translated
from commerce_sdk.transports._forks import renew_after_fork
from commerce_sdk.transports._loops import PerLoop
from commerce_sdk.transports._meanings import NOT_DECODED, closed
from commerce_sdk.transports._pool import AsyncPool, Pool
from commerce_sdk.transports._routes import Routes, Settings
from commerce_sdk.transports._wire import incoming


class HttpxTransport:
    """Carries requests from any thread over kept connections; lives until `close`. A forked child makes its own.

    Args:
        proxy: URL of a proxy for everything; default is what the environment says (HTTP_PROXY, NO_PROXY, ...).
        verify: whether servers must show a valid certificate, or a context that says which are valid.
        max_connections: how many requests to one service may be under way at once; others wait, within their timeout.

    A request's timeout bounds the whole attempt exactly, but for one thing: looking up the host's addresses cannot be
    interrupted.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: bool | ssl.SSLContext = True,
        max_connections: int = 100,
    ) -> None:
        self._settings = Settings(proxy=proxy, verify=verify, max_connections=max_connections)
        self._routes = self._fresh()
        self._closed = False
        renew_after_fork(self)

    def _fresh(self) -> Routes[Pool]:
        backend, limit = Deadlines(), self._settings.max_connections
        return Routes(
            self._settings,
            lambda options: Pool(httpcore.ConnectionPool(network_backend=backend, **options), limit),
        )

    def send(self, request: Request, /) -> Response:
        """Send one request and give its whole answer. Raises `TransportError`, or `InvalidRequestError`."""
        if self._closed:
            raise closed(request)
        pool, outward = self._routes.wire(request)
        sending = _quiet.ours.set(True)
        try:
            answer, body = pool.exchange(outward, request.timeout)
        except FAILURES as failure:
            error = translated(request, failure)
        else:
            return _response(request, answer, body)
        finally:
            _quiet.ours.reset(sending)
        raise error

    def close(self) -> None:
        """Close its connections; requests under way are finished. It cannot be used any more."""
        self._closed = True
        for pool in self._routes.pools:
            pool.close()

    def after_fork(self) -> None:
        """Let go of the parent's connections, in the child."""
        inherited, self._routes = self._routes, self._fresh()
        for pool in inherited.pools:
            pool.close()


class AsyncHttpxTransport:
    """The same for tasks of asyncio or trio; each event loop has connections of its own, which end with it.

    A request's timeout bounds the whole attempt exactly. `aclose` closes the running loop's connections; those of
    other loops close when these end.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: bool | ssl.SSLContext = True,
        max_connections: int = 100,
    ) -> None:
        self._settings = Settings(proxy=proxy, verify=verify, max_connections=max_connections)
        self._loops = PerLoop(self._fresh, _end)
        self._closed = False

    def _fresh(self) -> Routes[AsyncPool]:
        backend, limit = AsyncDeadlines(), self._settings.max_connections
        return Routes(
            self._settings,
            lambda options: AsyncPool(httpcore.AsyncConnectionPool(network_backend=backend, **options), limit),
        )

    async def send(self, request: Request, /) -> Response:
        """Send one request and give its whole answer. Raises `TransportError`, or `InvalidRequestError`."""
        if self._closed:
            raise closed(request)
        pool, outward = (await self._loops.here()).wire(request)
        sending = _quiet.ours.set(True)
        try:
            answer, body = await pool.exchange(outward, request.timeout)
        except FAILURES as failure:
            error = translated(request, failure)
        else:
            return _response(request, answer, body)
        finally:
            _quiet.ours.reset(sending)
        raise error

    async def aclose(self) -> None:
        """Close its connections; requests under way are finished. It cannot be used any more."""
        self._closed = True
        await self._loops.end()


async def _end(routes: Routes[AsyncPool]) -> None:
    for pool in routes.pools:
        await pool.aclose()


def _response(request: Request, answer: httpcore.Response, body: bytes) -> Response:
    headers = incoming(answer.headers)
    encoding = headers.get("content-encoding")
    if encoding is None:
        return Response(answer.status, headers, body)
    import httpx  # noqa: PLC0415 - takes long to import, and few answers are compressed

    try:
        decoded = httpx.Response(answer.status, headers={"content-encoding": encoding}, content=body).content
    except httpx.DecodingError:
        error = NOT_DECODED.of(request)
    else:
        return Response(answer.status, headers, decoded)
    raise error
