"""The ports of a running server, each of which can be shut: then the machine itself refuses connections to it."""

import asyncio
import socket
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from commerce_mock.http.listening import BACKLOG, Listener, bound
from commerce_mock.problems import Problem


class _Server(Protocol):
    def close(self) -> None: ...


@dataclass(eq=False, slots=True)
class _Door:
    """One address of a service's port. `server` is None where it is shut, `held` None where somebody else has it."""

    service: str
    family: socket.AddressFamily
    address: Any
    held: socket.socket | None
    server: _Server | None = None


@dataclass(eq=False)
class Doors:
    """Lives as long as the server, in its event loop; `serve` tells what the server has, once it has started.

    A shut port is still this process's: it is bound, but nobody listens.
    """

    listeners: Sequence[Listener]
    _doors: list[_Door] = field(default_factory=list, init=False)
    _protocol: Callable[[], asyncio.Protocol] | None = field(default=None, init=False)
    _connections: Collection[Any] = field(default=(), init=False)
    _opening: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def serve(
        self, servers: Iterable[_Server], protocol: Callable[[], asyncio.Protocol], connections: Collection[Any]
    ) -> None:
        """The server of each socket in the listeners' order, what makes a connection, and all connections there are."""
        sockets = [(listener, each) for listener in self.listeners for each in listener.sockets]
        self._doors = [
            _Door(listener.service, each.family, each.getsockname(), each, server)
            for (listener, each), server in zip(sockets, servers, strict=True)
            if listener.service is not None
        ]
        self._protocol, self._connections = protocol, connections

    def shut(self, service: str) -> None:
        """Refuse connections to a service, and end those that there are."""
        for door in self._doors:
            if door.service == service and door.server is not None and door.held is not None:
                with suppress(OSError):  # at once: the loop closes what it listens at only when the answer has gone
                    door.held.shutdown(socket.SHUT_RDWR)
                door.server.close()
                door.held.close()
                door.server = door.held = None
                with suppress(OSError):  # `open` tries again, and tells
                    door.held = bound(door.family, door.address)
                self._hang_up(door.address[1])

    def open(self, service: str) -> None:
        """Take connections again. Raises Problem CONFLICT where another process has taken the port."""
        for door in self._doors:
            if door.service == service and door.server is None:
                try:
                    door.held = door.held or bound(door.family, door.address)
                    door.held.listen(BACKLOG)
                except OSError:
                    detail = f"The port {door.address[1]} of {service} is taken meanwhile: end what listens there."
                    raise Problem("CONFLICT", detail) from None
                task = asyncio.get_running_loop().create_task(self._listen(door, door.held))
                self._opening.add(task)
                task.add_done_callback(self._opening.discard)

    def close(self) -> None:
        """Let all ports go."""
        for door in self._doors:
            if door.server is not None:
                door.server.close()
            if door.held is not None:
                door.held.close()

    async def _listen(self, door: _Door, held: socket.socket) -> None:
        if self._protocol is not None:
            door.server = await asyncio.get_running_loop().create_server(self._protocol, sock=held)

    def _hang_up(self, port: int) -> None:
        for connection in list(self._connections):
            if connection.server is not None and connection.server[1] == port:
                connection.hang_up()
