"""Ports that are shut and opened again, on real sockets in front of a protocol that hangs up."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from commerce_mock.http.doors import Doors
from commerce_mock.http.listening import Listener, close, listen
from commerce_mock.problems import Problem


class Greeter(asyncio.Protocol):
    """Says hello; `server` is the address that a client reached, as uvicorn's protocols know it."""

    open: set["Greeter"]
    server: tuple[str, int] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.server = transport.get_extra_info("sockname")[:2]
        transport.write(b"hello")
        self.open.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.open.discard(self)

    def hang_up(self) -> None:
        self.transport.close()


def play(story: Callable[[Doors, dict[str | None, int]], Awaitable[None]]) -> None:
    """Two services and a gateway on free ports, while the story is told."""

    async def run() -> None:
        listeners: list[Listener] = listen("127.0.0.1", {"orders": 0, "users": 0, None: 0})
        doors, loop = Doors(listeners), asyncio.get_running_loop()
        Greeter.open = set()
        sockets = [each for listener in listeners for each in listener.sockets]
        servers = [await loop.create_server(Greeter, sock=each) for each in sockets]
        doors.serve(servers, Greeter, Greeter.open)
        try:
            await story(doors, {listener.service: listener.port for listener in listeners})
        finally:
            doors.close()
            for greeter in list(Greeter.open):
                greeter.transport.abort()
            servers[-1].close()
            close(listeners)

    asyncio.run(asyncio.wait_for(run(), 10))


async def greeted(port: int) -> bytes:
    """What somebody hears who connects."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = await reader.readexactly(5)
    writer.close()
    return heard


def test_a_port_refuses_until_it_is_opened() -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        for _ in range(2):
            doors.shut("orders")
            doors.shut("orders")
            with pytest.raises(ConnectionRefusedError):
                await greeted(ports["orders"])
            assert [await greeted(ports[name]) for name in ("users", None)] == [b"hello"] * 2
            doors.open("orders")
            assert await greeted(ports["orders"]) == b"hello"
        doors.open("orders")
        assert await greeted(ports["orders"]) == b"hello"

    play(story)


def test_connections_to_a_port_that_is_shut_are_ended_and_others_not() -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        ours, mine = await asyncio.open_connection("127.0.0.1", ports["orders"])
        other, writer = await asyncio.open_connection("127.0.0.1", ports["users"])
        assert [await ours.readexactly(5), await other.readexactly(5)] == [b"hello"] * 2
        doors.shut("orders")
        assert await ours.read() == b""
        assert not other.at_eof()
        writer.close()
        mine.close()

    play(story)


def test_a_service_without_a_port_of_its_own_has_no_door() -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        doors.shut("payments")
        doors.open("payments")
        assert await greeted(ports[None]) == b"hello"

    play(story)


def test_a_port_that_somebody_else_took_is_not_opened() -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        doors.shut("orders")
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind(("127.0.0.1", ports["orders"]))
            other.listen()
            with pytest.raises(Problem, match=f"The port {ports['orders']} of orders is taken meanwhile") as caught:
                doors.open("orders")
            assert caught.value.code == "CONFLICT"
        doors.open("orders")
        assert await greeted(ports["orders"]) == b"hello"

    play(story)


def test_a_port_that_cannot_be_held_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        def taken(*_: object) -> None:
            raise OSError

        with monkeypatch.context() as patch:
            patch.setattr("commerce_mock.http.doors.bound", taken)
            doors.shut("orders")
            with pytest.raises(Problem):
                doors.open("orders")
        doors.open("orders")
        assert await greeted(ports["orders"]) == b"hello"

    play(story)


def test_a_server_that_ends_lets_go_of_ports_that_are_shut() -> None:
    async def story(doors: Doors, ports: dict[str | None, int]) -> None:
        doors.shut("orders")
        doors.close()
        with socket.socket() as other:
            other.bind(("127.0.0.1", ports["orders"]))

    play(story)
