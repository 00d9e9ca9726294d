"""What was asked and answered: a bounded list of requests, which says when it has forgotten some."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from commerce_mock.clock import timestamp

KEPT = 10_000
LARGEST = 64 * 1024 * 1024  # bytes of queries, bodies and answers that are kept in all
LONGEST_ANSWER = 64 * 1024  # bytes; of a longer answer, such as an export, nothing is kept
LONGEST_BODY = 1024 * 1024  # bytes; the same of a request, such as an import that was refused
Raised = tuple[str, str, int]  # module, function and line of the code that refused


class Entry(NamedTuple):
    """One request: `time` in milliseconds since the epoch, `duration` in seconds; None is what did not match.

    `query`, `body` and `answer` are as they crossed the wire, so they may hold secrets: `disclosed` shows them without.
    `user` and `role` are the caller's, None where nobody had to say who they are. `first_event` is the number in the
    log of the first event that the request caused at once. `raised` is where it was refused, `fault` what was made to
    go wrong. `size` is how many bytes of it count for the journal's bound.
    """

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
    query: bytes = b""
    body: bytes = b""
    answer: bytes = b""
    user: str | None = None
    role: str | None = None
    first_event: int | None = None
    raised: Raised | None = None
    fault: str | None = None
    size: int = 0

    @property
    def id(self) -> str:
        """Its identifier in its world: `request-7`, as `X-Mock-Request-Id` tells it."""
        return f"request-{self.number}"

    def document(self) -> dict[str, Any]:
        """The entry as the control document shows it in a list and a log in a line: nothing of what was sent."""
        return {
            "id": self.id,
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

    def __repr__(self) -> str:
        said = f"{self.id} {self.operation or '-'}: {self.method} {self.path!a} -> {self.status} {self.code or ''}"
        return f"<Entry {said.strip()}>"


# As the journal keeps it: a plain tuple of plain values, which the garbage collector stops looking at.
Row = tuple[
    int, int, str | None, str | None, str, str, int, str | None, float, str, tuple[str, ...], bytes, bytes, bytes,
    str | None, str | None, int | None, Raised | None, str | None, int,
]  # fmt: skip


class Journal:
    """The newest requests of one world; lives as long as the world.

    `total` counts those that were forgotten too, of which there are `evicted`. A row in it is an `Entry`'s values.
    """

    __slots__ = ("_rows", "_size", "evicted", "total")

    def __init__(self) -> None:
        self._rows: deque[Row] = deque()
        self._size = 0
        self.evicted = 0
        self.total = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def entries(self) -> list[Entry]:
        """All that are kept, oldest first."""
        return [Entry._make(row) for row in self._rows]

    def newest(self, skip: int = 0) -> Iterator[Entry]:
        """Those that are kept, newest first, from the `skip`th on."""
        return (Entry._make(row) for row in islice(reversed(self._rows), skip, None))

    def add(self, row: Row) -> None:
        """Keep a request; the oldest are forgotten where there are too many, or too long ones."""
        rows = self._rows
        rows.append(row)
        self._size += row[-1]
        self.total += 1
        while len(rows) > KEPT or self._size > LARGEST:
            self._size -= rows.popleft()[-1]
            self.evicted += 1

    def find(self, identifier: str) -> Entry | None:
        """The newest entry with that id (`request-7`), else with that `X-Request-Id`; None where none is kept."""
        by_id = next((row for row in reversed(self._rows) if f"request-{row[0]}" == identifier), None)
        row = by_id or next((row for row in reversed(self._rows) if row[9] == identifier), None)
        return None if row is None else Entry._make(row)

    def forgot(self, identifier: str) -> bool:
        """Whether a request with that id was there and is no longer kept."""
        number = identifier.removeprefix("request-")
        if number == identifier or not number.isdecimal() or not self._rows:
            return False
        return int(number) < self._rows[0][0] and self.evicted > 0

    def clear(self) -> None:
        """Forget all, as if nothing had happened."""
        self._rows.clear()
        self._size = self.evicted = self.total = 0
