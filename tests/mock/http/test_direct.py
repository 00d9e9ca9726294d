"""One connection answered on the spot, with a loop and a transport that only note what is asked of them."""

from collections.abc import Callable
from socket import socketpair
from typing import Any

import httptools
import pytest
import uvicorn
from uvicorn.server import ServerState

from commerce_mock.http.app import LARGEST_BODY, LARGEST_HEADERS, App
from commerce_mock.http.direct import DirectProtocol
from commerce_mock.wire import Request, Response

KEEP_ALIVE = 75
GET = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


class Timer:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """Time that the test moves, and the timers that were set."""

    now = 0.0

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self.timers.append((self.now + seconds, call))
        return Timer()

    def run_to(self, now: float) -> None:
        """Let every timer fire that is due until then."""
        while due := [timer for timer in self.timers if timer[0] <= now]:
            timer = min(due, key=lambda one: one[0])
            self.timers.remove(timer)
            self.now = timer[0]
            timer[1]()
        self.now = now


class Transport:
    socket: Any = None

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False
        self.reading = True

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self.socket if name == "socket" else default


class Told(App):
    """Answers with what it was asked, and whether the head was too large."""

    def __init__(self) -> None:
        self.ports = {}

    def answer(self, request: Request, *, headers_too_large: bool = False) -> Response:
        self.asked = request
        body = f"{request.path} {len(request.body)} {headers_too_large}".encode()
        return Response(200, [(b"content-length", b"%d" % len(body))], body)


class Connection:
    """A protocol between the fake loop and the fake transport."""

    def __init__(self) -> None:
        self.loop, self.transport = Loop(), Transport()
        self.app = app = Told()
        config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, timeout_keep_alive=KEEP_ALIVE)
        config.load()
        loop: Any = self.loop
        transport: Any = self.transport
        self.protocol = DirectProtocol(app, config=config, server_state=ServerState(), app_state={}, _loop=loop)
        self.protocol.connection_made(transport)

    def send(self, data: bytes) -> None:
        self.protocol.received = len(data)
        self.protocol.data_received(data)


@pytest.fixture
def connection() -> Connection:
    return Connection()


def test_an_answer_is_one_write(connection: Connection) -> None:
    connection.send(GET)
    assert connection.transport.written == [b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n/x 0 False"]


@pytest.mark.parametrize(
    "target",
    [b"/x", b"/", b"/x?", b"/x?a=b?c", b"//x/y?z", b"/x#f", b"/x?a#f?b", b"/%2F%3F?%23", b"http://a/x?b"],
)
def test_a_target_is_split_as_the_parser_of_urls_splits_it(connection: Connection, target: bytes) -> None:
    connection.send(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    url = httptools.parse_url(target)
    assert connection.app.asked.path.encode("latin-1") == url.path
    assert connection.app.asked.query == (url.query or b"")


def test_each_answer_has_the_default_headers_of_its_second(connection: Connection) -> None:
    for second in (b"one", b"two"):
        connection.protocol.server_state.default_headers = [(b"date", second), (b"server", b"a")]
        connection.send(GET)
        assert connection.transport.written[-1].startswith(b"HTTP/1.1 200 OK\r\ndate: " + second + b"\r\nserver: a\r\n")


def test_a_head_over_the_limit_is_told_to_the_app(connection: Connection) -> None:
    connection.send(b"GET /x HTTP/1.1\r\nX-Long: " + b"a" * LARGEST_HEADERS + b"\r\n\r\n")
    assert connection.transport.written[0].endswith(b"/x 0 True")


def test_a_quiet_connection_is_closed_and_one_in_use_is_not(connection: Connection) -> None:
    connection.send(GET)
    connection.loop.run_to(KEEP_ALIVE - 1)
    connection.protocol.parser.feed_data(GET)
    connection.loop.run_to(2 * KEEP_ALIVE - 2)
    assert not connection.transport.closed
    assert len(connection.loop.timers) == 1
    connection.loop.run_to(2 * KEEP_ALIVE)
    assert connection.transport.closed


def test_a_connection_is_not_closed_in_the_middle_of_a_body(connection: Connection) -> None:
    connection.send(GET)
    connection.protocol.parser.feed_data(b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\nh")
    connection.loop.run_to(KEEP_ALIVE + 1)
    assert not connection.transport.closed
    connection.protocol.parser.feed_data(b"i")
    assert connection.transport.written[-1].endswith(b"/x 2 False")
    connection.loop.run_to(3 * KEEP_ALIVE)
    assert connection.transport.closed


def test_a_client_that_does_not_read_is_not_read_from(connection: Connection) -> None:
    connection.protocol.pause_writing()
    assert not connection.transport.reading
    connection.protocol.resume_writing()
    assert connection.transport.reading


def test_nothing_is_written_to_a_connection_that_closes(connection: Connection) -> None:
    connection.transport.close()
    connection.send(GET)
    assert connection.transport.written == []


def test_a_body_over_the_limit_that_comes_in_one_piece_is_still_seen_to_be(connection: Connection) -> None:
    size = 2 * LARGEST_BODY
    connection.send(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + b"a" * size)
    connection.send(GET)
    first, second = connection.transport.written
    assert first.endswith(b"/x %d False" % (LARGEST_BODY + 1))
    assert second.endswith(b"/x 0 False")


def test_a_connection_that_is_hung_up_in_the_middle_of_a_request_ends_with_its_answer(connection: Connection) -> None:
    connection.send(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na")
    connection.protocol.hang_up()
    assert not connection.transport.closed
    connection.send(b"b")
    assert b"\r\nconnection: close\r\n" in connection.transport.written[-1]
    assert connection.transport.closed


def test_a_connection_on_which_nothing_is_asked_ends_before_hanging_up_returns(connection: Connection) -> None:
    ours, theirs = socketpair()
    with ours, theirs:
        connection.transport.socket = ours
        connection.send(GET)
        connection.protocol.hang_up()
        assert theirs.recv(1) == b""
    assert connection.transport.closed
