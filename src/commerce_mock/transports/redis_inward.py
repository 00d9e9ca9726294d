"""Events of real services from Redis Streams, read with a group of the mock's own."""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from commerce_mock.transports.inward import INSTANCE, Bridge, Incoming, is_header, pause, text

_BLOCK: Final = 2.0  # seconds that one read waits
_TIMEOUT: Final = 10.0  # seconds after which a server that says nothing is gone
_COUNT: Final = 200  # entries of a stream that are read at once
_NAME: Final = "relay"
_NOW, _BEGINNING, _NEW = "$", "0", ">"
_GONE: Final = ("NOGROUP", "UNBLOCKED")  # the latter from servers before Redis 7, where a stream is deleted
_PASSING: Final = (exceptions.RedisError, OSError)
_SIFTED: Final = 1000  # entries of a stream that the server looks through at once
_BUSY: Final = 0.02  # seconds between looks while all that comes is the mock's own
# Reads as XREADGROUP does, acknowledges what is the mock's own, and gives how many there were, and the others.
_SIEVE: Final = """
local group, name, count, header, instance = unpack(ARGV)
local reply = redis.call('XREADGROUP', 'GROUP', group, name, 'COUNT', count, 'STREAMS', KEYS[1], '>')
if not reply then return {0, {}} end
local own, others = {}, {}
for _, entry in ipairs(reply[1][2]) do
  local list, fields = others, entry[2]
  for at = 1, #fields, 2 do
    if fields[at] == header and fields[at + 1] == instance then list = own end
  end
  if list == own then own[#own + 1] = entry[1] else others[#others + 1] = entry end
end
if #own > 0 then redis.call('XACK', KEYS[1], group, unpack(own)) end
return {#own + #others, others}
"""

Entry = tuple[Any, Mapping[Any, Any] | None]  # its id and its fields, None where it was deleted

log = logging.getLogger("commerce_mock")


class RedisSubscriber:
    """The streams `channels` of one Redis; lives as long as the relay, through all connections.

    The group `commerce-mock-<instance>` begins with what comes after its first start, and stays when the mock ends:
    what comes meanwhile is there when it starts again. `XGROUP DESTROY` removes it.

    What the mock published itself is left out by the server, where it lets this user run scripts: to receive all of
    that would cost more than to publish it.
    """

    def __init__(self, url: str, channels: Collection[str], bridge: Bridge) -> None:
        self._url = url
        self._channels = tuple(channels)
        self._bridge = bridge
        self._group = f"commerce-mock-{bridge.instance}"
        self._start = _NOW
        self._sifts = True

    async def run(self) -> None:
        """Bring events in until cancelled."""
        failures = 0
        while True:
            # Without retries of the client's own: what a lost answer brought is read again from the beginning.
            client: Any = Redis.from_url(self._url, socket_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0))
            try:
                await self._join(client)
                if failures:
                    log.warning("Events come in from Redis again.")
                failures = 0
                await self._read(client)
            except _PASSING as error:
                failures += 1
                if failures == 1:
                    log.warning("No events come in from Redis (%s); it is tried again.", type(error).__name__)
            finally:
                await client.aclose()
            await asyncio.sleep(pause(failures))

    async def _join(self, client: Any) -> None:
        """Have the group on each stream. One that was there and is gone begins anew: all of its stream is new."""
        for stream in self._channels:
            try:
                await client.xgroup_create(stream, self._group, id=self._start, mkstream=True)
            except exceptions.ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
        self._start = _BEGINNING

    async def _read(self, client: Any) -> None:
        """Take first what an earlier connection began, then what comes."""
        begun = True
        while True:
            try:
                if begun:
                    begun = await self._receive(client, _BEGINNING) > 0
                elif not await self._sift(client):
                    await self._receive(client, _NEW, round(_BLOCK * 1000))
            except exceptions.ResponseError as error:
                if not any(word in str(error) for word in _GONE):
                    raise
                await self._join(client)
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # which redis-py swallows while it sends a command
                raise asyncio.CancelledError

    async def _sift(self, client: Any) -> bool:
        """Take what came and is not the mock's own; whether anything came."""
        if not self._sifts:
            return False
        came = others = 0
        words = self._group, _NAME, _SIFTED, INSTANCE, self._bridge.instance
        for stream in self._channels:
            try:
                number, entries = await client.eval(_SIEVE, 1, stream, *words)
            except exceptions.NoPermissionError:
                self._sifts = False
                return False
            await self._take_all(client, stream, [(identity, _paired(flat)) for identity, flat in entries])
            came += number
            others += len(entries)
        if came and not others:
            await asyncio.sleep(_BUSY)
        return came > 0

    async def _receive(self, client: Any, after: str, block: int | None = None) -> int:
        """Take what there is, waiting for it so many milliseconds; how many entries there were."""
        streams = dict.fromkeys(self._channels, after)
        reply = await client.xreadgroup(self._group, _NAME, streams, count=_COUNT, block=block)
        came = 0
        for stream, entries in _entries(reply):
            await self._take_all(client, stream, entries)
            came += len(entries)
        return came

    async def _take_all(self, client: Any, stream: str, entries: Sequence[Entry]) -> None:
        for identity, fields in entries:
            await self._take(stream, identity, fields)
        if entries:
            await client.xack(stream, self._group, *(identity for identity, _ in entries))

    async def _take(self, stream: str, identity: Any, fields: Mapping[Any, Any] | None) -> None:
        if not fields:  # trimmed from the stream since it was read
            return
        named = {text(name): value for name, value in fields.items()}
        headers = {name.lower(): text(value) for name, value in named.items() if is_header(name.lower())}
        if self._bridge.is_own(headers):
            return
        entry = f"{stream}:{text(identity)}"
        try:
            payload = _payload({name: value for name, value in named.items() if not is_header(name.lower())})
        except ValueError:
            self._bridge.refuse(stream, headers.get("ce-id", entry), "its field `data` is no JSON")
            return
        await self._bridge.take(Incoming(stream, headers, payload, entry))


def _payload(fields: Mapping[str, Any]) -> bytes:
    """The payload in an entry's fields: text throughout, `data` as JSON. Raises ValueError where it is none."""
    payload: dict[str, Any] = {name: text(value) for name, value in fields.items()}
    if "data" in payload:
        orjson.loads(payload["data"])
        payload["data"] = orjson.Fragment(payload["data"])
    return orjson.dumps(payload)


def _paired(flat: Sequence[Any]) -> dict[Any, Any]:
    """The fields of an entry as a script gives them."""
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _entries(reply: Any) -> Iterator[tuple[str, list[Entry]]]:
    """Each stream with its entries, in whichever protocol and version of the client they came."""
    for stream, entries in reply.items() if isinstance(reply, Mapping) else reply or ():
        flat = [each for entry in entries for each in (entry if isinstance(entry, list) else [entry])]
        yield text(stream), [(identity, fields) for identity, fields in flat]
