"""Which pool carries a request, and the request in httpcore's terms."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock
from typing import Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

import httpcore

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._message import Request
from commerce_sdk.transports._deadline import timeouts
from commerce_sdk.transports._proxies import Proxies
from commerce_sdk.transports._trust import Trust
from commerce_sdk.transports._wire import ENCODINGS, PORTS, Origin, cut, encoded, origin, outgoing

Pool = TypeVar("Pool")


@dataclass(frozen=True, slots=True)
class _Route(Generic[Pool]):
    """How an origin is reached; kept as long as its pool. `fixed` are the headers that all its requests have."""

    pool: Pool
    scheme: bytes
    host: bytes
    port: int | None
    fixed: Mapping[str, str]


class Settings:
    """What a transport was made with; lives as long as it."""

    def __init__(self, *, proxy: str | None, verify: bool | ssl.SSLContext, max_connections: int) -> None:
        self.proxies = Proxies.of_environment() if proxy is None else Proxies.given(proxy)
        self.trust = Trust(verify)
        self.max_connections = max_connections


class Content:
    """A body for httpcore, whose own is a generator that trio complains about when a request ends while it is sent."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter((self._body,))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _Once(self._body)


class _Once:
    def __init__(self, body: bytes) -> None:
        self._left: bytes | None = body

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._left is None:
            raise StopAsyncIteration
        body, self._left = self._left, None
        return body


class Routes(Generic[Pool]):
    """The routes of one process, or of one event loop in it: an origin each, opened when first asked for.

    `make` makes a pool from the arguments of a `httpcore.ConnectionPool`.
    """

    def __init__(self, settings: Settings, make: Callable[[Mapping[str, Any]], Pool]) -> None:
        self._settings = settings
        self._make = make
        self._lock = Lock()
        self._routes: dict[str, _Route[Pool]] = {}

    @property
    def pools(self) -> list[Pool]:
        """Those made so far."""
        return [route.pool for route in list(self._routes.values())]

    def wire(self, request: Request) -> tuple[Pool, httpcore.Request]:
        """The pool that is to carry a request, and the request for it; raises `InvalidRequestError`."""
        base, target = cut(request)
        route = self._routes.get(base) or self._open(base, request)
        carried = httpcore.Request(
            request.method,
            httpcore.URL(scheme=route.scheme, host=route.host, port=route.port, target=target),
            headers=encoded(request, outgoing(request, route.fixed)),
            content=Content(request.body or b""),
            extensions=timeouts(request.timeout),
        )
        return route.pool, carried

    def _open(self, base: str, request: Request) -> _Route[Pool]:
        place = origin(base, request)
        with self._lock:
            if base not in self._routes:
                fixed = {"host": place.authority, "accept-encoding": ENCODINGS}
                port = None if place.port == PORTS[place.scheme] else place.port  # goes without saying, to proxies too
                pool = self._make(self._options(place))
                self._routes[base] = _Route(pool, place.scheme.encode(), place.host.encode(), port, fixed)
        return self._routes[base]

    def _options(self, place: Origin) -> Mapping[str, Any]:
        proxy = self._settings.proxies.for_origin(place.scheme, place.host, place.port)
        return {
            "ssl_context": self._settings.trust.context() if place.scheme == "https" else None,
            "proxy": None if proxy is None else self._through(proxy),
        }

    def _through(self, proxy: str) -> httpcore.Proxy:
        parts = urlsplit(proxy)
        if parts.scheme.startswith("socks") and find_spec("socksio") is None:
            raise InvalidRequestError("a SOCKS proxy is configured, and needs `pip install httpx[socks]`.")
        user = (unquote(parts.username or "").encode(), unquote(parts.password or "").encode())
        return httpcore.Proxy(
            httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target="/"),
            auth=user if any(user) else None,
            ssl_context=self._settings.trust.context() if parts.scheme == "https" else None,
        )
