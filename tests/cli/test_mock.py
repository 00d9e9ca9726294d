"""The command line of `commerce-mock`: help, version, completion, and one clear line for whatever is wrong with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commerce_cli import version
from commerce_cli.mock import main
from commerce_mock.auth import DEVELOPMENT_SECRET

LONG = "x" * 32
REACHED = "commerce-mock: --host {}: other machines would reach the mock, and"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine, and a wide terminal."""
    for name in ("COMMERCE_CONTRACT", "COMMERCE_JWT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, out, err


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"commerce-mock {version()}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["token", "--help"]])
def test_help_has_examples(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    assert "Examples:\n" in out
    assert "    commerce-mock " in out or "  export TOKEN=$(commerce-mock token)" in out


def test_help_of_serve_names_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "serve", "--help")
    flags = "host port gateway contract scenario seed clock auth payment-delay strict watch log jwt-secret"
    for flag in flags.split():
        assert f"--{flag} " in out
    assert "COMMERCE_JWT_SECRET" in out
    assert DEVELOPMENT_SECRET not in out


def test_without_a_command_it_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: commerce-mock")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("serve --prot 1", "commerce-mock serve: No such option: --prot"),
        ("srve", "commerce-mock: No such command 'srve'"),
        ("serve --log loud", "commerce-mock serve: Invalid value for '--log'"),
        ("serve --auth maybe", "commerce-mock serve: Invalid value for '--auth'"),
        ("serve --payment-delay -1", "commerce-mock serve: Invalid value for '--payment-delay'"),
        ("serve --payment-delay nan", "commerce-mock serve: Invalid value for '--payment-delay'"),
        ("serve --payment-delay inf", "commerce-mock serve: Invalid value for '--payment-delay'"),
        ("serve --seed x", "commerce-mock serve: Invalid value for '--seed'"),
        ("serve --gateway 70000", "commerce-mock serve: Invalid value for '--gateway'"),
        ("serve --port", "commerce-mock: Option '--port' requires an argument"),
        (
            "serve --port orders",
            "commerce-mock: --port orders: write SERVICE=PORT with a port from 0 (any free one) to",
        ),
        ("serve --port orders=x", "commerce-mock: --port orders=x: write SERVICE=PORT"),
        ("serve --port orders=65536", "commerce-mock: --port orders=65536: write SERVICE=PORT"),
        (f"serve --port orders={'9' * 5_000}", f"commerce-mock: --port orders={'9' * 5_000}: write SERVICE=PORT"),
        ("serve --port order=1", "commerce-mock: --port order=1: the contract has no service 'order', but "),
        ("serve --clock tomorrow", "commerce-mock: --clock tomorrow: give real, frozen or an ISO time, such as "),
        ("serve --scenario nowhere", "commerce-mock: there is no scenario 'nowhere': name one of demo, empty, or "),
        ("serve --contract /nowhere", "commerce-mock: /nowhere: there is no such file or directory. Name a document"),
        ("serve --host 192.0.2.1", f"{REACHED.format('192.0.2.1')} the development secret, with which anyone can"),
        ("serve --host 0.0.0.0 --jwt-secret short", f"{REACHED.format('0.0.0.0')} the secret is shorter than 32"),  # noqa: S104 - refused
        (f"serve --host ::0 --jwt-secret {DEVELOPMENT_SECRET}", f"{REACHED.format('::0')} the development secret"),
        ("serve --host nowhere.invalid", "commerce-mock: cannot listen on 'nowhere.invalid' ("),
        (f"serve --host 192.0.2.1 --jwt-secret {LONG}", "commerce-mock: cannot listen on '192.0.2.1': this machine"),
        ("serve --jwt-secret ", "commerce-mock: --jwt-secret is empty: give a secret, or leave the flag"),
        ("token --role king", "commerce-mock: --role king: there is no such role, but customer, service, admin"),
        ("token --expires soon", "commerce-mock: --expires soon: give seconds up to a hundred years, or a number"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(
    arguments: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, *arguments.split(" "))
    assert (code, out) == (2, "")
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_a_broken_contract_is_told_with_every_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: S, version: '1'}\npaths:\n  /a: {$ref: nowhere.yaml}\n", encoding="utf-8"
    )
    code, out, err = run(capsys, "serve", "--contract", str(path))
    assert (code, out) == (2, "")
    assert err.startswith("commerce-mock: the contract has faults\n")
    assert "shop.yaml:4" in err
    assert "there is no file nowhere.yaml" in err


def test_a_scenario_that_does_not_fit_names_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("dragons:\n  - id: d-1\n", encoding="utf-8")
    code, _, err = run(capsys, "serve", "--port", "orders=0", "--gateway", "0", "--scenario", str(path))
    assert code == 2
    assert err.startswith(f"commerce-mock: {path}:1 #/dragons: the contract stores no dragons")


def test_the_environment_names_contract_and_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMMERCE_CONTRACT", "/nowhere")
    assert run(capsys, "serve")[2].startswith("commerce-mock: /nowhere: there is no such file")
    monkeypatch.setenv("COMMERCE_JWT_SECRET", "short")
    assert "the secret is shorter than 32 bytes" in run(capsys, "serve", "--host", "0.0.0.0")[2]  # noqa: S104 - refused


def complete(words: str) -> list[str]:
    """What bash would offer for the last word."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "_COMMERCE_MOCK_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    command = [sys.executable, "-c", "from commerce_cli.mock import main; main()"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603 - our own command
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("commerce-mock se", ["serve", "services"]),
        ("commerce-mock serve --pay", ["--payment-delay"]),
        ("commerce-mock serve --scenario d", ["demo"]),
        ("commerce-mock serve --clock f", ["frozen"]),
        ("commerce-mock serve --port or", ["orders="]),
    ],
)
def test_the_shell_completes(words: str, offered: list[str]) -> None:
    assert complete(words) == offered
