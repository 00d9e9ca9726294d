"""Listeners say when all streams have begun, and at the end how many were left and what they heard."""

import asyncio
import sys

import pytest

from benchmarks.events.listeners import Stream, listen

_OPENING = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nretry: 1000\n\n"


class Input:
    """Standard input that ends once it was read."""

    buffer = property(lambda self: self)

    def read(self) -> bytes:
        return b""


@pytest.fixture(autouse=True)
def _input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input())


def heard(answer: bytes) -> dict[str, int]:
    """What three listeners to a server say that gives this answer to each."""

    async def talk() -> dict[str, int]:
        over = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked = await reader.readuntil(b"\r\n\r\n")
            assert asked.startswith(b"GET /stream HTTP/1.1\r\n")
            writer.write(answer)
            await writer.drain()
            await over.wait()
            writer.close()
            served.release()

        served = asyncio.Semaphore(0)
        async with await asyncio.start_server(serve, "127.0.0.1") as server:
            try:
                return await listen(server.sockets[0].getsockname()[1], "/stream", 3)
            finally:
                over.set()
                for _ in range(3):
                    await served.acquire()

    return asyncio.run(talk())


def test_all_listen_until_the_input_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert heard(_OPENING) == {"open": 3, "bytes": 0}
    assert capsys.readouterr().out == "listening\n"


def test_a_stream_that_is_refused_is_an_error_with_the_answer() -> None:
    with pytest.raises(ConnectionError, match="503 Service Unavailable"):
        heard(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")


async def _of(*received: bytes) -> Stream:
    stream = Stream(b"")
    for data in received:
        stream.data_received(data)
    return stream


def test_what_comes_after_the_opening_is_counted() -> None:
    stream = asyncio.run(_of(_OPENING[:20], _OPENING[20:], b"id: event-1\n\n"))
    assert stream.begun.done()
    assert stream.received == 13


def test_a_connection_that_is_closed_before_it_began_is_an_error() -> None:
    async def close() -> Stream:
        stream = await _of(_OPENING[:20])
        stream.connection_lost(None)
        return stream

    with pytest.raises(ConnectionError, match="closed before it began"):
        asyncio.run(close()).begun.result()
