"""One broker's share of the relay: from the outbox to its publisher, in order, however often it takes."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Final

from commerce_mock.transports.cursor import Cursor
from commerce_mock.transports.inward import pause
from commerce_mock.transports.message import Message
from commerce_mock.transports.progress import Progress
from commerce_mock.transports.publisher import Publisher, PublishError

BATCH: Final = 500  # events
_SOON, _LATER = 0.005, 0.05  # seconds between looks into an outbox that has nothing new
_QUIET: Final = 1.0  # seconds after which it is looked at less often

log = logging.getLogger("commerce_mock")


class Publishing:
    """Publishes an outbox to one broker; lives as long as the relay. `progress` is as its file has it."""

    def __init__(self, directory: Path, instance: str, progress: Progress, publisher: Publisher) -> None:
        self.progress = progress
        self._directory = directory
        self._publisher = publisher
        self._cursor = Cursor(directory, instance, progress.position)
        self._batch: list[Message] = []
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Publish until cancelled, or until nothing is left after `end` was called."""
        failures = 0
        while True:
            try:
                await self._publisher.connect()
                self._note_joined(failures)
                failures = 0
                await self._publish()
            except PublishError as error:
                self._took(error.acknowledged)
                failures += 1
                self._note_lost(str(error), failures)
            else:
                return
            if await self._is_ended(pause(failures)):
                return

    def end(self) -> None:
        """Publish what is left, and stop; at once where the broker is away."""
        self._ended.set()

    async def close(self) -> None:
        """Let go of the broker and the outbox."""
        await self._publisher.close()
        self._cursor.close()
        if self.progress.connected:
            self._save(self.progress.lost(None))

    async def _publish(self) -> None:
        loop = asyncio.get_running_loop()
        active = loop.time()
        while True:
            if not self._batch:
                self._batch = self._cursor.read(BATCH)
                self._tell_missed()
            if self._batch:
                await self._publisher.publish(self._batch)
                self._took(len(self._batch))
                active = loop.time()
            elif await self._is_ended(_SOON if loop.time() - active < _QUIET else _LATER):
                return

    def _took(self, number: int) -> None:
        """Note that the broker has acknowledged so many from the front of the batch."""
        if number:
            del self._batch[:number]
            self._save(self.progress.at(self.progress.position + number))

    def _note_joined(self, failures: int) -> None:
        if failures:
            log.warning("Events go to %s again.", self.progress.broker)
        self._save(self.progress.joined())

    def _note_lost(self, error: str, failures: int) -> None:
        if self.progress.connected or failures == 1:
            log.warning("Events wait for %s: %s", self.progress.broker, error)
        if self.progress.connected or self.progress.error != error:
            self._save(self.progress.lost(error))

    def _tell_missed(self) -> None:
        missed, self._cursor.missed = self._cursor.missed, 0
        if missed:
            log.error("%s misses %d events, which the outbox no longer has.", self.progress.broker, missed)
            self._save(self.progress.at(self.progress.position + missed))

    def _save(self, progress: Progress) -> None:
        """Write down how far it is. Where the disk is full the next time must do: what is known is kept."""
        self.progress = progress
        try:
            progress.save(self._directory)
        except OSError as error:
            self.progress = replace(progress, error=f"cannot be written down: {error.strerror}")

    async def _is_ended(self, seconds: float) -> bool:
        """Wait for so long, or until the end."""
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True
