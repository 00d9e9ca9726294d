"""Running a command: exit codes, and what a person reads when it fails."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from commerce_cli.running import RefusedError, run

app = typer.Typer(rich_markup_mode=None)


@app.command()
def fail(how: str) -> None:
    """End in the given way."""
    ways: dict[str, BaseException] = {
        "refused": RefusedError("the port is taken"),
        "exit": typer.Exit(3),
        "aborted": typer.Abort(),
        "interrupted": KeyboardInterrupt(),
        "broken": ZeroDivisionError("a fault of ours"),
    }
    if how in ways:
        raise ways[how]


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("well", 0, ""),
        ("refused", 2, "fail: the port is taken\n"),
        ("exit", 3, ""),
        ("aborted", 130, ""),
        ("interrupted", 130, ""),
    ],
)
def test_the_exit_code_says_how_it_ended(how: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "fail", [how]) == code
    assert capsys.readouterr() == ("", said)


def test_a_usage_error_names_the_command_to_ask_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, "fail", []) == 2
    assert capsys.readouterr().err == "fail: Missing argument 'how' (see fail --help)\n"


def test_a_fault_of_the_command_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run(app, "fail", ["broken"])


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    code = "from commerce_cli.mock import main; import signal; main()"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code, "serve", "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait(20)) == (b"", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_output_that_takes_nothing_is_one_line_and_no_traceback() -> None:
    code = "from commerce_cli.mock import main; main()"
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", code, "token"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 2
    assert done.stderr == "commerce-mock: No space left on device\n"
