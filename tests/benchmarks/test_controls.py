from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks.bench import Bench
from benchmarks.controls import controls
from benchmarks.failure import BenchmarkError
from benchmarks.gates import GATES
from benchmarks.plan import QUICK
from commerce_mock.engine import Engine
from commerce_mock.wire import Request, Response


def bench(said: list[str]) -> Bench:
    plan = replace(QUICK, many_orders=500, rounds=2)
    nothing = cast("Any", None)
    return Bench(plan, nothing, nothing, nothing, None, None, Path(), said.append, count())


def test_every_gate_on_controls_is_about_a_figure_that_is_measured() -> None:
    said: list[str] = []
    figures = controls(bench(said))
    assert {figure.key for figure in figures} == {g.figure for g in GATES if g.figure.startswith("controls.")}
    assert all(figure.subject.low > 0 for figure in figures)
    assert said[0] == "controls: filling a world with 500 orders"
    assert "fork, 500 orders" in said[1]


def test_a_control_that_is_refused_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_engine: Engine, _request: Request) -> Response:
        return Response(409, [], b"no")

    monkeypatch.setattr(Engine, "answer", refuse)
    with pytest.raises(BenchmarkError, match="answered with 409: no"):
        controls(bench([]))
