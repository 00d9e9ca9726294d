"""Telling the other services what happened, over Redis Streams."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

from reference_services.context import TRACE, Service, Trace
from reference_services.moments import now

_SUBJECTS: Final = ("user_id", "order_id", "payment_id")
_RETRY: Final = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `about` are the ids of what it is about, by the names of the payload's properties."""

    type: str
    about: Mapping[str, str]
    data: Mapping[str, Any]
    trace: Trace = field(default_factory=lambda: TRACE.get(Trace()))
    time: str = field(default_factory=now)
    id: str = field(default_factory=lambda: f"event-{uuid4()}")

    def fields(self, service: str) -> dict[str, str]:
        """The flat fields of an entry of a stream."""
        return {
            "event_type": self.type,
            **{name: self.about[name] for name in _SUBJECTS if name in self.about},
            "data": json.dumps(self.data, default=_number),
            "ce-specversion": "1.0",
            "ce-id": self.id,
            "ce-source": f"/{service}",
            "ce-type": self.type,
            "ce-time": self.time,
            **self.trace.headers(),
        }


def _number(value: Decimal) -> float:
    return float(value)


class Bus:
    """Publishes a service's events in the order in which they happened; lives as long as the service.

    An event is queued at once, in the same step as what it tells of. What the broker cannot take stays queued and is
    tried again.
    """

    def __init__(self, service: Service, redis: Redis, stream: str) -> None:
        self._service = service
        self._redis = redis
        self._stream = stream
        self._queue: deque[Event] = deque()
        self._turn = asyncio.Lock()

    def queue(self, event: Event) -> None:
        """Add an event; follow with `flush`."""
        self._queue.append(event)

    async def flush(self) -> None:
        """Publish what is queued, unless the broker is down."""
        async with self._turn:
            try:
                while self._queue:
                    event = self._queue[0]
                    await self._redis.xadd(self._stream, event.fields(self._service.name))  # type: ignore[arg-type] # invariant dict
                    self._queue.popleft()
                    self._service.metrics.published.labels(event.type).inc()
            except (RedisError, OSError):
                log.warning("%d events wait for the broker", len(self._queue))

    async def publish(self, event: Event) -> None:
        """Queue one event and publish it."""
        self.queue(event)
        await self.flush()

    async def keep_trying(self) -> None:
        """Publish what could not be published before, for ever."""
        while True:
            await asyncio.sleep(_RETRY)
            if self._queue:
                await self.flush()
