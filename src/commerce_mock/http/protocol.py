"""HTTP/1.1 as uvicorn speaks it, with every refusal of the parser told as a problem document (RFC 9457)."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from commerce_mock.http.app import App
from commerce_mock.http.direct import DirectProtocol
from commerce_mock.problems import PROBLEM_TYPE, Problem

HEAD = "The request line and headers are"
HEAD_LIMIT = 262_144  # bytes of request line and headers; the app refuses less, but only when it has read them
LONGEST_TARGET = 65_535  # bytes of a request's target, a limit of httptools
LONGEST_INSTANCE = 2_000  # bytes of it that a refusal repeats
LINGER = 2.0  # seconds that a refused client may still send: closing at once would reset it before it reads the answer

log = logging.getLogger("commerce_mock")

Refusal = Callable[[Problem, str], bytes]


class MockProtocol(DirectProtocol):
    """One connection; lives until either side closes it.

    `refusal` encodes a problem for an instance (the request's path). Beyond uvicorn it limits the head, answers a
    malformed request with a problem after the answers to the requests before it, and reads on where a client offers
    an upgrade (`h2c`, as Java's client does with each first request): the offer is declined, the body not lost.
    """

    def __init__(self, answering: App, refusal: Refusal, *args: Any, **keywords: Any) -> None:
        super().__init__(answering, *args, **keywords)
        self.refusal = refusal
        self.url = b""
        self.refused = False
        self.linger: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Parse what came; refuse it where it is no HTTP or has no end."""
        if self.refused:
            return
        self.received = self.received + len(data) if self.in_head else len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self.decline_upgrade(data[offer.args[0] :])
        except httptools.HttpParserCallbackError as error:
            self.refuse(_told(error.__context__))
        except httptools.HttpParserError as error:
            self.refuse(_malformed(str(error)))
        else:
            if self.in_head and self.received > HEAD_LIMIT:
                self.refuse(_too_large(HEAD, HEAD_LIMIT))

    def on_headers_complete(self) -> None:
        """Start the request, unless its head is too large. Raises Problem through the parser."""
        self.in_head = False
        if self.received > HEAD_LIMIT:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > HEAD_LIMIT:
                raise _too_large(HEAD, HEAD_LIMIT)
        try:
            self.prepare()
        except (httptools.HttpParserInvalidURLError, AttributeError, TypeError, UnicodeDecodeError):
            # uvicorn takes for granted that a target has a path in ASCII; the parser of URLs gives up on a long one.
            if len(self.url) > LONGEST_TARGET:
                raise _too_large("The request's target is", LONGEST_TARGET) from None
            raise _malformed("its target is no URL path") from None

    def _should_upgrade(self) -> bool:
        # uvicorn starts no request where this says yes, so that `decline_upgrade` can start it with its body.
        return self._get_upgrade() is not None

    def decline_upgrade(self, rest: bytes) -> None:
        """Read the request again without its offer, then `rest`, which the parser took for another protocol."""
        head = [self.scope["method"].encode("ascii"), b" ", self.url, b" HTTP/1.1\r\n"]
        for name, value in self.headers:
            if name not in {b"connection", b"upgrade", b"http2-settings"}:
                head += [name, b": ", value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        self.in_head = False
        self.data_received(b"".join([*head, b"\r\n", rest]))

    def refuse(self, problem: Problem) -> None:
        """Answer with the problem, after the answers that are still due, and read no further."""
        self.refused = True
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            self.send_refusal(problem)
        elif cycle.more_body:  # the fault is in the body of the request being answered
            cycle.disconnected = True
            cycle.message_event.set()
            self.send_refusal(problem)
        else:
            cycle.on_response = partial(self.send_refusal, problem)

    def send_refusal(self, problem: Problem) -> None:
        """Write the problem and end the sending side; the receiving side is closed once the client has read."""
        if self.transport.is_closing():
            return
        path = self.url[:LONGEST_INSTANCE].partition(b"?")[0]
        body = self.refusal(problem, path.decode("ascii", "replace") or "/")
        head = [STATUS_LINE[problem.status or HTTPStatus.BAD_REQUEST]]
        fields = [
            *self.server_state.default_headers,
            (b"content-type", PROBLEM_TYPE),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        head += [b"%b: %b\r\n" % field for field in fields]
        self.transport.write(b"".join([*head, b"\r\n", body]))
        self.transport.write_eof()
        self.linger = self.loop.call_later(LINGER, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self.linger is not None:
            self.linger.cancel()
        super().connection_lost(exc)


def _told(cause: BaseException | None) -> Problem:
    """What a callback of the parser raised, as a problem: a refusal, or a fault of the mock itself."""
    if isinstance(cause, Problem):
        return cause
    log.error("an answer failed", exc_info=cause)
    return Problem("INTERNAL_ERROR", status=500)


def _malformed(reason: str) -> Problem:
    return Problem("BAD_REQUEST", f"The request is not valid HTTP/1.1: {reason}.", status=400)


def _too_large(what: str, limit: int) -> Problem:
    detail = f"{what} larger than {limit} bytes."
    return Problem("BAD_REQUEST", detail, status=431, title="Request header fields too large")
