"""A server of raw bytes on a real socket: it says exactly what a test tells it to, and keeps what it was told.

It can speak TLS, and can be a proxy: a CONNECT is answered and what follows passed on, without looking at it.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import BinaryIO, Final


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came, header names in lower case; `connection` counts from 1."""

    connection: int
    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Says:
    """What is said to a request: bytes, at once or one by one for as long as there is time; then perhaps hanging up."""

    data: bytes = b""
    hangs_up: bool = False
    drips: bool = False


SILENCE: Final = Says()
HANGS_UP: Final = Says(hangs_up=True)


def answer(body: bytes = b"ok", *headers: str, status: str = "200 OK") -> Says:
    """A well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return Says("\r\n".join(lines).encode("latin-1") + body)


@dataclass(slots=True)
class Wire:
    """The server: gives `answers` in order, the last one again and again. Clear `hold` to have it wait before each."""

    listener: socket.socket
    answers: tuple[Says, ...]
    tls: ssl.SSLContext | None = None
    heard: list[Heard] = field(default_factory=list)
    hung_up: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)
    hold: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    connections: list[socket.socket] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)

    port: int = 0

    def __post_init__(self) -> None:
        self.port = self.listener.getsockname()[1]
        self.hold.set()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def start(self, *work: object) -> None:
        target, *arguments = work
        self.threads.append(Thread(target=target, args=arguments, daemon=True))  # type: ignore[arg-type] # a method of ours
        self.threads[-1].start()

    def listen(self) -> None:
        with suppress(OSError):  # until the listener is shut down
            while True:
                connection, _ = self.listener.accept()
                self.connections.append(connection)
                self.sockets.append(connection)
                self.start(self.converse, connection, len(self.connections))

    def converse(self, connection: socket.socket, number: int) -> None:
        # Clients go away, as many tests want them to.
        with suppress(OSError), connection, self.prepared(connection) as spoken, spoken.makefile("rb") as stream:
            if isinstance(spoken, ssl.SSLSocket):
                spoken.do_handshake()
            while (heard := read(stream, number)) and self.say(heard, spoken):
                pass
        self.hung_up.set()

    def prepared(self, connection: socket.socket) -> socket.socket:
        if self.tls is None:
            return connection
        spoken = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self.sockets.append(spoken)  # it has taken the place of the other
        return spoken

    def say(self, heard: Heard, connection: socket.socket) -> bool:
        """Answer; False is the end of the connection."""
        self.heard.append(heard)
        self.asked.set()
        self.hold.wait(5)
        says = self.answers[min(len(self.heard), len(self.answers)) - 1]
        if heard.line.startswith("CONNECT") and says is TUNNEL:
            self.tunnel(heard, connection)
            return False
        if says.drips:
            for byte in says.data:
                connection.sendall(bytes([byte]))
                self.ended.wait(0.01)
        else:
            connection.sendall(says.data)
        return not says.hangs_up

    def tunnel(self, heard: Heard, connection: socket.socket) -> None:
        host, port = heard.line.split()[1].rsplit(":", 1)
        with socket.create_connection((host, int(port))) as beyond:
            self.sockets.append(beyond)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.start(pass_on, beyond, connection)
            pass_on(connection, beyond)

    def end(self) -> None:
        self.ended.set()
        for each in (self.listener, *self.sockets):
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # also of what is encrypted, without farewell
        for thread in self.threads:
            thread.join(5)
            assert not thread.is_alive(), "the server did not end"
        self.listener.close()


TUNNEL: Final = Says(b"CONNECT")


@contextmanager
def serving(*answers: Says, tls: ssl.SSLContext | None = None) -> Iterator[Wire]:
    """A server for as long as the block."""
    wire = Wire(socket.create_server(("127.0.0.1", 0)), answers or (answer(),), tls)
    wire.start(wire.listen)
    try:
        yield wire
    finally:
        wire.end()


@contextmanager
def deaf() -> Iterator[int]:
    """A port where no connection is ever made, nor refused: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)  # noqa: FBT003 - its only argument
            with suppress(BlockingIOError):
                waiting[-1].connect(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for each in waiting:
                each.close()


@contextmanager
def blunt() -> Iterator[int]:
    """A port where every connection is greeted with plain text and closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            with suppress(OSError):  # until the listener is shut down
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(1)
                        connection.sendall(b"220 this is another service\r\n")

        thread = Thread(target=greet, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextmanager
def unread() -> Iterator[str]:
    """A server that takes connections and reads nothing; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def nobody() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def read(stream: BinaryIO, number: int) -> Heard | None:
    """The next request; None where the client has closed."""
    line = stream.readline().decode("latin-1").strip()
    if not line:
        return None
    headers = {}
    while header := stream.readline().decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Heard(number, line, headers, stream.read(int(headers.get("content-length", "0"))))


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # either side may close
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
