"""Listeners to a real mock are heard to the end, and one that is lost is an error."""

import sys
from dataclasses import replace

import pytest

from benchmarks.bench import Bench
from benchmarks.events import listening
from benchmarks.events.listening import listeners_of
from benchmarks.failure import BenchmarkError
from benchmarks.sides import Mock


def few(bench: Bench) -> Bench:
    return replace(bench, plan=replace(bench.plan, listeners=3))


def test_all_listeners_hear_what_happens(bench: Bench, said: list[str]) -> None:
    mock = Mock(bench.routes)
    with mock.server(None) as server, listeners_of(few(bench), server) as process:
        assert process != server.pid
        mock.owners(server, 5)
    assert said[-1].startswith("listeners: 3 to the end")


def test_listeners_that_nobody_answers_end_the_run(bench: Bench) -> None:
    nowhere = replace(bench.routes, listen=("/__admin/nothing", "admin"))
    with (
        Mock(bench.routes).server(None) as server,
        pytest.raises(BenchmarkError, match=r"3 listeners on port .*/__admin/nothing did not all begin"),
        listeners_of(replace(few(bench), routes=nowhere), server),
    ):
        pass


def test_a_listener_that_is_lost_ends_the_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = "import sys; print('listening', flush=True); sys.stdin.read(); print('{\"open\": 2, \"bytes\": 1}')"
    monkeypatch.setattr(listening, "_COMMAND", (sys.executable, "-c", lost))
    with (
        Mock(bench.routes).server(None) as server,
        pytest.raises(BenchmarkError, match="of 3 listeners 2 were left"),
        listeners_of(few(bench), server),
    ):
        pass
