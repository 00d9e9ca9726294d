"""For tests of what is published: a mock in this process with an outbox, and what brokers would get of it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from commerce_mock.transports.cursor import Cursor
from commerce_mock.transports.home import Home
from commerce_mock.transports.message import Message
from commerce_mock.transports.outbox import FileOutbox
from harness.platform import Member, Platform


class Published:
    """A mock whose events go to an outbox; `run` counts how often the outbox was opened."""

    def __init__(self, directory: Path, **settings: Any) -> None:
        self.platform = Platform(judged=False, **settings)
        self.outbox = FileOutbox(Home.open(directory), self.platform.engine.worlds)
        self.platform.world.outbox = self.outbox

    def close(self) -> None:
        self.outbox.close()

    def messages(self, after: int = 0) -> list[Message]:
        """All messages of the outbox from a position on."""
        return messages(self.outbox.directory, self.outbox.home.instance, after)

    def ids(self) -> list[str]:
        return [each.id for each in self.messages()]

    def fill(self, events: int) -> Member:
        """Have so many events, of one user and their orders; whose they are."""
        member = self.platform.register()
        while self.outbox.position < events:
            self.platform.order(member)
        return member


@contextmanager
def published(directory: Path, **settings: Any) -> Iterator[Published]:
    with closing(Published(directory, **settings)) as mock:
        yield mock


def messages(directory: Path, instance: str = "outbox", after: int = 0) -> list[Message]:
    with closing(Cursor(directory, instance, after)) as cursor:
        found: list[Message] = []
        while part := cursor.read(1000):
            found += part
        return found
