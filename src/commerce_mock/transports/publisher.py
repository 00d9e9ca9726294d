"""What the relay asks of a broker that events are published to."""

from collections.abc import Sequence
from typing import Protocol

from commerce_mock.transports.message import Message


class PublishError(Exception):
    """A broker did not take a batch; the first `acknowledged` of its messages are safe there, for good.

    Its text is for a person to read, and repeats neither a payload nor what a URL keeps secret.
    """

    def __init__(self, reason: str, acknowledged: int = 0) -> None:
        super().__init__(reason)
        self.acknowledged = acknowledged


class Publisher(Protocol):
    """One broker, to publish to; lives as long as the relay, through all connections."""

    async def connect(self) -> None:
        """Have a connection, and everything on the broker that publishing needs; first close an earlier one.

        Raises `PublishError` where that fails; it may be tried again.
        """

    async def publish(self, batch: Sequence[Message]) -> None:
        """Publish messages in order; when it returns, the broker has acknowledged them all.

        Raises `PublishError`. The next batch begins with the first message that was not acknowledged.
        """

    async def close(self) -> None:
        """Close the connection; does nothing where there is none."""
