"""The relay's process as the mock looks after it: started, started again when it dies, and ended with the mock."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from commerce_mock.clock import timestamp
from commerce_mock.engine import Engine
from commerce_mock.transports.brokers import Broker
from commerce_mock.transports.inward import EMIT, pause, received
from commerce_mock.transports.outbox import FileOutbox
from commerce_mock.transports.progress import Progress, load
from commerce_mock.transports.task import Task

_COMMAND: Final = (sys.executable, "-m", "commerce_mock.transports.relay")
_PREPARE: Final = 0.02  # seconds between looks whether the outbox needs a file
_END: Final = 2.0  # seconds that the mock's end waits for what is not published yet
_LASTING: Final = 10.0  # seconds after which a relay that ended is one that had worked

log = logging.getLogger("commerce_mock")


class Supervisor:
    """Keeps the relay of an outbox running; lives as long as the mock."""

    def __init__(self, outbox: FileOutbox, brokers: Sequence[Broker], engine: Engine, *, as_json: bool) -> None:
        self._outbox = outbox
        self._brokers = brokers
        self._engine = engine
        self._as_json = as_json
        self._process: Process | None = None

    async def run(self) -> None:
        """Have a relay until cancelled; then it has a moment for what is left."""
        failures = 0
        try:
            while True:
                began = monotonic()
                self._process = await self._start()
                await self._process.wait()
                failures = 1 if monotonic() - began > _LASTING else failures + 1
                log.error("The relay to the brokers ended (%s); it is started again.", self._process.returncode)
                await asyncio.sleep(pause(failures))
        finally:
            await self._end()

    async def prepare(self) -> None:
        """Have files ready for the outbox before they are needed, until cancelled."""
        while True:
            await asyncio.sleep(_PREPARE)
            if self._outbox.needs_spare:
                await asyncio.to_thread(self._outbox.prepare)

    def report(self) -> dict[str, Any]:
        """How each broker is, as the control document shows it."""
        outbox = self._outbox
        brokers = [self._broker(each.name) for each in self._brokers]
        return {"brokers": brokers, "instance": outbox.home.instance, "events": outbox.position, "lost": outbox.lost}

    async def _start(self) -> Process:
        line = self._task().line()
        # A group of its own: Ctrl-C is the mock's to hear, which then ends the relay in its own time.
        process = await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, start_new_session=True)
        if process.stdin is not None:
            process.stdin.write(line)
        return process

    def _task(self) -> Task:
        contract, urls = self._engine.contract, self._engine.world.urls
        channels = list(dict.fromkeys(event.channel for event in contract.events.values()))
        home, token = self._outbox.home, self._engine.settings.admin_token
        admin = next((urls.get(each.service) for each in contract.operations.values() if each.path == EMIT), None)
        types = received(contract)
        return Task(home.directory, home.instance, self._brokers, channels, types, admin, token, self._as_json)

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _END)
        if process.returncode is None:
            process.kill()
            await process.wait()

    def _broker(self, name: str) -> dict[str, Any]:
        progress = load(self._outbox.directory, name)
        if progress is None:
            progress = Progress(name, self._outbox.position, self._outbox.position, error="its state cannot be read")
        runs = self._process is not None and self._process.returncode is None
        said = {
            "url": name,
            "connected": progress.connected and runs,
            "since": timestamp(progress.since),
            "published": progress.position - progress.began,
            "pending": max(0, self._outbox.position - progress.position),
        }
        error = progress.error if runs else "the relay's process does not run yet, or no more; it is being started"
        return said if error is None else {**said, "error": error}
