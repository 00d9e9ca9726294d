"""What happens around every request: its id goes in and out, it is counted, and a crash becomes a problem."""

import re
import time
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference_services.context import TRACE, Service, Trace
from reference_services.problems import on_crash

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID: Final = re.compile(r"[\x21-\x7e]{1,200}")


def _trace(headers: Headers) -> Trace:
    request_id = headers.get("x-request-id", "")
    traceparent = headers.get("traceparent", "")
    known = traceparent if _TRACEPARENT.fullmatch(traceparent) else None
    return Trace(request_id, known) if _REQUEST_ID.fullmatch(request_id) else Trace(traceparent=known)


class Traced:
    """The outermost layer of an app."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = _trace(Headers(scope=scope))
        started = time.perf_counter()
        answering = False

        async def answer(message: Message) -> None:
            nonlocal answering
            if message["type"] == "http.response.start":
                answering = True
                MutableHeaders(scope=message)["X-Request-Id"] = trace.request_id
                self._count(scope, message["status"], time.perf_counter() - started)
            await send(message)

        token = TRACE.set(trace)
        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if answering:
                raise
            await on_crash(Request(scope), error)(scope, receive, answer)
        finally:
            TRACE.reset(token)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        """Before the answer leaves, so that whoever has it sees it counted."""
        operation = getattr(scope.get("route"), "operation_id", None)
        if operation is None or scope["method"] not in scope["route"].methods:
            operation = "none"  # an unknown path, or a path without this method
        method = scope["method"] if operation != "none" or scope["method"] in {"GET", "POST", "PUT"} else "OTHER"
        self._service.metrics.requests.labels(method, operation, status).inc()
        self._service.metrics.durations.labels(method, operation).observe(seconds)
