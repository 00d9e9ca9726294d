"""Answers with which something goes wrong on their way: late, slow, cut, reset or never; in the machine's time."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from commerce_mock.wire import Delivery, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# What our own protocol adds to the state of a request: its connection, and the answer where it is made already.
LINE: Final = "commerce_mock.line"
ANSWERED: Final = "commerce_mock.answered"

PIECE = 0.05  # seconds between two pieces of a slow body
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds


@dataclass(frozen=True, slots=True)
class Line:
    """The connection of one request; lives as long as the request."""

    transport: asyncio.Transport

    def reset(self) -> None:
        """End it by a TCP reset, whatever is still to be sent."""
        bound = self.transport.get_extra_info("socket")
        if bound is not None:
            # A socket that lingers for no time is not closed but reset.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def is_busy(self) -> bool:
        """Whether something that was written is still to be sent, because the client does not read."""
        return self.transport.get_write_buffer_size() > 0

    def close(self) -> None:
        """End it once what was written is sent."""
        self.transport.close()


async def deliver(response: Response, receive: Receive, send: Send, line: Line | None) -> None:
    """Send an answer as its `delivery` wants it; what ends the connection returns when it has ended.

    Without a `line` (a server that is not ours) a ConnectionResetError lets the server end the connection.
    """
    delivery = _wanted(response)
    if delivery.delay and await gone(receive, delivery.delay):
        return
    match delivery.ending:
        case "silence":
            await gone(receive)
        case "reset" | "refused":
            if line is None:
                raise ConnectionResetError("The connection is reset, as a fault of the mock wants it")
            line.reset()
            await gone(receive)
        case "truncated":
            await _send(response, response.body[: len(response.body) // 2], receive, send)
            if line is not None:
                line.close()
                await gone(receive)
        case "whole":
            await _send(response, response.body, receive, send)
            await send({"type": "http.response.body", "body": b""})


async def _send(response: Response, body: bytes, receive: Receive, send: Send) -> None:
    """Send the head of an answer and so much of its body, to which more may come."""
    rate = _wanted(response).rate
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    for piece, seconds in pieces(body, rate):
        if seconds and await gone(receive, seconds):
            return
        await send({"type": "http.response.body", "body": piece, "more_body": True})


def _wanted(response: Response) -> Delivery:
    return response.delivery if isinstance(response.delivery, Delivery) else Delivery()


def pieces(body: bytes, rate: float | None) -> Iterator[tuple[bytes, float]]:
    """A body in pieces, each with the seconds to wait before it, so that so many bytes go out in a second."""
    if rate is None:
        yield body, 0.0
        return
    size = max(1, int(rate * PIECE))
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield piece, len(piece) / rate


async def gone(receive: Receive, seconds: float | None = None) -> bool:
    """Wait so long (None: for ever), or until the client has gone; whether it has."""
    try:
        await asyncio.wait_for(disconnected(receive), seconds)
    except TimeoutError:
        return False
    return True


async def disconnected(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
