"""Spans for OpenTelemetry, by middleware: `Commerce(middleware=[otel.middleware()])`. The extra `otel` brings the API.

One span of kind CLIENT for each attempt, named `{method} {path template}`, with the attributes of the HTTP semantic
conventions and `commerce.operation`. No header but those that carry the trace, no body and no query is looked at.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from commerce_sdk._message import AsyncMiddleware, AsyncNext, Middleware, Next, Request, Response
from commerce_sdk._version import VERSION

try:
    from opentelemetry import propagate, trace
except ImportError as _missing:
    raise ImportError("commerce_sdk.otel needs opentelemetry-api: pip install commerce-sdk[otel]") from _missing

_FAILED: Final = 400  # statuses from here on make a client's span an error


def middleware(tracer_provider: trace.TracerProvider | None = None) -> Middleware:
    """Middleware that makes the spans, of this provider or of the global one; lives as long as its clients."""
    tracer = _tracer(tracer_provider)

    def traced(request: Request, following: Next) -> Response:
        with _span(tracer, request) as attempt:
            return attempt.answered(following(attempt.request))

    return traced


def async_middleware(tracer_provider: trace.TracerProvider | None = None) -> AsyncMiddleware:
    """The same for an `AsyncCommerce`."""
    tracer = _tracer(tracer_provider)

    async def traced(request: Request, following: AsyncNext) -> Response:
        with _span(tracer, request) as attempt:
            return attempt.answered(await following(attempt.request))

    return traced


def _tracer(provider: trace.TracerProvider | None) -> trace.Tracer:
    return trace.get_tracer("commerce_sdk", VERSION, provider)


class _Attempt:
    """A span under way, and the request that carries it on to the service."""

    def __init__(self, span: trace.Span, request: Request) -> None:
        self._span = span
        carried: dict[str, str] = {}
        propagate.inject(carried)
        self.request = request.with_headers(carried)

    def answered(self, response: Response) -> Response:
        self._span.set_attribute("http.response.status_code", response.status)
        if response.status >= _FAILED:
            self.failed(str(response.status))
        return response

    def failed(self, kind: str) -> None:
        self._span.set_attribute("error.type", kind)
        self._span.set_status(trace.StatusCode.ERROR)


@contextmanager
def _span(tracer: trace.Tracer, request: Request) -> Generator[_Attempt, None, None]:
    operation = request.operation
    with tracer.start_as_current_span(
        f"{request.method} {operation.path}",
        kind=trace.SpanKind.CLIENT,
        attributes=_attributes(request),
        record_exception=False,  # its text is the caller's, and may be long; its kind is recorded
        set_status_on_exception=False,
    ) as span:
        attempt = _Attempt(span, request)
        try:
            yield attempt
        except BaseException as failure:  # also of a cancelled task: the span says how it ended
            attempt.failed(type(failure).__qualname__)
            raise


def _attributes(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    attributes: dict[str, Any] = {
        "http.request.method": request.method,
        "url.full": parts._replace(query="", fragment="").geturl(),
        "url.template": request.operation.path,
        "server.address": parts.hostname or "",
        "server.port": parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0),
        "commerce.operation": request.operation.name,
    }
    if request.attempt > 1:
        attributes["http.request.resend_count"] = request.attempt - 1
    return attributes
