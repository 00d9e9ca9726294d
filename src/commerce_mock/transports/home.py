"""The directory of an outbox: who it is, how often it was opened, and who may use it."""

import fcntl
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

import orjson

_WHO: Final = "outbox.json"
_MOCK, _RELAY = "mock.lock", "relay.lock"
PRIVATE: Final = 0o700


class OutboxUnusableError(Exception):
    """An outbox cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """An outbox's directory; lives as long as the mock that has it.

    `instance` names the outbox for ever, `run` counts how often a mock has opened it.
    """

    directory: Path
    instance: str
    run: int
    lock: IO[bytes]

    @classmethod
    def open(cls, directory: Path) -> "Home":
        """The directory for the next mock, made where there is none. Raises OutboxUnusableError."""
        try:
            directory.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            lock = take(directory / _MOCK)
        except OSError as error:
            raise OutboxUnusableError(f"{directory}: {error.strerror or error}") from None
        if lock is None:
            raise OutboxUnusableError(f"{directory}: another mock that runs has this outbox: give each its own")
        try:
            instance, run = _who(directory / _WHO)
            replace(directory / _WHO, orjson.dumps({"instance": instance, "run": run + 1}))
        except (OSError, ValueError, LookupError, TypeError):
            lock.close()
            raise OutboxUnusableError(f"{directory / _WHO} cannot be read or written: give another directory") from None
        return cls(directory, instance, run + 1, lock)

    def close(self) -> None:
        """Let another mock have it."""
        self.lock.close()


def relay_lock(directory: Path) -> IO[bytes] | None:
    """The right to publish what is in an outbox, held until it is closed; None while another process has it."""
    return take(directory / _RELAY)


def take(path: Path) -> IO[bytes] | None:
    """A lock that this process holds until the file is closed or it ends; None while another one holds it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def replace(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Write a file so that whoever reads it finds the old or the new content, never a part. Raises OSError."""
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def default_directory(name: str) -> Path:
    """Where outboxes are kept if nobody says where: with the user's state."""
    given = os.environ.get("XDG_STATE_HOME")
    state = Path(given) if given else Path.home() / ".local" / "state"
    return state / "commerce-mock" / name


def _who(path: Path) -> tuple[str, int]:
    if not path.exists():
        return uuid4().hex, 0
    said = orjson.loads(path.read_bytes())
    return str(said["instance"]), int(said["run"])
