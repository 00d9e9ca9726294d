"""Reproductions: they run, fail while the service is broken, and pass once it is mended."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_conformance.law import Failure, Finding, Verdict
from commerce_conformance.laws import lifecycle, storage, undocumented
from commerce_conformance.reports import reproduction
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Credentials
from commerce_contract import Location
from commerce_mock.auth import DEVELOPMENT_SECRET, issue_token
from harness.conforming import settings
from harness.meddling import meddled
from harness.platform import contract

PLACE = Location("openapi/orders.yaml", "/paths", 3)
USER = Identity("user 1", "u-1", header="Bearer a.b.c")


class Faults:
    """What is wrong with a service, until it is mended."""

    def __init__(self) -> None:
        self.wrong: Callable[[httpx.Request, httpx.Response], httpx.Response | None] = lambda _a, _b: None

    def __call__(self, request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return self.wrong(request, answered)


def cancels_with_200(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    if request.url.path.endswith("/cancel") and answered.status_code == 409:
        return httpx.Response(200, json={"cancelled": True})
    return None


def tells_too_much(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    if request.method == "POST" and request.url.path == "/api/users" and answered.status_code == 201:
        return httpx.Response(201, headers=dict(answered.headers), json={**answered.json(), "shoeSize": 43})
    return None


def run(directory: Path, finding: Finding) -> str:
    """What pytest says of the reproduction of the first failure, with the tokens that it asks for."""
    directory.mkdir(exist_ok=True)
    text = reproduction.source(finding, finding.failures[0])
    (directory / reproduction.name(finding, 1)).write_text(text)
    tokens = re.findall(r"^\$(\w+) must be a token of .*: user (\S+), role (\w+)$", text, re.MULTILINE)
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        **{name: issue_token(DEVELOPMENT_SECRET, user, role, 10**9, 1_767_225_600_000) for name, user, role in tokens},
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=directory)  # noqa: S603 - our own command
    return done.stdout


@pytest.mark.parametrize(
    ("laws", "wrong", "key"),
    [
        ((lifecycle.LAW,), cancels_with_200, "lifecycle[orders.cancel]"),
        ((storage.LAW, undocumented.LAW), tells_too_much, "undocumented[users.create]"),
    ],
    ids=["status", "body"],
)
def test_a_reproduction_fails_until_the_service_is_mended(laws: Any, wrong: Any, key: str, tmp_path: Path) -> None:
    faults = Faults()
    faults.wrong = wrong
    with meddled(faults) as urls:
        found = Suite(
            contract(),
            settings(urls=urls, credentials=Credentials(secret=DEVELOPMENT_SECRET)),
            laws=laws,
        )
        (finding,) = [finding for finding in found.run().findings if finding.key == key]
        found.close()
        assert finding.verdict is Verdict.FAILED
        red = run(tmp_path / "a", finding)
        faults.wrong = lambda _a, _b: None
        green = run(tmp_path / "b", finding)
    assert "1 failed" in red, red
    assert finding.failures[0].expected.split()[0] in red
    assert "1 passed" in green, green


def exchange(**changes: Any) -> Exchange:
    usual: dict[str, Any] = {
        "operation": None,
        "identity": ANONYMOUS,
        "method": "POST",
        "url": "http://h/a",
        "request_headers": {"content-type": "application/json"},
        "sent": b"{}",
        "status": 201,
        "headers": {"content-type": "application/json"},
        "body": b'{"id": "made-1"}',
        "started": 0.0,
        "seconds": 0.0,
    }
    return Exchange(**{**usual, **changes})


def source(*exchanges: Exchange, expected: str = "404 ORDER_001") -> str:
    failure = Failure('what """it"""\nwants', PLACE, expected, "got", exchanges)
    text = reproduction.source(Finding("law", "orders.create", Verdict.FAILED, (failure,)), failure)
    compile(text, "reproduction", "exec")
    return text


def test_what_is_created_is_created_anew_and_its_id_is_used() -> None:
    name = "cf0123abcdn7"
    text = source(
        exchange(sent=json.dumps({"name": name}).encode()),
        exchange(method="GET", url="http://h/a/made-1", sent=b"", status=200),
    )
    assert f"known['{name}'] = 'cf' + secrets.token_hex(4) + 'n7'" in text
    assert "known['made-1'] = str(answer.json()['id'])" in text


def test_what_was_there_keeps_its_name() -> None:
    text = source(exchange(sent=b'{"name": "cf0123abcdn7"}', status=409))
    assert "secrets" not in text


@pytest.mark.parametrize(
    ("expected", "asserted"),
    [
        ("404", "assert answer.status_code in (404,), "),
        ("400 or 422", "assert answer.status_code in (400, 422,), "),
        ("409 A_1 or B_2", "assert answer.json().get('code') in ('A_1', 'B_2'), "),
        ("no more than the schema says", "wrong = (201, {'id': '...'})"),
    ],
)
def test_what_is_asserted_is_what_was_expected(expected: str, asserted: str) -> None:
    assert asserted in source(exchange(), expected=expected)


def test_an_answer_without_json_is_told_by_its_type() -> None:
    page = exchange(body=b"<p>", headers={"content-type": "text/html"})
    assert "wrong = (201, 'text/html')" in source(page, expected="a document")


def test_lists_are_compared_without_what_changes() -> None:
    assert "wrong = (201, [{'n': 3, 's': 'red', 'at': '...'}])" in source(
        exchange(body=b'[{"n": 3, "s": "red", "at": "2026"}]'), expected="sorted"
    )


def test_without_a_request_it_still_says_what_is_wrong() -> None:
    assert "raise AssertionError" in source()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Bearer secret.token.x", "'Bearer ' + os.environ['TOKEN_USER_1']"),
        ("Basic secret.token.x", "'Basic ' + os.environ['TOKEN_USER_1']"),
        ("secret.token.x" * 9, "'' + os.environ['TOKEN_USER_1']"),
        ("Bearer", "'authorization': 'Bearer'"),
    ],
)
def test_a_token_is_never_in_the_file(header: str, said: str) -> None:
    user = Identity("user 1", "u-1", header=header)
    text = source(exchange(identity=user, request_headers={"authorization": header}))
    assert said in text
    assert "secret.token" not in text
    assert ("$TOKEN_USER_1 must be a token of user 1: user u-1, role customer" in text) is ("os.environ" in text)
