"""Hearing what happened in other services, over Redis Streams."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from reference_services.context import TRACE, Trace

Reaction = Callable[[Mapping[str, Any]], Awaitable[None]]
_BLOCK: Final = 1000
_PAUSE: Final = 0.2

log = logging.getLogger(__name__)


class Consumer:
    """Calls a service's reactions with the payloads of events, each event once; lives as long as the service.

    `reactions` maps event types to functions. The state is in memory, so a service that starts knows of nothing that
    older events are about: its consumer group starts at the end of each stream.
    """

    def __init__(self, redis: Redis, group: str, streams: Sequence[str], reactions: Mapping[str, Reaction]) -> None:
        self._redis = redis
        self._group = group
        self._streams = streams
        self._reactions = reactions
        self._seen: set[str] = set()

    async def join(self) -> None:
        """Make the group anew; what is published from now on is heard."""
        for stream in self._streams:
            with suppress(ResponseError):  # there is no such stream yet
                await self._redis.xgroup_destroy(stream, self._group)
            await self._redis.xgroup_create(stream, self._group, id="$", mkstream=True)

    async def listen(self) -> None:
        """Hear and react, for ever."""
        names = dict.fromkeys(self._streams, ">")
        while True:
            try:
                heard: Any = await self._redis.xreadgroup(self._group, "one", names, count=100, block=_BLOCK)  # type: ignore[arg-type] # invariant dict
                for stream, entries in heard or ():
                    for number, fields in entries:
                        await self._hear(fields)
                        await self._redis.xack(stream, self._group, number)
            except (RedisError, OSError):
                log.warning("the broker is down")
                await asyncio.sleep(_PAUSE)

    async def _hear(self, fields: Mapping[str, str]) -> None:
        identifier, kind = fields.get("ce-id", ""), fields.get("event_type", "")
        if identifier in self._seen:
            return
        self._seen.add(identifier)
        if (react := self._reactions.get(kind)) is None:
            return
        token = TRACE.set(Trace(fields.get("correlation-id", ""), fields.get("traceparent")))
        try:
            await react({**fields, "data": json.loads(fields["data"], parse_float=Decimal)})
        except Exception:
            log.exception("the reaction to %s %s failed", kind, identifier)
        finally:
            TRACE.reset(token)
