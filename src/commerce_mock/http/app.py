"""The bare ASGI app in front of the engine: bytes in, bytes out; the contract is the routing table."""

import gc
from collections.abc import Iterable, Mapping
from typing import Any

from commerce_contract import Contract
from commerce_mock.controls import PREFIX
from commerce_mock.engine import Engine
from commerce_mock.http import cors
from commerce_mock.http.delivering import ANSWERED, LINE, Message, Receive, Send, deliver
from commerce_mock.http.watching import Watchers
from commerce_mock.outcome import Outcome
from commerce_mock.problems import Problem, document, encode
from commerce_mock.replaying import replay
from commerce_mock.settings import MEBIBYTE
from commerce_mock.wire import Delivery, Request, Response

NO_CONTENT = 204
LARGEST_BODY = MEBIBYTE
WHOLE_WORLDS = frozenset({f"{PREFIX}/import", f"{PREFIX}/scenario", f"{PREFIX}/recordings/replay"})
LARGEST_HEADERS = 64 * 1024


class App:
    """ASGI 3 application for all sockets of a mock: the port of a connection says which service is meant.

    `ports` maps a port to its service, or to None where one port serves all of them (gateway).
    """

    def __init__(self, engine: Engine, ports: Mapping[int, str | None]) -> None:
        self.engine = engine
        self.ports = ports
        engine.worlds.replay = _replayed
        self.watchers = Watchers(lambda: self.engine.worlds)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one HTTP request, or the server's lifespan."""
        if scope["type"] != "http":
            await _lifespan(scope, receive, send)
            return
        state = scope.get("state", {})
        answered: Response | None = state.get(ANSWERED)
        if answered is not None:
            await self._deliver(answered, scope, receive, send)
            return
        fields, server = scope["headers"], scope["server"]
        target, query = scope["raw_path"], scope["query_string"]
        size = len(target) + len(query) + sum(len(name) + len(value) for name, value in fields)
        request = self.request(scope["method"], target, query, fields, server[1] if server else None)
        too_large = size > LARGEST_HEADERS
        if (b"content-length" in request.headers or b"transfer-encoding" in request.headers) and not too_large:
            body = await _body(receive, self.largest_body(request.path))
            if body is None:
                return
            request.body = body
        response = self.answer(request, headers_too_large=too_large)
        if response.delivery is not None:
            await self._deliver(response, scope, receive, send)
            return
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": response.body})

    async def _deliver(self, response: Response, scope: Message, receive: Receive, send: Send) -> None:
        """Send an answer that takes time: something goes wrong with it, or the rest of it comes later."""
        line = scope.get("state", {}).get(LINE)
        if isinstance(response.delivery, Delivery):
            await deliver(response, receive, send, line)
        else:
            await self.watchers.serve(response, receive, send, line, scope["method"])

    def request(
        self, method: str, target: bytes, query: bytes, fields: Iterable[tuple[bytes, bytes]], port: int | None
    ) -> Request:
        """The request without its body."""
        service = self.ports.get(port) if port is not None else None
        return Request(method, target.decode("latin-1"), query, dict(fields), b"", service)

    def answer(self, request: Request, *, headers_too_large: bool = False) -> Response:
        """One answer with all its headers, ready to be sent."""
        if headers_too_large or request.method == "OPTIONS" or len(request.body) > LARGEST_BODY:
            response = self._unusual(request, headers_too_large=headers_too_large)
        else:
            response = self._answer(request)
        if response.status != NO_CONTENT:
            response.headers.append((b"content-length", b"%d" % len(response.body)))
        if b"origin" in request.headers:
            response.headers.extend(cors.ANSWER)
        return response

    def largest_body(self, path: str) -> int:
        """How many bytes a request's body may have: more where it is a whole world."""
        return self.engine.settings.largest_import if path in WHOLE_WORLDS else LARGEST_BODY

    def refusal(self, problem: Problem, path: str) -> bytes:
        """What is said of a request that is no HTTP."""
        return encode(document(problem, self.engine.problem_type(problem.code), path))

    def _answer(self, request: Request) -> Response:
        """A page, or the engine's answer."""
        engine = self.engine
        if engine.pages and request.method in ("GET", "HEAD"):
            page = engine.pages.get((request.service, request.path))
            if page is not None:
                media_type, body = page()
                return Response(200, [(b"content-type", media_type)], body)
        return engine.answer(request)

    def _unusual(self, request: Request, *, headers_too_large: bool) -> Response:
        """The answer to a preflight, or to what is too large; that of the engine where it is neither."""
        engine = self.engine
        if headers_too_large:
            problem = Problem(
                "BAD_REQUEST",
                "The request's target and headers are over 64 KiB.",
                status=431,
                title="Request header fields too large",
            )
            return engine.refuse(engine.world, request, problem)
        if len(request.body) > LARGEST_BODY and len(request.body) > (largest := self.largest_body(request.path)):
            detail = f"The request's body is over {largest // MEBIBYTE} MiB."
            if request.path in WHOLE_WORLDS:
                detail += " Start the mock with a larger `--largest-import` (MiB) to have it read."
            problem = Problem("BAD_REQUEST", detail, status=413, title="Content too large")
            return engine.refuse(engine.world, request, problem)
        if request.method == "OPTIONS":
            methods = engine.routes[request.service].methods(request.path)
            if methods and cors.is_preflight(request):
                return Response(NO_CONTENT, cors.preflight(request, methods), b"")
            if methods:
                return Response(NO_CONTENT, [(b"allow", ", ".join([*methods, "OPTIONS"]).encode())], b"")
        return engine.answer(request)


def _replayed(bundle: Any, contract: Contract) -> Outcome:
    """Ask a recording again. The mock made for it is collected, before the server sets it aside as what stays."""
    try:
        return replay(bundle, contract)
    finally:
        gc.collect()


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The whole body, or one byte more than is allowed; None where the client went away."""
    message = await receive()
    if message["type"] == "http.disconnect":
        return None
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    chunks, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        # What is over the limit is read, so that the client gets its answer, and forgotten.
        if size <= largest + 1:
            chunks.append(chunk)
    body = b"".join(chunks)
    return body if size <= largest else body.ljust(largest + 1)


async def _lifespan(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] != "lifespan":
        return
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
