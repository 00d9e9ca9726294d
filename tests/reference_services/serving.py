"""Services on their ports, several in one process if need be."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from reference_services.app import create_app
from reference_services.settings import Settings

_TICK: Final = 0.01


class NotStartedError(Exception):
    """A service could not start, as its log says."""


class Server(uvicorn.Server):
    """One service; who starts it handles the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to exit. Raises NotStartedError, where the original ends the whole process."""
        try:
            await super().serve(sockets)
        except SystemExit:
            raise NotStartedError(self.config.app.title) from None  # type: ignore[union-attr] # ours are apps


def listen(url: str) -> socket.socket:
    """A socket that listens where a service is reached. Raises OSError."""
    parts = urlsplit(url)
    # asyncio sends small answers at once only where the protocol is named; otherwise each waits for 40 ms.
    bound = socket.socket(proto=socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((parts.hostname or "localhost", parts.port or 0))
    except OSError:
        bound.close()
        raise
    return bound


def servers(names: Iterable[str], settings: Settings) -> Mapping[str, Server]:
    """A server for each of the services."""
    made = {}
    for name in names:
        config = uvicorn.Config(
            create_app(name, settings),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        made[name] = Server(config)
    return made


async def serve(made: Mapping[str, Server], sockets: Mapping[str, socket.socket], ready: Callable[[], None]) -> None:
    """Serve until every server is told to exit. Raises NotStartedError."""
    running = [asyncio.create_task(server.serve([sockets[name]])) for name, server in made.items()]
    while not all(server.started for server in made.values()) and not any(task.done() for task in running):  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(_TICK)
    if all(server.started for server in made.values()):
        ready()
    try:
        await asyncio.gather(*running)
    finally:  # where one could not start, the others do not stay
        for server in made.values():
            server.should_exit = True
        await asyncio.gather(*running, return_exceptions=True)


async def serve_until_told(
    made: Mapping[str, Server], sockets: Mapping[str, socket.socket], ready: Callable[[], None]
) -> None:
    """Serve until SIGTERM or SIGINT. Raises NotStartedError."""

    def end() -> None:
        for server in made.values():
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await serve(made, sockets, ready)
