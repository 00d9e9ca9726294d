"""`AiohttpTransport`: requests over aiohttp, for programs that use asyncio. The extra `aiohttp` brings the library."""

import asyncio
import ssl
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

from commerce_sdk._errors import CommerceError, InvalidRequestError
from commerce_sdk._message import Request, Response
from commerce_sdk.transports import _meanings as meanings
from commerce_sdk.transports._loops import PerLoop
from commerce_sdk.transports._proxies import Proxies
from commerce_sdk.transports._trust import Trust
from commerce_sdk.transports._wire import ENCODINGS, IDLE, cut, encoded, incoming, origin, outgoing, refused_header

try:
    import aiohttp
    import yarl
except ImportError as _missing:
    raise ImportError("AiohttpTransport needs aiohttp: pip install commerce-sdk[aiohttp]") from _missing

_LARGE: Final = 2**20  # bytes; aiohttp wants more than that as a file

_MEANINGS: Final[tuple[tuple[tuple[type[Exception], ...], meanings.Meaning], ...]] = (
    (
        (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch),
        meanings.UNTRUSTED,
    ),
    ((aiohttp.ClientHttpProxyError,), meanings.REFUSED_BY_PROXY),
    ((aiohttp.ClientConnectorError,), meanings.UNREACHED),
    ((aiohttp.ClientResponseError,), meanings.NOT_HTTP),
    ((aiohttp.ClientError, OSError), meanings.BROKEN),
)
"""What aiohttp raises, and what it means: the first that fits."""


class AiohttpTransport:
    """Like `AsyncHttpxTransport`, with the same arguments, for asyncio only, and with less work a request.

    A request's timeout bounds the whole attempt exactly. aiohttp itself sends a request with a safe or idempotent
    method once more, unasked, where a kept connection turns out to be closed, and does not stop sending a large body
    that the server does not read when the time is over.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: bool | ssl.SSLContext = True,
        max_connections: int = 100,
    ) -> None:
        self._proxies = Proxies.of_environment() if proxy is None else Proxies.given(proxy)
        self._trust = Trust(verify)
        self._limit = max_connections
        self._routes: dict[str, dict[str, Any]] = {}
        self._sessions = PerLoop(self._session, aiohttp.ClientSession.close)
        self._closed = False

    def _session(self) -> aiohttp.ClientSession:
        tracing = aiohttp.TraceConfig()
        tracing.on_request_headers_sent.append(_note)
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=self._limit, keepalive_timeout=IDLE),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Content-Type", "User-Agent"),
            timeout=aiohttp.ClientTimeout(total=None),
            trace_configs=[tracing],
        )

    async def send(self, request: Request, /) -> Response:
        """Send one request and give its whole answer. Raises `TransportError`, or `InvalidRequestError`."""
        if self._closed:
            raise meanings.closed(request)
        meanings.asyncio_only(request)
        base, _ = cut(request)
        route = self._routes.get(base) or self._open(base, request)
        headers = outgoing(request, {"accept-encoding": ENCODINGS})
        encoded(request, headers)
        session = await self._sessions.here()
        noted = SimpleNamespace(sent=False)
        try:
            async with (
                asyncio.timeout(request.timeout),
                session.request(
                    request.method,
                    yarl.URL(request.url, encoded=True),
                    headers=headers,
                    data=_data(request.body),
                    allow_redirects=False,
                    trace_request_ctx=noted,
                    **route,
                ) as answer,
            ):
                body = await answer.read()
                return Response(answer.status, incoming(answer.raw_headers), body)
        except (aiohttp.ClientError, OSError, ValueError) as failure:  # a TimeoutError is an OSError
            error = _translated(request, failure, sent=noted.sent)
        raise error

    def _open(self, base: str, request: Request) -> dict[str, Any]:
        place = origin(base, request)
        proxy = self._proxies.for_origin(place.scheme, place.host, place.port)
        if proxy is not None and proxy.startswith("socks"):
            raise InvalidRequestError(
                "a SOCKS proxy is configured, which aiohttp cannot use; use the default transport."
            )
        secure = place.scheme == "https" or (proxy or "").startswith("https")
        return self._routes.setdefault(base, {"proxy": proxy, "ssl": self._trust.context() if secure else True})

    async def aclose(self) -> None:
        """Close the running loop's connections; requests under way fail. It cannot be used any more."""
        self._closed = True
        await self._sessions.end()


def _data(body: bytes | None) -> bytes | BytesIO | None:
    return BytesIO(body) if body is not None and len(body) > _LARGE else body


async def _note(_: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestHeadersSentParams) -> None:
    context.trace_request_ctx.sent = True


def _translated(request: Request, failure: Exception, *, sent: bool) -> CommerceError:
    if isinstance(failure, TimeoutError):
        return (meanings.UNANSWERED_IN_TIME if sent else meanings.UNREACHED_IN_TIME).of(request)
    if isinstance(failure, ValueError) and not isinstance(failure, OSError):  # a certificate's error is both
        return refused_header(request)
    meaning = next(meaning for kinds, meaning in _MEANINGS if isinstance(failure, kinds))
    if meaning is meanings.BROKEN and not sent:
        meaning = meanings.UNREACHED
    if isinstance(failure, aiohttp.ClientPayloadError) and "encoding" in str(failure):
        meaning = meanings.NOT_DECODED
    return meaning.of(request, meanings.root_of(failure))
