"""The sockets of a test session: one server in a thread, which answers for whichever world is in play."""

from collections.abc import Mapping
from functools import partial
from socket import socket
from threading import Event, Thread
from typing import Final

import uvicorn

from commerce_mock.engine import Engine
from commerce_mock.http.app import App
from commerce_mock.http.listening import close, listen
from commerce_mock.http.protocol import MockProtocol

_PATIENCE: Final = 10.0  # seconds that a start or an end may take


class Listener:
    """Serves on free ports of this machine from `start()` to `stop()`; lives as long as a test session.

    `urls` has the address of each service, `gateway` the one that serves all of them.
    """

    def __init__(self, engine: Engine) -> None:
        self._sockets = listen("127.0.0.1", {**dict.fromkeys(engine.contract.services, 0), None: 0})
        self.urls: Mapping[str, str] = {each.service: each.url for each in self._sockets if each.service is not None}
        self.gateway = next(each.url for each in self._sockets if each.service is None)
        self._app = App(engine, {each.port: each.service for each in self._sockets})
        self._server = _Server(
            uvicorn.Config(
                self._app,
                http=partial(MockProtocol, self._app, self._app.refusal),  # type: ignore[arg-type] # uvicorn calls it and no more
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
            )
        )
        bound = [one for each in self._sockets for one in each.sockets]
        self._thread = Thread(target=self._server.run, args=(bound,), name="commerce_server", daemon=True)

    def start(self) -> None:
        """Answer from now on. Raises `RuntimeError` if the server does not come up."""
        self._thread.start()
        if not self._server.up.wait(_PATIENCE):
            raise RuntimeError(f"the mock's server did not start within {_PATIENCE:g} s")

    def play(self, engine: Engine) -> None:
        """Answer for this engine's world from now on."""
        engine.world.urls.update(self.urls)
        self._app.engine = engine

    def stop(self) -> None:
        """Close connections and ports."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(_PATIENCE)
        close(self._sockets)


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start to answer, and say so."""
        await super().startup(sockets)
        self.up.set()
