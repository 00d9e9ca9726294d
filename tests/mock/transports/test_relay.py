"""The relay: from outbox to real brokers, and that it survives whatever dies."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from commerce_mock.events import LOG, from_log
from commerce_mock.transports import relay as module
from commerce_mock.transports import segment
from commerce_mock.transports.brokers import broker
from commerce_mock.transports.home import relay_lock
from commerce_mock.transports.progress import begin, load
from commerce_mock.transports.publishing import Publishing
from commerce_mock.transports.rabbitmq import RabbitPublisher
from commerce_mock.transports.rabbitmq_inward import RabbitSubscriber
from commerce_mock.transports.redis import RedisPublisher
from commerce_mock.transports.redis_inward import RedisSubscriber
from commerce_mock.transports.relay import publisher, relay, subscribers, tidy
from commerce_mock.transports.task import Task
from harness.brokers import Valkey, free_port, valkey
from harness.hybrid import until
from harness.outboxes import Published, published

pytestmark = pytest.mark.anyio
STREAMS = ("user_events", "order_events", "payment_events")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Valkey]:
    """A server of this test alone, which need not keep anything."""
    (tmp_path / "valkey").mkdir()
    with valkey(tmp_path / "valkey") as server:
        server.ask("CONFIG", "SET", "appendonly", "no")
        yield server


def task(directory: Path, *urls: str, instance: str = "outbox", **also: Any) -> Task:
    brokers = [broker(url) for url in urls]
    for each in brokers:
        begin(directory, each.name, 0)
    return Task(directory, instance, brokers, STREAMS, {}, None, None, **also)


@asynccontextmanager
async def relaying(wanted: Task) -> AsyncIterator["asyncio.Task[None]"]:
    ended = asyncio.Event()
    running = asyncio.create_task(relay(wanted, ended))
    yield running
    ended.set()
    await running


def pending(mock: Published, name: str) -> int:
    found = load(mock.outbox.directory, name)
    assert found is not None
    return mock.outbox.position - found.position


async def test_brokers_that_are_there_get_everything_though_another_is_away(own: Valkey, tmp_path: Path) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    with published(tmp_path / "outbox") as mock:
        mock.fill(300)
        async with relaying(task(tmp_path / "outbox", own.url, away)):
            await until(lambda: own.ask("XLEN", "order_events") == 299)
            await until(lambda: pending(mock, own.url) == 0)
        assert pending(mock, away) == 300


async def test_a_second_relay_waits_until_the_first_one_is_gone(own: Valkey, tmp_path: Path) -> None:
    with published(tmp_path / "outbox") as mock:
        wanted = task(tmp_path / "outbox", own.url)
        lock = relay_lock(tmp_path / "outbox")
        assert lock is not None
        async with relaying(wanted):
            member = mock.fill(3)
            await asyncio.sleep(0.1)
            assert pending(mock, own.url) == 3
            lock.close()
            await until(lambda: pending(mock, own.url) == 0)
            mock.platform.order(member)
            await until(lambda: pending(mock, own.url) == 0)


async def test_a_relay_whose_mock_ends_before_its_turn_does_nothing(own: Valkey, tmp_path: Path) -> None:
    with published(tmp_path / "outbox") as mock:
        lock = relay_lock(tmp_path / "outbox")
        assert lock is not None
        mock.fill(3)
        async with relaying(task(tmp_path / "outbox", own.url)):
            await asyncio.sleep(0)
        lock.close()
        assert pending(mock, own.url) == 3


async def test_the_end_does_not_wait_for_a_broker_that_is_silent(
    own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DRAIN", 0.1)
    with published(tmp_path / "outbox") as mock:
        mock.fill(3)
        ended = asyncio.Event()
        running = asyncio.create_task(relay(task(tmp_path / "outbox", own.url), ended))
        await until(lambda: pending(mock, own.url) == 0)
        with own.paused():
            mock.platform.register("bob")
            ended.set()
            await running
        found = load(tmp_path / "outbox", own.url)
        assert found is not None
        assert (found.connected, found.position) == (False, 3)


async def test_what_ends_by_itself_ends_the_relay(own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Publishing) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Publishing, "run", fail)
    with published(tmp_path / "outbox"):
        with pytest.raises(ZeroDivisionError):
            await relay(task(tmp_path / "outbox", own.url), asyncio.Event())
        lock = relay_lock(tmp_path / "outbox")  # is free again
        assert lock is not None
        lock.close()


async def test_files_that_every_broker_has_are_deleted_but_for_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment, "SIZE", 4096)
    monkeypatch.setattr(segment.create, "__defaults__", (4096,))
    with published(tmp_path) as mock:
        mock.fill(60)
        wanted = task(tmp_path, "redis://localhost", "amqp://localhost")
        first, second, third, *_, last = segment.firsts(tmp_path)
        tidy(wanted, [second - 1, last])
        assert segment.firsts(tmp_path)[0] == first
        tidy(wanted, [third, last])
        assert segment.firsts(tmp_path)[0] == third
        tidy(wanted, [60, 60])
        assert segment.firsts(tmp_path) == [last]


async def test_the_relay_tidies_up_by_itself(own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "SIZE", 4096)
    monkeypatch.setattr(segment.create, "__defaults__", (4096,))
    monkeypatch.setattr(module, "_TIDY", 0.01)
    directory = tmp_path / "outbox"
    with published(directory) as mock:
        mock.fill(60)
        async with relaying(task(directory, own.url)):
            await until(lambda: len(segment.firsts(directory)) == 1)


async def test_each_kind_of_broker_has_its_publisher_and_its_subscriber(tmp_path: Path) -> None:
    urls = ("redis://user:hunter2@localhost", "amqp://guest:hunter2@localhost")
    received = {"order_events": frozenset({"order_created"})}
    brokers = [broker(url) for url in urls]
    wanted = Task(tmp_path, "outbox", brokers, STREAMS, received, "http://127.0.0.1:9", "a-token")
    assert [type(publisher(wanted, each)) for each in brokers] == [RedisPublisher, RabbitPublisher]
    bridge = module._bridge(wanted)  # noqa: SLF001 - what a relay makes for itself
    assert bridge is not None
    assert [type(each) for each in subscribers(wanted, bridge)] == [RedisSubscriber, RabbitSubscriber]
    assert "hunter2" not in repr(wanted)
    await bridge.close()
    assert module._bridge(Task(tmp_path, "outbox", brokers, STREAMS, received, None, None)) is None  # noqa: SLF001 - the same


# Counts the entries of a stream, and those whose position is not higher than that of the entry before: in the server,
# for a client takes longer to read them all than the relay to write them.
COUNT = """
local total, wrong, last, after = 0, 0, -1, '-'
while true do
    local part = redis.call('XRANGE', KEYS[1], after, '+', 'COUNT', 1000)
    if #part == 0 then return {total, wrong} end
    for _, entry in ipairs(part) do
        for at = 1, #entry[2], 2 do
            if entry[2][at] == 'mock-position' then
                local position = tonumber(entry[2][at + 1])
                if position <= last then wrong = wrong + 1 end
                last = position
            end
        end
        total = total + 1
        after = '(' .. entry[1]
    end
end
"""


@pytest.mark.untraced  # to trace so many takes longer than to do them
async def test_a_hundred_thousand_events_arrive_each_once_and_in_order(own: Valkey, tmp_path: Path) -> None:
    events = 100_000
    with published(tmp_path / "outbox") as mock:
        _append(mock, events)
        async with relaying(task(tmp_path / "outbox", own.url, instance=mock.outbox.home.instance)):
            await until(lambda: pending(mock, own.url) == 0)
    assert own.ask("XLEN", "user_events") == 1
    assert own.ask("EVAL", COUNT, 1, "order_events") == [events - 1, 0]


def _append(mock: Published, events: int) -> None:
    """So many events in the outbox, each another one, without a request for each."""
    mock.fill(2)
    event = from_log(mock.platform.world.store.begin().entry(LOG, 1))
    while mock.outbox.position < events:
        event.number += 1
        mock.outbox.append("default", event)
        mock.outbox.prepare()


def test_the_process_does_what_standard_input_says_until_that_ends(
    own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calm: list[int] = []
    monkeypatch.setattr("os.nice", calm.append)
    monkeypatch.setattr("commerce_mock.http.log.install", lambda _: None)
    with published(tmp_path / "outbox") as mock:
        mock.fill(20)
        received = {"order_events": frozenset({"order_created"})}
        wanted = Task(tmp_path / "outbox", "outbox", [broker(own.url)], STREAMS, received, "http://127.0.0.1:9", None)
        begin(tmp_path / "outbox", own.url, 0)
        output, given = os.pipe()
        os.write(given, wanted.line())
        Timer(0.5, os.close, [given]).start()
        with open(output, encoding="utf-8") as stdin:  # noqa: PTH123 - a pipe has no path
            monkeypatch.setattr("sys.stdin", stdin)
            module.main()
        assert pending(mock, own.url) == 0
    assert own.ask("XLEN", "order_events") == 19
    assert calm == [5]


def test_without_a_task_the_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    output, given = os.pipe()
    os.close(given)
    with open(output, encoding="utf-8") as stdin:  # noqa: PTH123 - a pipe has no path
        monkeypatch.setattr("sys.stdin", stdin)
        module.main()
        assert stdin.read() == ""
