"""The suite as pytest tests: whoever asks for it gets it, and nobody else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from commerce_conformance import pytest_entry
from commerce_conformance.law import Law
from commerce_conformance.runner import Suite
from commerce_mock.auth import DEVELOPMENT_SECRET
from harness.meddling import meddled

ENTRY = "[pytest11]\ncommerce_conformance = commerce_conformance.pytest_entry\n"
OURS = ("--pyargs", "commerce_conformance")
SECRET = ("--jwt-secret", DEVELOPMENT_SECRET)


def cancels_twice(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    if request.url.path.endswith("/cancel") and answered.status_code == 409:
        return httpx.Response(200, json={"cancelled": True})
    return None


@pytest.fixture(scope="module")
def urls() -> Iterator[list[str]]:
    with meddled(cancels_twice) as places:
        yield [word for name in ("users", "orders") for word in (f"--{name}-url", places[name])]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> "Runs":
    monkeypatch.chdir(tmp_path)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", pytest_entry.__name__)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("COLUMNS", "200")
    return Runs(tmp_path, capfd)


class Runs:
    """Runs pytest in a project of its own, with the suite's entry as the only plugin; keeps the exit code."""

    def __init__(self, project: Path, printed: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self.code = 0
        self._printed = printed

    def __call__(self, *arguments: str) -> str:
        """In this process, where what is run is seen by whoever measures."""
        self.code = pytest.main(["-p", "no:capture", "-p", "no:warnings", *arguments])
        return "".join(self._printed.readouterr())

    def apart(self, *arguments: str) -> str:
        """In a process of its own, for what starts others or loads what is installed."""
        command = [sys.executable, "-m", "pytest", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        self.code = done.returncode
        return done.stdout + done.stderr


def test_each_law_on_each_operation_is_a_test(run: Runs, urls: list[str]) -> None:
    said = run(*OURS, *urls, "--collect-only", "-q")
    assert "pytest_plugin.py::lifecycle[orders.cancel]" in said
    assert "pytest_plugin.py::auth[users.get]" in said
    assert "payments." not in said
    names = re.findall(r"::(\S+)\[", said)
    assert names.index("documented") > max(at for at, name in enumerate(names) if name == "auth")
    assert run.code == 0


def test_what_fails_is_told_as_the_command_tells_it_and_runs_again_alone(run: Runs, urls: list[str]) -> None:
    said = run(*OURS, *urls, *SECRET, "-k", "lifecycle", "--showlocals")
    assert "✗ lifecycle[orders.cancel]: " in said
    assert "$ curl -i -X POST" in said
    assert "Traceback" not in said
    assert DEVELOPMENT_SECRET not in said
    assert run.code == 1
    again = run(*OURS, *urls, *SECRET, "--last-failed")
    assert re.search(r" 1 failed\b", again), again
    assert " passed" not in again


def test_workers_share_the_tests(run: Runs, urls: list[str]) -> None:
    said = run(
        *OURS, *urls, *SECRET, "-p", "xdist", "-n", "2", "--only", "lifecycle,documented", "--service", "users,orders"
    )
    assert re.search(r"FAILED \S+::lifecycle\[orders\.cancel\]", said)
    assert re.search(r"\b1 failed, \d+ passed", said)
    assert DEVELOPMENT_SECRET not in said


def test_what_breaks_things_is_not_tested_beside_other_workers(run: Runs, urls: list[str]) -> None:
    only = ("--only", "dependencies,documented", "--service", "users,orders", "-rs")
    said = run(*OURS, *urls, *SECRET, "-p", "xdist", "-n", "2", *only)
    assert "it breaks what other workers test at the same time" in said
    alone = run(*OURS, *urls, *SECRET, *only)
    assert "[hooks.outage] and [hooks.recovery]" in alone
    names = re.findall(r"::(\w+)\[", run(*OURS, *urls, *only, "--collect-only", "-q"))
    assert names[-1] == "dependencies"


def test_a_known_failure_is_expected_until_it_is_mended(run: Runs, urls: list[str]) -> None:
    known = run.project / "known.json"
    known.write_text('{"failures": {"auth[orders.get]": ["it was wrong"]}}')
    said = run(*OURS, *urls, *SECRET, "--baseline", "known.json", "-k", "auth and orders.get")
    assert "Mended, but still listed as known: strike them off the baseline" in said
    failed = run(*OURS, *urls, *SECRET, "-k", "lifecycle and cancel")
    messages = re.findall(r"^    (\w.*)$", failed.partition("lifecycle[orders.cancel]:")[2], re.MULTILINE)
    known.write_text(json.dumps({"failures": {"lifecycle[orders.cancel]": messages}}))
    said = run(*OURS, *urls, *SECRET, "--baseline", "known.json", "-k", "lifecycle and cancel")
    assert "1 xfailed" in said, said


def test_what_cannot_be_reached_is_skipped_with_its_reason(run: Runs, urls: list[str]) -> None:
    said = run(*OURS, *urls, "-k", "lifecycle and cancel", "-rs")
    assert "give --token, --jwt-secret or --token-command" in said, said
    assert "1 skipped" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no service is given: say on the command line"),
        (["--orders-url", "http://127.0.0.1:1"], "orders could not be reached: http://127.0.0.1:1/health"),
        (["--orders-url", "http://127.0.0.1:1", "--token", "a-secret", "-p", "xdist", "-n", "2"], "token: is no JWT"),
        (["--orders-url", "http://h", "--baseline", "none.json"], "none.json: cannot be read"),
        (["--url", "orders"], "--url 'orders': write NAME=URL"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_line(run: Runs, arguments: list[str], told: str) -> None:
    said = run(*OURS, *arguments)
    assert f"ERROR: {told}" in said
    assert "Traceback" not in said
    assert "a-secret" not in said
    assert run.code == pytest.ExitCode.USAGE_ERROR


def test_help_names_the_options_where_the_suite_is_asked_for(run: Runs) -> None:
    assert "--payments-url" in run(*OURS, "--help")
    assert "--payments-url" not in run("--help")


def test_other_runs_are_not_disturbed(run: Runs) -> None:
    (run.project / "test_own.py").write_text(
        "import sys\n\ndef test_own():\n    assert 'commerce_conformance.pytest_plugin' not in sys.modules\n"
        "    assert 'httpx' not in sys.modules\n"
    )
    assert "1 passed" in run.apart("-q", "test_own.py")
    run.apart("test_own.py", "--users-url", "http://h")
    assert run.code == pytest.ExitCode.USAGE_ERROR


def test_a_distribution_brings_it_to_every_run(run: Runs, urls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As an entry point, which is how ours is found."""
    site = run.project / "site"
    (site / "entry-1.dist-info").mkdir(parents=True)
    (site / "entry-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: entry\nVersion: 1\n")
    (site / "entry-1.dist-info/entry_points.txt").write_text(ENTRY)
    for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), *sys.path]))
    others = [word for name in ("schemathesis", "respx", "cov", "hypothesispytest") for word in ("-p", f"no:{name}")]
    assert "lifecycle[orders.cancel]" in run.apart(*others, *OURS, *urls, "--collect-only", "-q")


def test_a_fault_of_the_suite_is_an_error_with_its_traceback(
    run: Runs, urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("of the suite")

    wrong = Law("auth", "s", "d", lambda contract: contract.services["users"].operations, fail)
    monkeypatch.setattr(Suite, "_select", lambda _, contract, __: [(wrong, o) for o in wrong.applies(contract)])
    said = run(*OURS, *urls, *SECRET, "-k", "users.get")
    assert "! auth[users.get]: the suite itself failed" in said
    assert "ValueError: of the suite" in said
