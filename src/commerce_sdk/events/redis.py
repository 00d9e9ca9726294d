"""Events from Redis Streams, through a consumer group."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Unpack, overload

from commerce_sdk.events._consumer import Consumer, E, Effort, Parse, Settings
from commerce_sdk.events._dead_letter import DeadLetter
from commerce_sdk.events._subscriber import Subscriber

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from commerce_sdk._generated.events import Event

try:
    from commerce_sdk.events._streams import Membership, Streams
except ModuleNotFoundError as _missing:
    raise ModuleNotFoundError(
        "RedisConsumer needs the package redis: pip install 'commerce-sdk[events]'", name=_missing.name
    ) from _missing


class StreamSettings(Settings, total=False):
    """What a `RedisConsumer` may be told besides."""

    start: str
    min_idle: float


class RedisConsumer(Consumer[E]):
    """Takes events from Redis Streams to `handlers`, sharing them with the other consumers of its `group`.

    `server` is a URL (`redis://…`, `rediss://…`, `unix://…`) or a `redis.asyncio.Redis`, which stays open. `channels`
    are the streams. `name` tells the consumers of a group apart: one for each running process, the same after a
    restart, so that it goes on with what it had begun.

    The group is made if it does not exist, and then gets the streams from their beginning, or with `start="$"` only
    what comes from now on. What a consumer was given and neither handled nor renewed for `min_idle` seconds goes to
    another; a consumer that lives renews what it works on.

    `dead_letters` is the stream for what cannot be handled (None: the channel's name and `.dead`), or a function that
    is called with each `DeadLetter` instead. A handler is called up to `attempts` times, after pauses that begin with
    `retry_delay` seconds. `parse` is for events of another contract than the platform's.
    """

    @overload
    def __init__(
        self: "RedisConsumer[Event]",
        server: "str | Redis",
        channels: str | Sequence[str],
        handlers: "Subscriber[Event]",
        *,
        group: str,
        name: str,
        **settings: Unpack[StreamSettings],
    ) -> None: ...
    @overload
    def __init__(
        self,
        server: "str | Redis",
        channels: str | Sequence[str],
        handlers: Subscriber[E],
        *,
        group: str,
        name: str,
        parse: Parse[E],
        **settings: Unpack[StreamSettings],
    ) -> None: ...
    def __init__(  # noqa: PLR0913 - every one is a decision of whoever runs it, most have a default
        self,
        server: "str | Redis",
        channels: str | Sequence[str],
        handlers: Subscriber[Any],
        *,
        group: str,
        name: str,
        start: str = "0",
        min_idle: float = 60.0,
        attempts: int = 5,
        retry_delay: float = 0.5,
        dead_letters: str | Callable[[DeadLetter], object] | None = None,
        parse: Parse[Any] | None = None,
    ) -> None:
        streams = (channels,) if isinstance(channels, str) else tuple(channels)
        super().__init__(
            Streams(server, Membership(streams, group, name, start, min_idle)),
            handlers,
            parse=parse,
            effort=Effort(attempts, retry_delay),
            dead_letters=dead_letters,
        )
