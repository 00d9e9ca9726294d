"""What the mock tells its relay to do, as it goes through the relay's standard input: no list of processes shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from commerce_mock.transports.brokers import Broker, broker


@dataclass(frozen=True, slots=True)
class Task:
    """The relay's task; lives as long as the mock.

    Events go from the outbox `instance` in `directory` to `brokers`. `channels` are all that the contract has;
    `received` are the types of events, by channel, that come in from the brokers, to the mock's controls at `admin`
    with `token`; None: nothing comes in. `as_json` says how log lines are written.
    """

    directory: Path
    instance: str
    brokers: Sequence[Broker] = field(repr=False)
    channels: Sequence[str]
    received: Mapping[str, frozenset[str]]
    admin: str | None
    token: str | None = field(repr=False)
    as_json: bool = False

    def line(self) -> bytes:
        """The task as one line."""
        content = {
            "directory": str(self.directory),
            "instance": self.instance,
            "brokers": [each.url for each in self.brokers],
            "channels": list(self.channels),
            "received": {channel: sorted(types) for channel, types in self.received.items()},
            "admin": self.admin,
            "token": self.token,
            "as_json": self.as_json,
        }
        return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def task(line: bytes) -> Task:
    """The task of a line."""
    content = orjson.loads(line)
    return Task(
        Path(content["directory"]),
        content["instance"],
        [broker(url) for url in content["brokers"]],
        content["channels"],
        {channel: frozenset(types) for channel, types in content["received"].items()},
        content["admin"],
        content["token"],
        content["as_json"],
    )
