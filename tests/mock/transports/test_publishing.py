"""One broker's share of the relay: in order, however often it takes, and going on where it was."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from commerce_mock.transports import publishing as module
from commerce_mock.transports.message import Message
from commerce_mock.transports.progress import Progress, load
from commerce_mock.transports.publisher import PublishError
from commerce_mock.transports.publishing import Publishing
from commerce_mock.transports.segment import firsts, path_of
from harness.hybrid import until
from harness.outboxes import Published, published

pytestmark = pytest.mark.anyio
BROKER = "redis://localhost:6379/0"


class Broker:
    """A publisher that does as told: each connection and each batch takes the next of `faults`, None is no fault."""

    def __init__(self, *faults: PublishError | None) -> None:
        self.faults = list(faults)
        self.taken: list[int] = []
        self.connections = 0
        self.closed = False

    async def connect(self) -> None:
        self.connections += 1
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault

    async def publish(self, batch: Sequence[Message]) -> None:
        fault = self.faults.pop(0) if self.faults else None
        number = len(batch) if fault is None else fault.acknowledged
        self.taken += [message.position for message in batch[:number]]
        if fault is not None:
            raise fault

    async def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause", lambda failures: failures / 1000)


@asynccontextmanager
async def at_work(mock: Published, broker: Broker, position: int = 0) -> AsyncIterator[Publishing]:
    known = load(mock.outbox.directory, BROKER)
    publishing = Publishing(mock.outbox.directory, "outbox", known or Progress(BROKER, position, position), broker)
    task = asyncio.create_task(publishing.run())
    try:
        yield publishing
    finally:
        publishing.end()
        await task
        await publishing.close()


async def test_everything_goes_to_the_broker_and_what_comes_later_too(tmp_path: Path) -> None:
    broker = Broker()
    with published(tmp_path) as mock:
        member = mock.fill(20)
        async with at_work(mock, broker) as publishing:
            await until(lambda: len(broker.taken) == 20)
            mock.platform.order(member)
            await until(lambda: len(broker.taken) == 21)
            assert publishing.progress.connected
            assert load(tmp_path, BROKER) == publishing.progress
        found = load(tmp_path, BROKER)
    assert broker.taken == list(range(21))
    assert found is not None
    assert (found.position, found.connected, found.error) == (21, False, None)
    assert broker.closed


async def test_what_a_broker_did_not_take_is_given_again_from_there_and_nothing_twice(tmp_path: Path) -> None:
    broker = Broker(None, PublishError("it is full", 3), None, PublishError("it is full", 0), PublishError("away"))
    with published(tmp_path) as mock:
        mock.fill(10)
        async with at_work(mock, broker):
            await until(lambda: len(broker.taken) == 10)
    assert broker.taken == list(range(10))
    assert broker.connections == 4


async def test_loss_and_return_are_told_once_and_why_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "pause", lambda _: 0.05)
    away = PublishError("it is away")
    broker = Broker(away, away, away)
    with published(tmp_path) as mock:
        mock.fill(1)
        async with at_work(mock, broker) as publishing:
            await until(lambda: publishing.progress.error == "it is away")
            assert not publishing.progress.connected
            await until(lambda: publishing.progress.connected)
            assert publishing.progress.error is None
    assert [record.getMessage() for record in caplog.records] == [
        f"Events wait for {BROKER}: it is away",
        f"Events go to {BROKER} again.",
    ]


async def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    first, second = Broker(), Broker()
    with published(tmp_path) as mock:
        member = mock.fill(5)
        async with at_work(mock, first):
            await until(lambda: len(first.taken) == 5)
        mock.platform.order(member)
        async with at_work(mock, second):
            await until(lambda: bool(second.taken))
    assert second.taken == [5]


async def test_at_the_end_what_is_left_is_published(tmp_path: Path) -> None:
    broker = Broker()
    with published(tmp_path) as mock:
        mock.fill(1200)
        async with at_work(mock, broker):
            pass  # ended at once
    assert broker.taken == list(range(1200))


async def test_at_the_end_a_broker_that_is_away_is_not_awaited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "pause", lambda _: 1000.0)
    broker = Broker(PublishError("it is away"))
    with published(tmp_path) as mock:
        mock.fill(1)
        async with at_work(mock, broker) as publishing:
            await until(lambda: publishing.progress.error is not None)
    assert broker.taken == []


async def test_events_that_are_no_longer_there_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broker = Broker()
    with published(tmp_path) as mock:
        mock.fill(5)
    with published(tmp_path) as mock:
        mock.fill(7)
        path_of(tmp_path, firsts(tmp_path)[0]).unlink()
        async with at_work(mock, broker) as publishing:
            await until(lambda: len(broker.taken) == 2)
            assert publishing.progress.position == 7
    assert broker.taken == [5, 6]
    assert f"{BROKER} misses 5 events, which the outbox no longer has." in caplog.text


async def test_progress_that_cannot_be_written_down_is_kept_in_mind(tmp_path: Path) -> None:
    broker = Broker()
    with published(tmp_path / "outbox") as mock:
        member = mock.fill(2)
        async with at_work(mock, broker) as publishing:
            await until(lambda: len(broker.taken) == 2)
            (file,) = (tmp_path / "outbox").glob("*.broker")
            file.with_suffix(".new").mkdir()
            mock.platform.order(member)
            await until(lambda: publishing.progress.position == 3)
            assert publishing.progress.error == "cannot be written down: Is a directory"
            file.with_suffix(".new").rmdir()
    assert broker.taken == [0, 1, 2]
