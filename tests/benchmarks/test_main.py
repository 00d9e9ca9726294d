"""The command ends with 2 and one clear message when it cannot run, and needs only what it is asked for."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks.__main__ import run
from benchmarks.plan import Measure


def invoke(*arguments: str) -> tuple[int, str]:
    app = Typer()
    app.command()(run)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_a_missing_load_generator_ends_with_2_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    code, output = invoke("--quick")
    assert code == 2
    assert "wrk is missing: install it with `apt-get install wrk`" in output
    assert "Traceback" not in output


def test_the_clients_measures_need_no_load_generator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(command, "awake", lambda: nullcontext(enter_result=False))
    code, output = invoke("--quick", "--only", "types", "--results", str(tmp_path))
    assert code == 0
    assert "types: left out of this plan" in output
    assert "not measured: sdk.types.plain" in output
    assert (tmp_path / "quick.md").exists()


@pytest.mark.parametrize("measure", ["stored", "call"])
def test_the_floor_cannot_be_set_against_itself_in_what_it_does_not_have(measure: str) -> None:
    code, output = invoke("--self", "--only", measure)
    assert code == 2
    assert "with --self only create, read, startup" in output


def test_an_unknown_measure_ends_with_2_and_names_the_known_ones() -> None:
    code, output = invoke("--only", "coffee")
    assert code == 2
    assert all(measure in output for measure in Measure)
