"""The commands of an installation without extras say what to install."""

import sys
from collections.abc import Callable

import pytest

from commerce_cli import entry


@pytest.mark.parametrize(("command", "name"), [(entry.mock, "commerce-mock"), (entry.contract, "commerce-contract")])
def test_a_command_without_its_extra_says_what_to_install(
    command: Callable[[], None], name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, f"commerce_cli.{name.removeprefix('commerce-')}", raising=False)
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    assert capsys.readouterr().err == f'{name}: typer is not installed: pip install "commerce-sdk[mock]"\n'


def test_a_module_of_ours_that_is_missing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "commerce_cli.mock", None)
    with pytest.raises(ModuleNotFoundError, match="commerce_cli"):
        entry.mock()


@pytest.mark.parametrize("command", [entry.mock, entry.contract])
def test_a_command_runs_with_the_arguments_of_the_process(
    command: Callable[[], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["command", "--version"])
    with pytest.raises(SystemExit) as ended:
        command()
    assert not ended.value.code
    assert "commerce-" in capsys.readouterr().out
