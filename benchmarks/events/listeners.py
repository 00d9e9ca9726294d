"""Listeners to a running mock's events: `python -m benchmarks.events.listeners PORT PATH COUNT`.

It says `listening` once all streams have begun, listens until its input ends, and then says how many streams were still
open, and how many bytes came after they had begun, as a JSON object.
"""

import asyncio
import os
import sys
from functools import partial
from typing import cast

import orjson
import uvloop

_LATER = 10  # how nice: the load on the same core goes first, or it would be the load that is measured
_AT_ONCE = 50
_OPENING = b"retry:"


class Stream(asyncio.Protocol):
    """One stream; lives as long as its connection. `begun` is done once it was answered with 200 and its opening."""

    def __init__(self, request: bytes) -> None:
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_open = False
        self.received = 0
        self._request = request
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast("asyncio.WriteTransport", transport).write(self._request)  # uvloop's is no subclass
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Count what comes, once it has begun."""
        if self.begun.done():
            self.received += len(data)
            return
        self._head += data
        if _OPENING in self._head:
            self.begun.set_result(None)
        elif not b"HTTP/1.1 200".startswith(self._head[:12]):
            self.begun.set_exception(ConnectionError(self._head.decode(errors="replace")))

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember that it is over."""
        self.is_open = False
        if not self.begun.done():
            self.begun.set_exception(exc or ConnectionError("the stream was closed before it began"))


def _same(stream: Stream) -> Stream:
    return stream


async def listen(port: int, path: str, count: int) -> dict[str, int]:
    """Listen until standard input ends; what is said then. Raises OSError where a stream does not begin."""
    loop = asyncio.get_running_loop()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode()
    streams: list[Stream] = []
    while len(streams) < count:
        fresh = [Stream(request) for _ in range(min(_AT_ONCE, count - len(streams)))]
        for stream in fresh:
            await loop.create_connection(partial(_same, stream), "127.0.0.1", port)
        await asyncio.gather(*(stream.begun for stream in fresh))
        streams += fresh
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    return {"open": sum(stream.is_open for stream in streams), "bytes": sum(stream.received for stream in streams)}


def main() -> None:
    """Listen as the arguments say; lives until standard input ends."""
    port, path, count = sys.argv[1:]
    os.nice(_LATER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        said = runner.run(listen(int(port), path, int(count)))
    sys.stdout.buffer.write(orjson.dumps(said))


if __name__ == "__main__":
    main()
