"""What was asked and answered: a bounded list of requests, without headers or bodies, so that no secret is in it."""

from collections import deque
from typing import Any, NamedTuple

from commerce_mock.clock import timestamp

KEPT = 10_000


class Entry(NamedTuple):
    """One request: `time` in milliseconds since the epoch, `duration` in seconds; None is what did not match."""

    number: int
    time: int
    service: str | None
    operation: str | None
    method: str
    path: str
    status: int
    code: str | None
    duration: float
    request_id: str
    warnings: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The entry as the control document shows it."""
        return {
            "id": f"request-{self.number}",
            "request_id": self.request_id,
            "time": timestamp(self.time),
            "service": self.service,
            "operation": self.operation,
            "method": self.method,
            # A lone surrogate, which only a caller in process can send, is no JSON.
            "path": self.path.encode("utf-8", "backslashreplace").decode(),
            "status": self.status,
            "code": self.code,
            "duration_ms": round(self.duration * 1000, 3),
            "warnings": list(self.warnings),
        }


class Journal:
    """The newest requests of one world; lives as long as the world. `total` counts those that were forgotten too."""

    __slots__ = ("entries", "total")

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self.total = 0

    def add(self, entry: Entry) -> None:
        """Keep a request; the oldest is forgotten where there are too many."""
        self.total += 1
        self.entries.append(entry)

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self.total = 0
