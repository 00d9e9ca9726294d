"""Both sides of Redis Streams for tests: a consumer of the parcels' events, and who publishes them."""

from typing import Any

from redis.asyncio import Redis

from commerce_sdk.events.redis import RedisConsumer
from harness import parcels
from harness.events import entry

GROUP = "tests"


def consumer(server: Any, streams: Any, handlers: Any, name: str = "one", **settings: Any) -> RedisConsumer[Any]:
    """A consumer that calls a failed handler again at once."""
    settings = {"retry_delay": 0, "parse": parcels.parse, **settings}
    return RedisConsumer(server, streams, handlers, group=GROUP, name=name, **settings)


async def pending(redis: Any, stream: str) -> int:
    """How many entries consumers were given and have not acknowledged."""
    return int((await redis.xpending(stream, GROUP))["pending"])


async def publish(url: str, number: int) -> None:
    """Add the parcel with this number to the stream `parcels`, over a connection of its own."""
    async with Redis.from_url(url) as redis:
        await redis.xadd("parcels", entry(number))
