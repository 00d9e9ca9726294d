"""What a client gets for bytes that are hardly HTTP, and for the corners of HTTP that are."""

import asyncio
from typing import Any

import orjson
import pytest

from commerce_mock.http.protocol import HEAD_LIMIT
from harness.wire import Observed, spoken, talk

GET = b"GET /first HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAQ\r\n"


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


def test_a_target_that_is_too_long_is_told_so_without_repeating_all_of_it() -> None:
    (answer,) = talk(b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (answer[0], told(answer)["detail"]) == (431, "The request's target is larger than 65535 bytes.")
    assert len(answer[1]) < 3_000


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


def test_nothing_is_done_for_a_client_that_has_closed() -> None:
    _, asked = spoken(LAST + b"POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    assert asked == ["/last"]


def test_a_fault_of_the_mock_is_a_500_and_told_in_its_log(caplog: pytest.LogCaptureFixture) -> None:
    heard, _ = spoken(b"GET /broken HTTP/1.1\r\nHost: a\r\n\r\n" + LAST)
    assert heard.startswith(b"HTTP/1.1 500 ")
    assert b'"code":"INTERNAL_ERROR"' in heard
    assert "an answer failed" in caplog.text


def test_a_head_request_is_answered_without_a_body() -> None:
    heard, _ = spoken(b"HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + LAST)
    first, second = heard.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first == b"content-length: 8\r\n\r\n"
    assert second.endswith(b"\r\n\r\n/last connection,host ")


def test_a_client_of_http_1_0_is_told_that_the_connection_ends() -> None:
    heard, _ = spoken(b"GET /x HTTP/1.0\r\n\r\n")
    assert b"\r\nconnection: close\r\n" in heard


def test_a_client_that_waits_to_send_its_body_is_told_to_go_on() -> None:
    waiting = b"POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"
    heard, asked = spoken(waiting + GET + LAST)
    assert heard.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert asked == ["/x", "/first", "/last"]


def test_a_request_that_is_still_being_answered_comes_before_the_refusal_of_the_next() -> None:
    waiting = b"POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"
    heard, asked = spoken(waiting + b"GARBAGE\r\n\r\n")
    assert [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]] == [b"100", b"200", b"400"]
    assert asked == ["/x"]


def test_a_broken_body_ends_a_request_that_waits_for_it() -> None:
    waiting = b"POST /x HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"
    heard, asked = spoken(waiting)
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert asked == []


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
