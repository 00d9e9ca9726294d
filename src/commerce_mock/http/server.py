"""The HTTP server: one uvicorn on the sockets of all services, the clock's timers, and a quick, quiet end."""

import asyncio
import gc
import logging
import socket
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

from commerce_mock.engine import Engine
from commerce_mock.http.app import App
from commerce_mock.http.direct import DirectProtocol
from commerce_mock.http.doors import Doors
from commerce_mock.http.listening import Listener
from commerce_mock.http.protocol import MockProtocol
from commerce_mock.worlds import Worlds

LONGEST_IDLE = 10.0  # seconds until an idle world is seen
LONGEST_WAIT = 0.05  # seconds until a timer that a request has set is seen
KEEP_ALIVE = 75  # seconds; longer than clients keep a connection, so that they close it and never meet a closed one
# The store holds bytes, of which the collector never frees any: looking for cycles often only costs latency.
COLLECTOR_THRESHOLDS = (100_000, 50, 100)
MOMENT = 0.25  # seconds
FEW = 10_000  # objects, to look through which takes less than a millisecond

log = logging.getLogger("commerce_mock")

Job = Callable[[], Coroutine[Any, Any, None]]


def serve(
    engine: Engine, listeners: Sequence[Listener], *, ready: Callable[[], None] | None = None, jobs: Sequence[Job] = ()
) -> None:
    """Answer requests until SIGINT or SIGTERM; then end within a second, whatever connections are open.

    `ready` is called once every port answers. `jobs` run beside, until the end.
    """
    app = App(engine, {listener.port: listener.service for listener in listeners})
    engine.world.urls.update({listener.service: listener.url for listener in listeners if listener.service})
    config = uvicorn.Config(
        app,
        loop="auto",
        http=partial(MockProtocol, app, app.refusal),  # type: ignore[arg-type] # uvicorn calls it and no more
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=engine.settings.clock == "real",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=0,
    )
    doors = engine.world.doors = Doors(listeners)
    own: list[Job] = [partial(fire_timers, engine.worlds), set_aside]
    if engine.settings.world_idle:
        own.append(partial(expire_worlds, engine.worlds, engine.settings.world_idle))
    server = _Server(config, doors, ready or _nothing, [*own, *jobs])
    server.run(sockets=[bound for listener in listeners for bound in listener.sockets])


async def fire_timers(worlds: Worlds) -> None:
    """Let the timers of worlds that run in real time fire when they are due, though nobody asks anything."""
    while True:
        waiting = [(world, due) for world in worlds if (due := world.next_due()) is not None]
        await asyncio.sleep(min([LONGEST_WAIT, *(due for _, due in waiting)]))
        for world, _ in waiting:
            world.run_due()


async def expire_worlds(worlds: Worlds, idle: float) -> None:
    """Forget the worlds that nobody has named for so many seconds; the default one stays."""
    while True:
        await asyncio.sleep(min(idle, LONGEST_IDLE))
        worlds.expire(idle)


async def set_aside() -> None:
    """Keep the collector away from the store, which has no cycles and is the larger the longer it would be walked.

    What has lived for a moment is never looked at again; only what came since is looked through, and not under load.
    """
    while True:
        await asyncio.sleep(MOMENT)
        if gc.get_count()[0] < FEW:
            gc.collect()
        gc.freeze()


class _Server(uvicorn.Server):
    """Adds jobs beside the requests; a signal ends it with exit code 0 instead of being raised again."""

    def __init__(self, config: uvicorn.Config, doors: Doors, ready: Callable[[], None], jobs: Sequence[Job]) -> None:
        super().__init__(config)
        self._doors = doors
        self._ready = ready
        self._jobs = jobs
        self._running: list[asyncio.Task[None]] = []

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; at the second signal without waiting for anything."""
        del sig, frame
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then the jobs."""
        await super().startup(sockets)
        self._doors.serve(self.servers, self._connection, self.server_state.connections)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTOR_THRESHOLDS)
        for job in self._jobs:
            task = asyncio.create_task(job())
            task.add_done_callback(_report)
            self._running.append(task)
        self._ready()

    def _connection(self) -> asyncio.Protocol:
        """What serves a new connection to a port that was shut."""
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        return made

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the jobs, then answering."""
        for task in self._running:
            task.cancel()
        self._doors.close()
        for connection in list(self.server_state.connections):
            if isinstance(connection, DirectProtocol):
                connection.give_up()
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):  # of clients that have sent half a request
            connection.transport.abort()
        await asyncio.gather(*self._running, return_exceptions=True)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("%s ended", task.get_coro(), exc_info=task.exception())


def _nothing() -> None:
    """What to do when ready, where nobody said."""
