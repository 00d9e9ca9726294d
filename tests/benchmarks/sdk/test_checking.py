"""Type checks are timed with an empty cache, and the two programs can be compared."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.gates import GATES
from benchmarks.sdk import checking
from benchmarks.sdk.checking import check, extras, types

STRICT = "[mypy]\nstrict = True\n"


def test_the_two_programs_are_of_the_same_size() -> None:
    sizes = [len(file.read_text().splitlines()) for file in checking.APPS.glob("[!_]*.py")]
    assert len(sizes) == 2
    assert 30 <= min(sizes) <= max(sizes) <= min(sizes) * 1.2


def test_extras_are_what_a_plain_installation_does_not_bring() -> None:
    found = set(extras())
    assert {"redis", "aio_pika", "pyreqwest", "opentelemetry"} <= found
    assert not {"httpx", "pydantic", "commerce_sdk", "commerce_mock"} & found


def test_a_program_with_a_type_error_is_told_and_not_timed(bench: Bench, tmp_path: Path) -> None:
    app = tmp_path / "wrong.py"
    app.write_text("number: int = 'one'\n")
    with pytest.raises(BenchmarkError, match="Incompatible types in assignment"):
        check(bench, app, STRICT)


def test_every_gate_on_types_is_about_a_ratio_that_is_measured(
    bench: Bench, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("with_sdk.py", "by_hand.py"):
        (tmp_path / name).write_text("number: int = 1\n")
    monkeypatch.setattr(checking, "APPS", tmp_path)
    figures = {figure.key: figure for figure in types(bench)}
    assert {gate.figure for gate in GATES if gate.figure.startswith("sdk.types.")} <= set(figures)
    assert all(figure.ratio is not None and figure.subject.low > 0 for figure in figures.values())
    assert [line.partition(":")[0] for line in said] == ["types 1/1"]


def test_a_plan_without_checks_measures_nothing_and_says_so(bench: Bench, said: list[str]) -> None:
    assert types(replace(bench, plan=replace(bench.plan, checks=0))) == []
    assert said == ["types: left out of this plan"]
