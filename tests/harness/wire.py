"""Bytes to and from the mock's HTTP protocol on a real socket, in front of an app that echoes."""

import asyncio

import uvicorn
from uvicorn.server import ServerState

from commerce_mock.http.app import App
from commerce_mock.http.protocol import MockProtocol
from commerce_mock.problems import Problem, document, encode, fallback
from commerce_mock.wire import Request, Response
from harness.platform import Platform


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


def spoken(sent: bytes) -> tuple[bytes, list[str]]:
    """Send bytes at once; all that comes back until the server closes, and the paths that the app was asked for."""
    return asyncio.run(asyncio.wait_for(_spoken(sent), 10))


async def _spoken(sent: bytes) -> tuple[bytes, list[str]]:
    protocol = Observed()
    server = await asyncio.get_running_loop().create_server(lambda: protocol, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        heard = await reader.read()
        writer.close()
        await writer.wait_closed()
    return heard, protocol.echo.asked


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
