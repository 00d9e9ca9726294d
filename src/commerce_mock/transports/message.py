"""An event on its way to brokers."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One event as it is published; lives until every broker has acknowledged it.

    `position` is its place in the outbox, from 0, and rises by one; `id` its `ce-id`, the same each time it is sent.
    `key` is the entity that it is about: what has the same key is published in the order of positions. `headers` are
    the event's own, `ce-id` among them, and `payload` is JSON.
    """

    position: int
    id: str
    channel: str
    type: str
    key: str
    headers: Mapping[str, str]
    payload: bytes = field(repr=False)
