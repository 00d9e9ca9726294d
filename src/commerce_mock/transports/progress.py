"""How far each broker is: a small file beside the outbox, written by the relay and read by the mock."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any, Final

import orjson

from commerce_mock.transports import home

_SUFFIX: Final = ".broker"


def machine_now() -> int:
    """Milliseconds since the epoch."""
    return time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """A broker's state, as of its file; `broker` is its URL without what is secret in it.

    `position` is that of the first event that it has not acknowledged, `began` where it started. `since` says when it
    was connected or lost, in milliseconds since the epoch; `error` why it was lost.
    """

    broker: str
    position: int
    began: int
    connected: bool = False
    since: int = field(default_factory=machine_now)
    error: str | None = None

    def save(self, directory: Path, *, sync: bool = False) -> None:
        """Write it down. Raises OSError."""
        content = {name: getattr(self, name) for name in self.__slots__}
        home.replace(_path(directory, self.broker), orjson.dumps(content), sync=sync)

    def lost(self, error: str | None) -> "Progress":
        """The same, without a connection."""
        return replace(self, connected=False, since=machine_now(), error=error)

    def joined(self) -> "Progress":
        """The same, with one."""
        return replace(self, connected=True, since=machine_now(), error=None)

    def at(self, position: int) -> "Progress":
        """The same, further on."""
        return replace(self, position=position)


def load(directory: Path, broker: str) -> Progress | None:
    """What is known of a broker; None where it is new to this outbox."""
    return _read(_path(directory, broker))


def furthest(directory: Path) -> int:
    """The furthest position that any broker has ever acknowledged."""
    found = [_read(path) for path in directory.glob(f"*{_SUFFIX}")]
    return max((each.position for each in found if each is not None), default=0)


def begin(directory: Path, broker: str, position: int) -> Progress:
    """Where a broker goes on. One that is new begins at `position`, which is written down at once. Raises OSError."""
    known = load(directory, broker)
    if known is None:
        known = Progress(broker, position, position)
        known.save(directory, sync=True)
    return known


def _path(directory: Path, broker: str) -> Path:
    return directory / f"{sha256(broker.encode()).hexdigest()[:16]}{_SUFFIX}"


def _read(path: Path) -> Progress | None:
    try:
        said: dict[str, Any] = orjson.loads(path.read_bytes())
        return Progress(**said)
    except (OSError, ValueError, TypeError):
        return None
