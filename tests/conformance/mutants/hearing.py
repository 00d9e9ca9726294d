"""The events of a mock in the same process as a broker would bring them, whatever a mutant made of them."""

from commerce_conformance.tap.tapped import Tap
from commerce_mock.clock import timestamp
from commerce_mock.engine import Engine
from commerce_mock.events import LOG, from_log


class LogTap(Tap):
    """Reads on in the log of the default world; lives as long as a run."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("the mock's log")
        self._engine = engine
        self._read = 0

    def start(self) -> None:
        """There is nothing before the first event."""

    def close(self) -> None:
        """Nothing is held."""

    def pull(self) -> None:
        """Take what was appended meanwhile."""
        store = self._engine.world.store.begin()
        for number in range(self._read, store.count(LOG)):
            event = from_log(store.entry(LOG, number))
            headers = {
                "ce-specversion": "1.0",
                "ce-id": event.id,
                "ce-source": event.source,
                "ce-type": event.type,
                "ce-time": timestamp(event.time),
                "correlation-id": event.correlation_id,
                "mock-world": self._engine.world.name,
                "mock-instance": "mutants",
            }
            self.keep(event.event.channel, event.payload, headers.items())
        self._read = store.count(LOG)
