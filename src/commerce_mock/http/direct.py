"""Requests answered on the spot: no task, no messages, because the engine never waits.

uvicorn makes a task and passes messages for each request, which costs more than the mock's own work. Here a request is
answered as soon as its last byte is parsed, and written with one call. What needs more of HTTP (an offered upgrade, an
expected 100-continue), or of time (an answer that something is to go wrong with), goes the ASGI way.
"""

from contextlib import suppress
from os import dup
from socket import SHUT_RDWR, socket
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from commerce_mock.http.app import LARGEST_BODY, LARGEST_HEADERS, App
from commerce_mock.http.delivering import ANSWERED, LINE, Line
from commerce_mock.wire import Request, Response


class DirectProtocol(HttpToolsProtocol):
    """One connection; lives until either side closes it."""

    def __init__(self, answering: App, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.answering = answering
        self.request: Request | None = None
        self.too_large = False
        self.parts: list[bytes] = []
        self.size = 0
        self.in_head = False
        self.received = 0  # bytes that came since the head began, as whoever feeds the parser counts them
        self.quiet_since = 0.0
        self.leaving = False  # whether the next answer is the last
        self.defaults: list[tuple[bytes, bytes]] = []
        self.default_lines = b""  # the same, as they are sent

    def on_message_begin(self) -> None:
        """A request line follows."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self.in_head = True

    def on_headers_complete(self) -> None:
        """Prepare the request; its body may follow. A target that is no URL raises through the parser."""
        self.in_head = False
        self.prepare()

    def prepare(self) -> None:
        """Make the request of a head that is complete, or let a task serve it."""
        path, query = _split(self.url)
        method = self.parser.get_method().decode("ascii")
        port = self.server[1] if self.server else None
        request = self.answering.request(method, path, query, self.headers, port)
        cycle: RequestResponseCycle | None = self.cycle
        busy = cycle is not None and not cycle.response_complete
        if busy or b"expect" in request.headers or self.parser.should_upgrade():
            self.expect_100_continue = request.headers.get(b"expect", b"").lower() == b"100-continue"
            self.go_the_asgi_way()
            return
        self.too_large = self.received > LARGEST_HEADERS and _size(self.url, self.headers) > LARGEST_HEADERS
        self.request = request

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; whether they ask for a 100-continue is looked up once they are complete."""
        self.headers.append((name.lower(), value))

    def go_the_asgi_way(self, answered: Response | None = None) -> None:
        """Let a task serve the request whose head is parsed; with an answer that is made already, let it send that."""
        target, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = target, expects
        self.headers.extend(headers)
        self.scope["state"] |= {LINE: Line(self.transport), ANSWERED: answered}
        super().on_headers_complete()

    def _is_busy(self) -> bool:
        """Whether a request before this one is still being answered, the ASGI way."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def give_up(self) -> None:
        """End a connection whose answer is still on its way: late, slow or never to come."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self.transport.abort()

    def hang_up(self) -> None:
        """End the connection, before this returns where nothing is asked on it: a client does not try it again then."""
        if self.request is not None:
            self.leaving = True
        elif self._is_busy():  # it may be what asks for this
            self.loop.call_soon(self.transport.close)
        else:
            with suppress(OSError), socket(fileno=dup(self.transport.get_extra_info("socket").fileno())) as line:
                line.shutdown(SHUT_RDWR)
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body; what is over the limit is read, so that the answer gets through, and forgotten."""
        if self.request is None:
            super().on_body(body)
            return
        self.size += len(body)
        if self.size <= LARGEST_BODY + 1 or self.size <= self.answering.largest_body(self.request.path) + 1:
            self.parts.append(body)

    def on_message_complete(self) -> None:
        """Answer the request."""
        request = self.request
        if request is None:
            super().on_message_complete()
            return
        if self.size:  # not `parts`: of a body that is too large they may be empty
            body = b"".join(self.parts)
            largest = LARGEST_BODY if self.size <= LARGEST_BODY else self.answering.largest_body(request.path)
            request.body = body if self.size <= largest else body.ljust(largest + 1)
            self.parts, self.size = [], 0
        response = self.answering.answer(request, headers_too_large=self.too_large)
        self.request = None
        if response.delivery is not None:
            self.go_the_asgi_way(response)
            super().on_message_complete()
            return
        stays = self.parser.should_keep_alive() and self.parser.get_http_version() != "1.0" and not self.leaving
        self.write(response, stays=stays, with_body=request.method != "HEAD")

    def write(self, response: Response, *, stays: bool, with_body: bool) -> None:
        """Send an answer; the connection stays open where both sides want it."""
        if self.transport.is_closing():
            return
        if self.defaults is not self.server_state.default_headers:  # there are new ones each second, with its date
            self.defaults = self.server_state.default_headers
            self.default_lines = b"".join(b"%b: %b\r\n" % field for field in self.defaults)
        if not stays:
            response.headers.append((b"connection", b"close"))
        lines = b"\r\n".join(map(b": ".join, response.headers))
        body = response.body if with_body else b""
        self.transport.write(b"".join((STATUS_LINE[response.status], self.default_lines, lines, b"\r\n\r\n", body)))
        if not stays:
            self.transport.close()
            return
        self.quiet_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.arm_keep_alive(self.timeout_keep_alive)

    def arm_keep_alive(self, seconds: float) -> None:
        """Look in so many seconds whether the connection is still used."""
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """End a connection on which nothing was asked for long: one timer a connection, not one a request."""
        self.timeout_keep_alive_task = None
        rest = self.quiet_since + self.timeout_keep_alive - self.loop.time()
        if self.request is not None or self._is_busy():
            rest = self.timeout_keep_alive
        if rest > 0:
            self.arm_keep_alive(rest)
        else:
            super().timeout_keep_alive_handler()

    def pause_writing(self) -> None:
        """A client that does not read its answers is not asked for more requests."""
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        """The client has read: go on."""
        super().resume_writing()
        self.flow.resume_reading()


def _split(target: bytes) -> tuple[bytes, bytes]:
    """Path and query. Raises as httptools does where it is no URL; what begins with a path takes less than that."""
    if target[:1] == b"/" and b"#" not in target and len(target) < LARGEST_HEADERS:
        path, _, query = target.partition(b"?")
        return path, query
    url = httptools.parse_url(target)
    return url.path, url.query or b""


def _size(target: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    return len(target) + sum(len(name) + len(value) for name, value in headers)
