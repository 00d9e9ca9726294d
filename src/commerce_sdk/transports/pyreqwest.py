"""`PyreqwestTransport` and its async twin: requests over Rust's reqwest. The extra `fast` brings it."""

from abc import ABC, abstractmethod
from datetime import timedelta
from threading import Lock
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

from commerce_sdk._errors import CommerceError, InvalidRequestError
from commerce_sdk._message import Request, Response
from commerce_sdk.transports import _meanings as meanings
from commerce_sdk.transports._forks import renew_after_fork
from commerce_sdk.transports._proxies import Proxies
from commerce_sdk.transports._wire import IDLE, cut, encoded, origin, outgoing, unusable

try:
    from pyreqwest import client
    from pyreqwest import request as building
    from pyreqwest.proxy import ProxyBuilder

    from commerce_sdk.transports._reqwest import FAILURES, headers_of, translated
except ImportError as _missing:
    raise ImportError("PyreqwestTransport needs pyreqwest: pip install commerce-sdk[fast]") from _missing

Client = TypeVar("Client", client.SyncClient, client.Client)
Builder = TypeVar("Builder", client.SyncClientBuilder, client.ClientBuilder)
Draft = TypeVar("Draft", building.SyncRequestBuilder, building.RequestBuilder)


class _Pyreqwest(ABC, Generic[Client]):
    """What both transports are: a client of reqwest for each proxy, made when first needed."""

    def __init__(self, *, proxy: str | None = None, verify: bool = True, max_connections: int = 100) -> None:
        self._proxies = Proxies.of_environment() if proxy is None else Proxies.given(proxy)
        self._verify = verify
        self._limit = max_connections
        self._lock = Lock()
        self._routes: dict[str, Client] = {}
        self._clients: dict[str | None, Client] = {}
        self._closed = self._inherited = False
        renew_after_fork(self)

    @abstractmethod
    def _make(self, proxy: str | None) -> Client: ...

    def _client(self, request: Request) -> Client:
        if self._inherited:
            raise InvalidRequestError("this transport cannot be used after os.fork; make it in the child process.")
        if self._closed:
            raise meanings.closed(request)
        base, _ = cut(request)
        return self._routes.get(base) or self._open(base, request)

    def _open(self, base: str, request: Request) -> Client:
        place = origin(base, request)
        proxy = self._proxies.for_origin(place.scheme, place.host, place.port)
        with self._lock:
            if proxy not in self._clients:
                self._clients[proxy] = self._make(proxy)
            self._routes[base] = self._clients[proxy]
        return self._routes[base]

    def _configured(self, builder: Builder, proxy: str | None) -> Builder:
        builder = (
            builder.no_proxy()  # of the environment: which proxy it is was decided by httpx's rules
            .follow_redirects(enable=False)
            .referer(enable=False)
            .brotli(enable=False)
            .zstd(enable=False)
            .max_connections(self._limit)
            .pool_max_idle_per_host(self._limit)
            .pool_idle_timeout(timedelta(seconds=IDLE))
            .danger_accept_invalid_certs(not self._verify)
        )
        if proxy is None:
            return builder
        parts = urlsplit(proxy)
        through = ProxyBuilder.all(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
        if parts.username:
            through = through.basic_auth(unquote(parts.username), unquote(parts.password or ""))
        return builder.proxy(through)

    def after_fork(self) -> None:
        """Refuse to work in the child: reqwest's threads exist in the parent only."""
        self._inherited = True


class PyreqwestTransport(_Pyreqwest[client.SyncClient]):
    """Like `HttpxTransport`, for threads; lives until `close`. It cannot be used in a forked child.

    Args:
        proxy: URL of a proxy for everything; default is what the environment says (HTTP_PROXY, NO_PROXY, ...).
        verify: whether servers must show a valid certificate: of the system's authorities, or SSL_CERT_FILE's.
        max_connections: how many requests may be under way at once; others wait, within their timeout.

    A request's timeout bounds the whole attempt exactly. Where it runs out while connecting, that cannot be told from
    waiting for the answer, so `sent` is True.
    """

    def _make(self, proxy: str | None) -> client.SyncClient:
        return self._configured(client.SyncClientBuilder(), proxy).build()

    def send(self, request: Request, /) -> Response:
        """Send one request and give its whole answer. Raises `TransportError`, or `InvalidRequestError`."""
        chosen = self._client(request)
        try:
            outward = _dressed(request, chosen.request(request.method, request.url)).build()
            if str(outward.url) == request.url:
                answer = outward.send()
                return Response(answer.status, headers_of(answer), bytes(answer.bytes()))
            error = _altered(request)
        except FAILURES as failure:
            error = translated(request, failure)
        raise error

    def close(self) -> None:
        """Close its connections; requests under way fail. It cannot be used any more."""
        self._closed = True
        for each in self._clients.values():
            each.close()


class AsyncPyreqwestTransport(_Pyreqwest[client.Client]):
    """The same, with the same arguments, for the tasks of any number of asyncio's event loops."""

    def _make(self, proxy: str | None) -> client.Client:
        return self._configured(client.ClientBuilder(), proxy).build()

    async def send(self, request: Request, /) -> Response:
        """Send one request and give its whole answer. Raises `TransportError`, or `InvalidRequestError`."""
        chosen = self._client(request)
        meanings.asyncio_only(request)
        try:
            outward = _dressed(request, chosen.request(request.method, request.url)).build()
            if str(outward.url) == request.url:
                answer = await outward.send()
                return Response(answer.status, headers_of(answer), bytes(await answer.bytes()))
            error = _altered(request)
        except FAILURES as failure:
            error = translated(request, failure)
        raise error

    async def aclose(self) -> None:
        """Close its connections; requests under way fail. It cannot be used any more."""
        self._closed = True
        for each in self._clients.values():
            await each.close()


def _dressed(request: Request, draft: Draft) -> Draft:
    headers = outgoing(request, {})
    encoded(request, headers)
    draft = draft.headers(headers)
    if request.body is not None:
        draft = draft.body_bytes(request.body)
    if request.timeout is not None:
        draft = draft.timeout(timedelta(seconds=max(request.timeout, 0.0)))
    return draft


def _altered(request: Request) -> CommerceError:
    return unusable(request, "reqwest would send the request to another path; use the default transport")
