"""A server under measurement is awaited, measured and ended, and its early death is told."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.process import ServerProcess, cores, pinned, require_linux
from benchmarks.sides import free_ports

SERVICE = "pages"


def server(*command: str) -> ServerProcess:
    return ServerProcess([sys.executable, *command], free_ports([SERVICE]), SERVICE, "/", core=None)


def test_a_server_is_answering_and_measurable_inside_its_block_and_gone_after_it() -> None:
    ports = free_ports([SERVICE])
    command = [sys.executable, "-m", "http.server", str(ports[SERVICE]), "--bind", "127.0.0.1"]
    with ServerProcess(command, ports, SERVICE, "/", core=None) as running:
        pid = running.pid
        assert running.seconds_to_first_answer > 0
        assert running.resident_bytes() > 1_000_000
        assert running.processor_seconds() > 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_server_that_ends_early_is_told_with_its_code_and_its_last_words() -> None:
    with (
        pytest.raises(BenchmarkError, match=r"(?s)ended with code 3.*port 3001 is taken"),
        server("-c", "print('port 3001 is taken', flush=True); raise SystemExit(3)"),
    ):
        pass


def test_a_server_that_was_not_started_has_no_process() -> None:
    with pytest.raises(BenchmarkError, match="not running"):
        _ = server("-c", "pass").pid


def test_pinning_ends_with_its_block() -> None:
    before = os.sched_getaffinity(0)
    with pinned(min(before)):
        assert os.sched_getaffinity(0) == {min(before)}
    with pinned(None):
        assert os.sched_getaffinity(0) == before
    assert os.sched_getaffinity(0) == before


def test_server_and_load_get_different_cores_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 3, 9})
    assert cores() == (3, 5)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    assert cores() == (None, None)


def test_a_system_without_proc_is_refused_with_the_reason(tmp_path: Path) -> None:
    require_linux()
    with pytest.raises(BenchmarkError, match="run the benchmark on Linux"):
        require_linux(tmp_path / "stat")
