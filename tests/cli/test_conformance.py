"""`commerce-contract test`: its exit codes, what it prints and writes, and what it refuses."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from commerce_cli import conformance
from commerce_cli.contract import main
from commerce_conformance.law import Law
from commerce_conformance.laws import LAWS
from harness.meddling import meddled
from harness.server import SECRET, Served, served

TOKEN = Served.token("550e8400-e29b-41d4-a716-446655440001")


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served(clock="real") as running:  # tokens that are made now must be good now
        yield running


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECRET", SECRET)
    return tmp_path


def done(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as end:
        main(["test", *arguments])
    return end.value.code


def flags(urls: dict[str, str], *services: str) -> list[str]:
    return [word for service in services for word in (f"--{service}", urls[service])]


def no_cancelled(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    """An order that is cancelled twice."""
    if request.url.path.endswith("/cancel") and answered.status_code == 409:
        return httpx.Response(200, json={"cancelled": True})
    return None


@pytest.fixture(scope="module")
def broken() -> Iterator[dict[str, str]]:
    with meddled(no_cancelled) as urls:
        yield urls


BROKEN_SECRET = "commerce-development-secret-for-this-machine-only"
CASE = "--only=lifecycle", "--service=orders"


def test_a_service_that_conforms_ends_with_0(mock: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert done(*flags(mock.urls, "users", "orders"), "--jwt-secret", SECRET, "--only", "auth,problems") == 0
    out, err = capsys.readouterr()
    assert re.search(r"^orders\.create +✓  ✓$", out, re.MULTILINE)
    assert "resources were created and stay on the services" in out.splitlines()[-1]
    assert SECRET not in out + err


def test_a_service_that_does_not_conform_ends_with_1(
    broken: dict[str, str], capsys: pytest.CaptureFixture[str], directory: Path
) -> None:
    reports = ("--junit=o.xml", "--html=o.html", "--json=o.json", "--repro=repro")
    told = (*flags(broken, "users", "orders"), "--jwt-secret", BROKEN_SECRET, *CASE)
    assert done(*told, *reports) == 1
    out, err = capsys.readouterr()
    assert "✗ lifecycle[orders.cancel]: " in out
    assert re.search(r"^✗ lifecycle\[orders\.cancel\]  \d+ requests", err, re.MULTILINE)
    assert ET.parse("o.xml").getroot().tag == "testsuites"  # noqa: S314 - our own document
    assert "lifecycle[orders.cancel]" in Path("o.html").read_text()
    assert json.loads(Path("o.json").read_text())["conforms"] is False
    written = sorted(path.name for path in (directory / "repro").iterdir())
    assert written[0] == "test_lifecycle_orders_cancel_1.py"
    everything = [out, err, *(path.read_text() for path in directory.rglob("*") if path.is_file())]
    assert not [text for text in everything if BROKEN_SECRET in text or "eyJ" in text]


def test_known_failures_are_accepted_until_they_are_mended(
    broken: dict[str, str], mock: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    told = (*flags(broken, "users", "orders"), "--jwt-secret", BROKEN_SECRET, *CASE)
    assert done(*told, "--write-baseline=known.json") == 0
    assert done(*told, "--baseline=known.json") == 0
    assert "1 known failure" in capsys.readouterr().out
    right = (*flags(mock.urls, "users", "orders"), "--jwt-secret", SECRET, *CASE)
    assert done(*right, "--baseline=known.json", "--json=o.json") == 1
    assert "strike them off the baseline\n  lifecycle[orders.cancel]: " in capsys.readouterr().out
    assert json.loads(Path("o.json").read_text())["mended"]


def test_a_workflow_gets_annotations_and_a_summary(
    broken: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (*flags(broken, "users", "orders"), "--jwt-secret", BROKEN_SECRET, *CASE, "--github")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert done(*told) == 1
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    assert done(*told) == 1
    out = capsys.readouterr().out
    place = r"^::error file=openapi/orders\.yaml,line=\d+,title=lifecycle\[orders\.cancel\]::"
    assert re.search(place, out, re.MULTILINE)
    assert Path("summary.md").read_text().startswith("## The platform does not conform")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no service is given: say on the command line or in [urls] of conformance.toml where one is, of "),
        (["--orders", "localhost:3001"], "orders: 'localhost:3001' is no URL"),
        (["--url", "shipping=http://h"], "the contract has no service 'shipping': there are "),
        (["--url", "shipping"], "--url 'shipping': write NAME=URL"),
        (["--orders", "http://h", "--only", "nothing"], "--only: nothing is none of lifecycle, "),
        (["--orders", "http://h", "--only", ","], "--only: nothing is none of lifecycle, "),
        (["--orders", "http://h", "--service", "x"], "--service: x is none of "),
        (["--orders", "http://h", "--profile", "rails"], "--profile: 'rails' is none of strict, "),
        (["--orders", "http://h", "--jwt-secret", "env:NOT_THERE"], "the environment has no NOT_THERE"),
        (["--orders", "http://h", "--token", "a-secret"], "token: is no JWT that says in `sub` whose it is"),
        (["--orders", "http://h", "--events", "kafka://u:a-secret@h"], "--events: is no address of events"),
        (["--orders", "http://h", "--config", "none.toml"], "none.toml: cannot be read"),
        (["--orders", "http://h", "--contract", "none"], "none: "),
        (["--orders", "http://h", "--contract", "bad.yaml"], "the contract has faults\nbad.yaml:"),
        (["--orders", "http://h", "--baseline", "none.json"], "none.json: cannot be read"),
        (["--orders", "http://h", "--junit", "no/where.xml"], "no/where.xml: a report cannot be written there"),
        (["--orders", "http://h", "--html", "."], ".: a report cannot be written there"),
        (["--orders", "http://h", "--repro", "bad.yaml"], "bad.yaml: is no directory: --repro needs one"),
        (["--orders", "http://h", "--seed", "x"], "Invalid value for '--seed'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.yaml").write_text("openapi: 3.1.0\ninfo: {}\npaths: {/a: {get: {}}}\n")
    assert done(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("commerce-contract")
    assert told in err
    assert "a-secret" not in err
    assert "Traceback" not in err


def test_a_file_with_names_that_do_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("conformance.toml").write_text('only = ["nothing"]\n[urls]\norders = "http://h"\n')
    assert done() == 2
    assert "only: nothing is none of lifecycle" in capsys.readouterr().err


def test_nothing_left_to_test_is_told(mock: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert done(*flags(mock.urls, "notifications"), "--only", "money") == 2
    assert "nothing is left to test" in capsys.readouterr().err


def test_a_service_that_is_not_there_ends_with_3(mock: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert done("--orders", "http://127.0.0.1:1", *flags(mock.urls, "users")) == 3
    assert re.fullmatch(
        r"commerce-contract: orders could not be reached: http://127\.0\.0\.1:1/health: .+\n", capsys.readouterr().err
    )


def test_events_that_cannot_be_heard_end_with_3(mock: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert done(*flags(mock.urls, "users"), "--events", "redis://u:a-secret@127.0.0.1:1/0") == 3
    err = capsys.readouterr().err
    assert err.startswith("commerce-contract: ")
    assert "a-secret" not in err


def test_options_win_over_the_file(mock: Served, capsys: pytest.CaptureFixture[str]) -> None:
    Path("conformance.toml").write_text(
        'only = ["money"]\nbaseline = "known.json"\n'
        '[urls]\nusers = "http://127.0.0.1:1"\n[credentials]\nsecret = "env:SECRET"\n'
    )
    Path("known.json").write_text('{"failures": {}}')
    assert done(*flags(mock.urls, "users"), "--only", "auth") == 0
    out = capsys.readouterr().out
    assert re.search(r"^users\.get +✓$", out, re.MULTILINE)


def test_the_laws_are_listed_with_what_they_derive_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert done("--list") == 0
    assert capsys.readouterr().out == "".join(f"{law.name}\n  {law.sentence}\n  From: {law.derives}\n" for law in LAWS)


def test_a_fault_of_the_suite_is_no_pass(
    mock: Served, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("of the suite")

    wrong = Law("auth", "s", "d", lambda contract: contract.services["users"].operations, fail)
    monkeypatch.setattr(conformance, "LAWS", (wrong,))
    assert done(*flags(mock.urls, "users", "orders", "notifications"), "--only", "auth") == 1
    assert "the suite itself failed\nTraceback" in capsys.readouterr().out


def test_a_terminal_shows_how_far_it_is(mock: Served) -> None:
    """On a terminal one line changes; it ends at the number of tests."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from commerce_cli.contract import main; main()", "test"]
    command += [*flags(mock.urls, "users"), "--only", "documented"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=dict(os.environ)) as process:  # noqa: S603 - our own command
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert process.wait(20) == 0
    os.close(ours)
    lines = shown.decode().split("\r\x1b[K")
    total = int(re.findall(r"/(\d+) ", lines[-1])[0])
    assert len(lines) == total + 1
    assert re.match(rf"█{{30}} {total}/{total} documented\[users\.\w+\]\r?\n", lines[-1])


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so once nobody writes any more
        return b""
