"""What a client gets for bytes that are hardly HTTP: the protocol on a real socket, in front of an app that echoes."""

import asyncio
from typing import Any

import orjson
import pytest
import uvicorn
from harness.platform import Platform
from uvicorn.server import ServerState

from commerce_mock.http.app import App
from commerce_mock.http.protocol import HEAD_LIMIT, MockProtocol
from commerce_mock.problems import Problem, document, encode, fallback
from commerce_mock.wire import Request, Response

GET = b"GET /first HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAQ\r\n"


class Echo(App):
    """Answers with the path, the header names and the body that came; `asked` is what it was asked, in order."""

    def __init__(self) -> None:
        super().__init__(Platform(judged=False).engine, {})
        self.asked: list[str] = []

    def answer(self, request: Request, *, headers_too_large: bool = False) -> Response:
        del headers_too_large
        self.asked.append(request.path)
        names = ",".join(sorted(name.decode() for name in request.headers))
        content = b" ".join([request.path.encode(), names.encode(), request.body])
        if request.path == "/broken":
            raise KeyError(request.path)
        return Response(200, [(b"content-length", b"%d" % len(content))], content)


def refusal(problem: Problem, path: str) -> bytes:
    return encode(document(problem, fallback(problem.code), path))


class Observed(MockProtocol):
    """The protocol, and what happened to it: data came, the connection ended."""

    def __init__(self) -> None:
        self.echo = Echo()
        config = uvicorn.Config(
            self.echo,
            interface="asgi3",
            ws="none",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
        )
        config.load()
        super().__init__(self.echo, refusal, config=config, server_state=ServerState(), app_state={})
        self.given = 0
        self.came = asyncio.Event()
        self.ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.given += len(data)
        self.came.set()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.ended.set()

    async def until(self, given: int) -> None:
        """Wait until that many bytes came."""
        while self.given < given:
            self.came.clear()
            await self.came.wait()


def talk(*pieces: bytes) -> list[tuple[int, bytes]]:
    """Send pieces, each once the server has the one before; the answers (status, body) until it closes."""
    return asyncio.run(asyncio.wait_for(_talk(pieces), 10))


async def _talk(pieces: tuple[bytes, ...]) -> list[tuple[int, bytes]]:
    protocol = Observed()
    server = await asyncio.get_running_loop().create_server(lambda: protocol, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for piece in pieces[:-1]:
            writer.write(piece)
            await protocol.until(protocol.given + len(piece))
        writer.write(pieces[-1])
        answers = []
        while head := await _head(reader):
            fields = dict(line.split(b": ", 1) for line in head[1:])
            answers.append((int(head[0].split()[1]), await reader.readexactly(int(fields[b"content-length"]))))
        writer.close()
        await writer.wait_closed()
    return answers


async def _head(reader: asyncio.StreamReader) -> list[bytes]:
    """The lines of the next answer's head; none where the server has closed in between two answers."""
    try:
        return (await reader.readuntil(b"\r\n\r\n")).strip().split(b"\r\n")
    except asyncio.IncompleteReadError as end:
        if end.partial:
            raise
        return []


def told(answer: tuple[int, bytes]) -> dict[str, Any]:
    """The problem document of an answer, whose status it repeats."""
    content: dict[str, Any] = orjson.loads(answer[1])
    assert content["status"] == answer[0]
    assert content["code"] == "BAD_REQUEST"
    return content


def test_requests_of_one_connection_are_answered_in_order() -> None:
    assert talk(GET + LAST) == [(200, b"/first host "), (200, b"/last connection,host ")]


@pytest.mark.parametrize(
    ("request_bytes", "reason"),
    [
        (b"GARBAGE\r\n\r\n", "Invalid method encountered"),
        (b"FROB / HTTP/1.1\r\nHost: a\r\n\r\n", "Invalid method encountered"),
        (b"GET / HTTP/3.7\r\nHost: a\r\n\r\n", "Invalid HTTP version"),
        (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", "Invalid header value char"),
        (b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "Invalid char in url path"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Duplicate Content-Length"),
        (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "its target is no URL path"),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00", "Invalid method encountered"),
    ],
)
def test_bytes_that_are_no_http_get_a_problem_and_the_connection_ends(request_bytes: bytes, reason: str) -> None:
    (answer,) = talk(request_bytes)
    assert told(answer)["detail"] == f"The request is not valid HTTP/1.1: {reason}."
    assert answer[0] == 400


def test_a_problem_names_the_path_without_its_query() -> None:
    (answer,) = talk(b"GET /api/orders?secret=1 HTTP/1.1\r\nBroken\x01: x\r\n\r\n")
    assert told(answer)["instance"] == "/api/orders"


def test_the_request_before_a_malformed_one_is_answered_first() -> None:
    first, second = talk(GET + b"GARBAGE\r\n\r\n")
    assert first == (200, b"/first host ")
    assert told(second)["status"] == 400


def test_pipelined_requests_before_a_malformed_one_are_all_answered_first() -> None:
    *answered, last = talk(GET * 3 + b"GARBAGE\r\n\r\n")
    assert answered == [(200, b"/first host ")] * 3
    assert told(last)["status"] == 400


def test_a_broken_chunk_ends_its_own_request() -> None:
    (answer,) = talk(b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")
    assert "chunk size" in told(answer)["detail"]


def test_what_follows_a_malformed_request_is_not_read() -> None:
    (answer,) = talk(b"GARBAGE\r\n\r\n", GET, LAST)
    assert told(answer)["status"] == 400


@pytest.mark.parametrize("name", ["one header", "many headers", "target"])
def test_a_head_that_is_too_large_is_refused_before_it_ends(name: str) -> None:
    line = {
        "one header": b"X-Long: " + b"a" * HEAD_LIMIT,
        "many headers": b"X-Many: aaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * (HEAD_LIMIT // 32),
        "target": b"",
    }[name]
    target = b"/" + b"a" * HEAD_LIMIT if name == "target" else b"/"
    (answer,) = talk(b"GET " + target + b" HTTP/1.1\r\n" + line)
    assert told(answer)["status"] == 431


def test_a_large_head_within_the_limit_is_read_whole() -> None:
    (answer,) = talk(b"GET / HTTP/1.1\r\nConnection: close\r\nX-Long: " + b"a" * (HEAD_LIMIT - 100) + b"\r\n\r\n")
    assert answer == (200, b"/ connection,x-long ")


def test_a_head_that_ends_beyond_the_limit_is_refused() -> None:
    head = b"GET / HTTP/1.1\r\n" + b"X-Many: aaaaaaaaaaaaaaaaaaaaaaaa\r\n" * (HEAD_LIMIT // 30) + b"\r\n"
    (answer,) = talk(head)
    assert told(answer)["status"] == 431


def test_a_body_does_not_count_for_the_head() -> None:
    body = b"b" * (2 * HEAD_LIMIT)
    head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert talk(head + body) == [(200, b"/ connection,content-length " + body)]


@pytest.mark.parametrize("together", [True, False])
def test_an_offered_upgrade_is_declined_and_the_body_kept(together: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    head = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" + OFFER + b"\r\n"
    pieces = [head + b"hello" + LAST] if together else [head, b"hello", LAST]
    assert talk(*pieces) == [(200, b"/x content-length,host hello"), (200, b"/last connection,host ")]


def test_a_client_that_goes_away_while_it_is_refused_leaves_nothing_behind() -> None:
    async def leave() -> Observed:
        protocol = Observed()
        server = await asyncio.get_running_loop().create_server(lambda: protocol, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"GARBAGE\r\n\r\n")
            await reader.read()
            writer.close()
            await protocol.ended.wait()
        return protocol

    protocol = asyncio.run(asyncio.wait_for(leave(), 10))
    assert protocol.linger is not None
    assert protocol.linger.cancelled()
