"""`commerce-mock serve --events`: events on a real broker, whoever is killed."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commerce_mock.transports import supervising as module
from commerce_mock.transports.brokers import broker
from commerce_mock.transports.progress import begin
from commerce_mock.transports.supervising import Supervisor
from commerce_sdk.events import parse
from harness.brokers import Valkey, free_port, valkey
from harness.hybrid import until
from harness.outboxes import published
from harness.publishing import Serving, eventually, loaded

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it looks for children in /proc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def own(server: Valkey) -> Valkey:
    """The server, empty."""
    server.ask("FLUSHALL")
    return server


def entries(server: Valkey, stream: str = "user_events") -> list[dict[str, str]]:
    return [fields for _, fields in server.ask("XRANGE", stream, "-", "+")]


def told(fields: dict[str, str]) -> dict[str, Any]:
    """An entry without its place in the outbox."""
    return {name: value for name, value in fields.items() if name != "mock-position"}


def test_what_happens_in_the_mock_is_on_the_broker(own: Valkey, tmp_path: Path) -> None:
    secret = own.url.replace("redis://", "redis://default:hunter2@")
    with Serving(tmp_path / "outbox", secret) as mock:
        user = mock.register("ann")
        eventually(mock.drained)
        (entry,) = entries(own)
        assert parse(entry).metadata.id == f"event-{int(entry['ce-id'].removeprefix('event-'))}"  # type: ignore[union-attr] # it has headers
        assert entry["user_id"] == user
        report = mock.ask("/__admin/brokers")
        (broker,) = report["brokers"]
        assert (broker["url"], broker["published"], broker["pending"]) == (own.url, 1, 0)
        assert (report["events"], report["lost"], report["instance"]) == (1, 0, entry["mock-instance"])
        assert f"Events go to {own.url}, by way of {tmp_path / 'outbox'}\n" in mock.running.printed
        said = mock.running.printed + mock.end()
        assert "hunter2" not in said


def test_a_relay_that_is_killed_is_started_again_and_goes_on(own: Valkey, tmp_path: Path) -> None:
    with Serving(tmp_path / "outbox", own.url) as mock:
        with loaded(mock, "a", "b") as loads:
            for _ in range(2):
                before = own.ask("XLEN", "user_events")
                eventually(lambda before=before: own.ask("XLEN", "user_events") > before + 50)  # type: ignore[misc] # a default
                relay = mock.relay
                assert relay is not None
                os.kill(relay, signal.SIGKILL)
                eventually(lambda relay=relay: mock.relay not in {relay, None})  # type: ignore[misc] # a default
        eventually(mock.drained)
        users = [entry["user_id"] for entry in entries(own)]
        assert sorted(users) == sorted(user for load in loads for user in load.answered)
        assert len({entry["ce-id"] for entry in entries(own)}) == len(users)
        assert "The relay to the brokers ended (-9); it is started again." in mock.end()


@pytest.mark.parametrize("answered", [1, 300])
def test_what_a_killed_mock_had_answered_is_on_the_broker_in_order(own: Valkey, tmp_path: Path, answered: int) -> None:
    with Serving(tmp_path / "outbox", own.url) as mock, loaded(mock, "a", "b", "c") as loads:
        eventually(lambda: sum(len(load.answered) for load in loads) >= answered)
        mock.kill()
    with Serving(tmp_path / "outbox", own.url, flags=("--seed", "1")) as mock:  # which gives other ids to users
        again = mock.register("after")
        eventually(mock.drained)
        found = entries(own)
        mock.end()
    users = [entry["user_id"] for entry in found]
    for load in loads:
        places = [users.index(user) for user in load.answered]
        assert places == sorted(places)
    assert users[-1] == again
    by_id: dict[str, list[dict[str, str]]] = {}
    for entry in found:
        by_id.setdefault(entry["ce-id"], []).append(entry)
    assert all(entry == same[0] for same in by_id.values() for entry in same)
    assert found[-1]["ce-id"].split(".")[1] == "default"
    assert len({(entry["user_id"], entry["event_type"]) for entry in found}) == len(by_id)


def test_a_mock_whose_broker_is_away_answers_and_publishes_after_the_next_start(own: Valkey, tmp_path: Path) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    with Serving(tmp_path / "outbox", away, own.url) as mock:
        for name in ("a", "b", "c"):
            mock.register(name)
        eventually(lambda: mock.brokers()[1]["pending"] == 0)
        eventually(lambda: "error" in mock.brokers()[0])
        lost, _ = mock.brokers()
        assert (lost["connected"], lost["pending"], lost["error"]) == (
            False, 3, "no connection to Redis (ConnectionError)",
        )  # fmt: skip
        assert f"Events wait for {away}: no connection to Redis (ConnectionError)" in mock.end()
    with Serving(tmp_path / "outbox", away, own.url) as mock:
        assert f"Events go to {away}, by way of {tmp_path / 'outbox'}, where 3 wait for it" in mock.running.printed
        assert len(entries(own)) == 3
        mock.end()


def test_the_end_comes_soon_though_the_broker_is_silent(own: Valkey, tmp_path: Path) -> None:
    with Serving(tmp_path / "outbox", own.url) as mock:
        mock.register("a")
        eventually(mock.drained)
        with own.paused():
            mock.register("b")
            relay = mock.relay
            mock.end()
        assert relay is not None
        with pytest.raises(ProcessLookupError):
            os.kill(relay, 0)
    with Serving(tmp_path / "outbox", own.url) as mock:
        eventually(mock.drained)
        assert [entry["data"].split('"')[3] for entry in entries(own)] == ["a@example.com", "b@example.com"]
        mock.end()


@pytest.mark.anyio
async def test_a_relay_is_kept_until_the_mock_ends(
    own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "pause", lambda _: 0.0)
    before = children()
    with published(tmp_path) as mock:
        brokers = [broker(own.url)]
        begin(tmp_path, own.url, 0)
        supervisor = Supervisor(mock.outbox, brokers, mock.platform.engine, as_json=False)
        mock.platform.world.urls["admin"] = "http://127.0.0.1:9"
        jobs = [asyncio.create_task(job()) for job in (supervisor.run, supervisor.prepare)]
        mock.fill(3)
        await until(lambda: not supervisor.report()["brokers"][0]["pending"])
        (relay,) = children() - before
        os.kill(relay, signal.SIGKILL)
        await until(lambda: bool(children() - before - {relay}))
        mock.platform.register("bob")
        await until(lambda: supervisor.report()["brokers"][0]["published"] == 4)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        assert not supervisor.report()["brokers"][0]["connected"]
        assert [job.cancelled() for job in jobs] == [True, True]
    assert "The relay to the brokers ended (-9); it is started again." in caplog.text


@pytest.mark.anyio
async def test_files_are_made_ready_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_mock.transports.outbox._HALF", -1.0)
    with published(tmp_path) as mock:
        preparing = asyncio.create_task(Supervisor(mock.outbox, [], mock.platform.engine, as_json=False).prepare())
        mock.fill(1)
        await until(lambda: not mock.outbox.needs_spare)
        assert (tmp_path / "spare").exists()
        preparing.cancel()
        await asyncio.wait([preparing])


@pytest.mark.anyio
async def test_a_relay_that_does_not_end_is_ended(own: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(module, "_END", 0.1)
    before = children()
    with published(tmp_path) as mock:
        supervisor = Supervisor(mock.outbox, [broker(own.url)], mock.platform.engine, as_json=False)
        running = asyncio.create_task(supervisor.run())
        await until(lambda: bool(children() - before))
        running.cancel()
        await asyncio.wait([running])
        assert children() <= before


def children() -> set[int]:
    """The Python processes that this one has started."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return {each for each in found if Path(f"/proc/{each}/cmdline").read_bytes().startswith(sys.executable.encode())}


def test_two_mocks_cannot_have_one_outbox(own: Valkey, tmp_path: Path) -> None:
    with (
        Serving(tmp_path / "outbox", own.url),
        pytest.raises(AssertionError, match="another mock that runs has this out"),
    ):
        Serving(tmp_path / "outbox", own.url)
