"""How an answer goes out with which something goes wrong: messages to a server that only notes them."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from commerce_mock.http.app import App
from commerce_mock.http.delivering import ANSWERED, PIECE, Line, Message, deliver, gone, pieces
from commerce_mock.http.protocol import MockProtocol
from commerce_mock.wire import Delivery, Request, Response
from harness.platform import Platform

BODY = b"0123456789"


class Connection:
    """A client that stays for so many messages, and what it is sent; also the line that is closed or reset."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self.ended: str | None = None

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def get_extra_info(self, name: str) -> Any:
        assert name == "socket"

    def abort(self) -> None:
        self.ended = "reset"
        self.left.set()

    def close(self) -> None:
        self.ended = "closed"
        self.left.set()

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent if message["type"] == "http.response.body")

    @property
    def whole(self) -> bool:
        return bool(self.sent) and not self.sent[-1].get("more_body", self.sent[-1]["type"] == "http.response.start")


def delivered(*, lined: bool = True, goes: bool = False, body: bytes = BODY, **delivery: Any) -> Connection:
    """What becomes of an answer; `goes` is a client that goes at once."""

    async def run() -> Connection:
        connection = Connection()
        if goes:
            connection.left.set()
        transport: Any = connection
        response = Response(200, [(b"a", b"b")], body, Delivery(**delivery))
        await deliver(response, connection.receive, connection.send, Line(transport) if lined else None)
        return connection

    return asyncio.run(asyncio.wait_for(run(), 5))


def test_a_late_answer_is_whole() -> None:
    connection = delivered(delay=0.01)
    assert (connection.body, connection.whole, connection.ended) == (BODY, True, None)
    assert connection.sent[0] == {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}


def test_nothing_is_sent_to_a_client_that_has_gone_meanwhile() -> None:
    assert delivered(delay=60, goes=True).sent == []


def test_silence_lasts_until_the_client_goes() -> None:
    connection = delivered(ending="silence", goes=True)
    assert (connection.sent, connection.ended) == ([], None)


@pytest.mark.parametrize("ending", ["reset", "refused"])
def test_a_reset_comes_instead_of_an_answer(ending: str) -> None:
    connection = delivered(ending=ending)
    assert (connection.sent, connection.ended) == ([], "reset")


def test_a_server_that_is_not_ours_ends_the_connection_itself() -> None:
    with pytest.raises(ConnectionResetError):
        delivered(ending="reset", lined=False)
    connection = delivered(ending="truncated", lined=False)
    assert (connection.body, connection.whole) == (b"01234", False)


def test_a_truncated_body_is_half_of_it_and_then_the_line_is_closed() -> None:
    connection = delivered(ending="truncated")
    assert (connection.body, connection.whole, connection.ended) == (b"01234", False, "closed")


def test_an_answer_without_a_body_is_cut_before_its_end() -> None:
    connection = delivered(ending="truncated", body=b"")
    assert (connection.body, connection.whole, connection.ended) == (b"", False, "closed")


def test_a_slow_body_comes_in_pieces() -> None:
    connection = delivered(rate=1000)
    assert (connection.body, connection.whole) == (BODY, True)
    delivered_pieces = list(pieces(b"x" * 120, 1000))
    assert [len(piece) for piece, _ in delivered_pieces] == [50, 50, 20]
    assert [seconds for _, seconds in delivered_pieces] == pytest.approx([PIECE, PIECE, 0.02])
    assert list(pieces(b"xy", 1)) == [(b"x", 1.0), (b"y", 1.0)]
    assert list(pieces(b"", 1)) == []
    assert list(pieces(b"", None)) == [(b"", 0.0)]


def test_a_slow_body_ends_where_the_client_goes() -> None:
    connection = delivered(rate=1, goes=True)
    assert (connection.body, connection.ended) == (b"", None)


def test_who_waits_for_a_client_reads_what_it_still_sends() -> None:
    async def run() -> bool:
        messages: list[Message] = [{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}]

        async def receive() -> Message:
            return messages.pop(0)

        return await gone(receive)

    assert asyncio.run(run())


def test_the_app_sends_an_answer_that_is_made_already_and_asks_nobody() -> None:
    async def run() -> Connection:
        platform = Platform()
        connection = Connection()
        scope = {"type": "http", "state": {ANSWERED: Response(200, [], BODY, Delivery())}}
        await App(platform.engine, {})(scope, connection.receive, connection.send)
        assert platform.world.journal.total == 0
        return connection

    assert asyncio.run(run()).body == BODY


def test_the_app_delivers_by_itself_what_goes_wrong_on_any_server() -> None:
    async def run() -> Connection:
        connection = Connection()
        scope = {
            "type": "http",
            "method": "GET",
            "raw_path": b"/health",
            "query_string": b"",
            "headers": [(b"x-mock-fault", b"truncate")],
            "server": ("127.0.0.1", 3001),
        }
        await App(Platform(judged=False).engine, {3001: "orders"})(scope, connection.receive, connection.send)
        return connection

    connection = asyncio.run(run())
    assert connection.body
    assert not connection.whole


class Asked(App):
    """Says that it was asked."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked = asyncio.Event()

    def answer(self, request: Request, *, headers_too_large: bool = False) -> Response:
        self.asked.set()
        return super().answer(request, headers_too_large=headers_too_large)


def heard(*requests: str) -> bytes:
    """What comes back over a real socket, until the connection ends, of requests for a path with these headers."""

    async def run() -> bytes:
        app = Asked(Platform(judged=False).engine, {})
        config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None)
        config.load()
        state, made = ServerState(), []

        def protocol() -> MockProtocol:
            made.append(MockProtocol(app, app.refusal, config=config, server_state=state, app_state={}))
            return made[-1]

        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            head = "GET /orders/health HTTP/1.1\r\nHost: x\r\n"
            writer.write("".join(f"{head}{request}\r\n\r\n" for request in requests).encode())
            if "timeout" in requests[-1]:
                await app.asked.wait()
                made[0].give_up()
            try:
                return await reader.read()
            finally:
                writer.close()

    return asyncio.run(asyncio.wait_for(run(), 10))


def test_answers_on_one_connection_keep_their_order() -> None:
    told = heard("Prefer: wait=0.05\r\nX-Request-Id: a", "X-Request-Id: b", "X-Request-Id: c\r\nConnection: close")
    places = [told.index(f"x-request-id: {name}\r\n".encode()) for name in "abc"]
    assert places == sorted(places)


def test_a_line_is_reset_by_tcp() -> None:
    with pytest.raises(ConnectionResetError):
        heard("X-Mock-Fault: reset")


def test_a_body_is_cut_on_the_line() -> None:
    head, _, body = heard("X-Mock-Fault: truncate").partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert len(body) == length // 2


def test_an_answer_that_never_comes_ends_with_the_server() -> None:
    assert heard("X-Mock-Fault: timeout") == b""
