"""Brokers run inside their block, on the core and as nice as is wanted."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis

from benchmarks.events import brokers
from benchmarks.events.brokers import has_rabbitmq, rabbitmq, valkey
from benchmarks.events.turns import family
from benchmarks.failure import BenchmarkError


def test_a_redis_is_there_inside_its_block_on_its_core_and_lets_the_load_go_first(tmp_path: Path) -> None:
    core = max(os.sched_getaffinity(0))
    with valkey(tmp_path, core) as broker:
        with Redis.from_url(broker.url) as client:
            assert client.ping()
        assert broker.processes == [broker.process]
        assert os.sched_getaffinity(broker.process) == {core}
        assert os.getpriority(os.PRIO_PROCESS, broker.process) > 0
    assert family(broker.process) == []


def test_a_rabbitmq_that_is_not_installed_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_rabbitmq(tmp_path / "rabbitmq-server")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not has_rabbitmq(Path(sys.executable))


def fake(directory: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Have programs of ours in the place of epmd and RabbitMQ."""
    directory.mkdir()
    for name, does in (("epmd", "exec sleep 60"), ("rabbitmq-server", program)):
        (directory / name).write_text(f"#!/bin/sh\n{does}\n")
        (directory / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    monkeypatch.setattr(brokers, "_RABBIT", directory / "rabbitmq-server")


def test_a_rabbitmq_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(tmp_path / "bin", monkeypatch, "echo no disk; exit 3")
    with (
        pytest.raises(BenchmarkError, match=r"(?s)does not answer on port \d+.*no disk"),
        rabbitmq(tmp_path / "data", None),
    ):
        pass


def test_a_rabbitmq_is_ended_with_all_that_it_has_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A node that listens, has a child, and hears no plea to end.
    listens = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
    node = f"trap '' TERM\nport=$(sed 's/.*://' $RABBITMQ_CONFIG_FILE)\n{sys.executable} -c \"{listens}\" $port"
    fake(tmp_path / "bin", monkeypatch, node)
    monkeypatch.setattr(brokers, "_STOP_SECONDS", 0.2)
    with rabbitmq(tmp_path / "data", None) as broker:
        processes = broker.processes
        assert broker.url.startswith("amqp://guest:guest@127.0.0.1:")
        assert len(processes) == 2
    assert family(processes[0]) == []
    # Whose parent is gone may stay in the list of processes for a moment, though it is dead.
    with suppress(FileNotFoundError):
        deadline = time.monotonic() + 10
        while Path(f"/proc/{processes[1]}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < deadline
