"""The relay: the process that brings events from the outbox to the brokers, and from the brokers to the mock.

`python -m commerce_mock.transports.relay` reads its task from standard input, and goes on as long as that is open.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import IO, Final

from commerce_mock.http import log as logs
from commerce_mock.transports import segment
from commerce_mock.transports.brokers import Broker
from commerce_mock.transports.home import relay_lock
from commerce_mock.transports.inward import Bridge, Subscriber
from commerce_mock.transports.progress import begin
from commerce_mock.transports.publisher import Publisher
from commerce_mock.transports.publishing import Publishing
from commerce_mock.transports.task import Task, task

DRAIN: Final = 5.0  # seconds for what is left when the mock has ended
_LOCK: Final = 0.05  # seconds between tries to be the outbox's only relay
_TIDY: Final = 1.0  # seconds
_NICE: Final = 5  # who calls the mock goes first

log = logging.getLogger("commerce_mock")


async def relay(wanted: Task, mock: asyncio.Event) -> None:
    """Do the task until the event `mock` tells that the mock has ended, then what is left of it, within `DRAIN`."""
    lock = await _alone(wanted, mock)
    if lock is None:
        return
    publishings = [_publishing(wanted, each) for each in wanted.brokers]
    bridge = _bridge(wanted)
    publish = [asyncio.create_task(each.run()) for each in publishings]
    beside = [asyncio.create_task(_tidy(wanted, publishings))]
    if bridge is not None:
        beside += [asyncio.create_task(each.run()) for each in subscribers(wanted, bridge)]
    try:
        await _first(mock, [*publish, *beside])
        for each in publishings:
            each.end()
        await asyncio.wait(publish, timeout=DRAIN)
    finally:
        await _stop([*publish, *beside])
        for each in publishings:
            await each.close()
        if bridge is not None:
            await bridge.close()
        lock.close()


def publisher(wanted: Task, broker: Broker) -> Publisher:
    """What publishes to a broker. Its library is imported only where it is wanted."""
    if broker.kind == "redis":
        from commerce_mock.transports.redis import RedisPublisher  # noqa: PLC0415 - see above

        return RedisPublisher(broker.url, wanted.instance)
    from commerce_mock.transports.rabbitmq import RabbitPublisher  # noqa: PLC0415 - see above

    return RabbitPublisher(broker.url, wanted.channels)


def subscribers(wanted: Task, bridge: Bridge) -> Iterator[Subscriber]:
    """What brings events in from the brokers."""
    for broker in wanted.brokers:
        if broker.kind == "redis":
            from commerce_mock.transports.redis_inward import RedisSubscriber  # noqa: PLC0415 - see `publisher`

            yield RedisSubscriber(broker.url, wanted.received, bridge)
        else:
            from commerce_mock.transports.rabbitmq_inward import RabbitSubscriber  # noqa: PLC0415 - see `publisher`

            yield RabbitSubscriber(broker.url, wanted.received, bridge)


def tidy(wanted: Task, positions: Sequence[int]) -> None:
    """Delete the files of which every broker has everything; the newest one stays, for its name says where it ends."""
    known = segment.firsts(wanted.directory)
    for first, following in pairwise(known):
        if following <= min(positions):
            with suppress(OSError):
                segment.path_of(wanted.directory, first).unlink()


def main() -> None:
    """Do the task that standard input tells, until that ends."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    wanted = task(line)
    os.nice(_NICE)
    logs.install(logs.FaultHandler(sys.stderr.buffer, as_json=wanted.as_json))
    asyncio.run(_until_the_mock_ends(wanted))


async def _until_the_mock_ends(wanted: Task) -> None:
    mock = asyncio.Event()

    class Input(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            del exc
            mock.set()

    await asyncio.get_running_loop().connect_read_pipe(Input, sys.stdin.buffer)
    await relay(wanted, mock)


async def _alone(wanted: Task, mock: asyncio.Event) -> IO[bytes] | None:
    """The outbox's lock, which the relay of an earlier mock may have for a moment; None where the mock has ended."""
    while not mock.is_set():
        lock = relay_lock(wanted.directory)
        if lock is not None:
            return lock
        with suppress(TimeoutError):
            await asyncio.wait_for(mock.wait(), _LOCK)
    return None


def _publishing(wanted: Task, broker: Broker) -> Publishing:
    progress = begin(wanted.directory, broker.name, 0)
    return Publishing(wanted.directory, wanted.instance, progress, publisher(wanted, broker))


def _bridge(wanted: Task) -> Bridge | None:
    if wanted.admin is None or not wanted.received:
        return None
    return Bridge(wanted.admin, wanted.instance, frozenset().union(*wanted.received.values()), wanted.token)


async def _tidy(wanted: Task, publishings: Sequence[Publishing]) -> None:
    while True:
        await asyncio.sleep(_TIDY)
        tidy(wanted, [each.progress.position for each in publishings])


async def _first(mock: asyncio.Event, tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Wait for the mock's end. Raises what ends a task before: the whole process begins anew then."""
    ended = asyncio.create_task(mock.wait())
    done, _ = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    for each in done:
        each.result()


async def _stop(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel tasks and wait for them; redis-py may swallow a cancellation, which is then said again."""
    waiting = {each for each in tasks if not each.done()}
    while waiting:
        for each in waiting:
            each.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.1)


if __name__ == "__main__":
    main()
