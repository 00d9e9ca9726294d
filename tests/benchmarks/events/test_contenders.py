"""Mocks are loaded in turns; a gate is about what is measured."""

from pathlib import Path
from typing import cast

import pytest

from benchmarks.bench import Bench
from benchmarks.compare import QUANTITIES
from benchmarks.events import contenders
from benchmarks.events.contenders import Contender, figures, prepared, rounds
from benchmarks.gates import EVENTS, GATES
from benchmarks.load import Round, Traffic
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess


def contender(name: str) -> Contender:
    return Contender(name, cast("ServerProcess", name), Traffic(Path(name)), [])


def load(asked: list[object], bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def replay(server: object, *_: object, **__: object) -> Round:
        asked.append(server)
        return Round(requests=300 if server == "busy" else 100, seconds=1, p50=1, p99=2, processor=3, busy=1)

    monkeypatch.setattr("benchmarks.bench.replay", replay)
    assert bench.plan.rounds == 2


def test_contenders_take_turns_after_each_was_warmed_up(
    bench: Bench, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    load(asked, bench, monkeypatch)
    busy, alone = contender("busy"), contender("alone")
    rounds(bench, "publishing", [alone, busy])
    assert asked == ["alone", "busy"] * 3
    assert said[-1] == "publishing 2/2: alone 100/s, busy 300/s"
    throughput = next(figures("events.publishing.redis", "create", busy, alone))
    assert throughput.ratio is not None
    assert throughput.ratio.samples == (3, 3)


def test_a_turn_is_taken_by_no_other(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[tuple[str, object]] = []
    load([], bench, monkeypatch)
    monkeypatch.setattr(contenders, "send", lambda pids, which: states.append((which.name, tuple(pids))))
    one = Contender("one", cast("ServerProcess", "one"), Traffic(Path("one")), [11])
    other = Contender("other", cast("ServerProcess", "other"), Traffic(Path("other")), [12, 13])
    monkeypatch.setattr("benchmarks.events.turns.send", lambda pids, which: states.append((which.name, tuple(pids))))
    rounds(bench, "publishing", [one, other])
    turns = [("SIGCONT", (11,)), ("SIGSTOP", (11,)), ("SIGCONT", (12, 13)), ("SIGSTOP", (12, 13))]
    assert states == [("SIGSTOP", (11, 12, 13)), *turns * 3, ("SIGCONT", (11, 12, 13))]


def test_each_gate_that_compares_mocks_is_about_a_quantity_that_is_measured() -> None:
    measured = {quantity[0] for quantity in QUANTITIES}
    assert {gate.figure.rpartition(".")[2] for gate in GATES if gate.figure.startswith(EVENTS)} <= measured


def test_requests_are_prepared_for_orders_that_are_there(bench: Bench) -> None:
    with bench.subject.server(None) as server:
        assert b"GET /api/orders/" in prepared(bench, Measure.READ, bench.subject, server).file.read_bytes()
        assert b"POST /api/orders " in prepared(bench, Measure.CREATE, bench.subject, server).file.read_bytes()
