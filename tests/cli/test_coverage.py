"""`commerce-mock coverage`: what it prints of a running mock, and how it judges."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from commerce_cli.coverage import Format
from commerce_cli.coverage_printing import FORMATS
from commerce_cli.mock import main
from harness.server import Served, served

ANN = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "correct-horse-9",
    "first_name": "Ann",
    "last_name": "Lee",
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def url(mock: Served) -> str:
    """Where the mock is; somebody has registered, in two worlds."""
    url = mock.urls["admin"]
    httpx.delete(f"{url}/__admin/coverage")
    for world in ("w1", "w2"):
        httpx.post(f"{url}/__admin/reset", headers={"X-Mock-World": world})
        created = httpx.post(f"{mock.urls['users']}/api/users", json=ANN, headers={"X-Mock-World": world})
        assert created.status_code == 201
    return url


def printed(capsys: pytest.CaptureFixture[str], url: str, *arguments: str, code: int = 0) -> str:
    with pytest.raises(SystemExit) as end:
        main(["coverage", "--url", url, *arguments])
    out, err = capsys.readouterr()
    assert end.value.code == code, err
    return out or err


def test_a_table_tells_the_share_of_each_kind_and_what_is_missing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, url).splitlines()
    assert lines[0] == "KIND          COVERED"
    assert re.fullmatch(r"operation +1 of \d+ +░{20} +\d\.\d %", lines[1])
    assert any(re.fullmatch(r"  orders\.create +openapi/orders\.yaml:\d+", line) for line in lines)
    assert any(re.fullmatch(r"  users\.create +400 409 [\d ]+", line) for line in lines)


def test_json_is_what_the_mock_answers(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    def count(*arguments: str) -> int:
        told = json.loads(printed(capsys, url, "--format", "json", *arguments))
        (item,) = (item for item in told["items"] if item["name"] == "users.create 201")
        counted: int = item["count"]
        return counted

    assert (count(), count("--world", "w1"), count("--world", "w3")) == (2, 1, 0)


class _Page(HTMLParser):
    """Counts the elements of a page, and notes what it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in {"src", "href"}]


def test_html_is_one_page_that_needs_nothing_else(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, url, "--format", "html")
    page = _Page()
    page.feed(text)
    total = httpx.get(f"{url}/__admin/coverage").json()["total"]
    assert (page.tags.count("meter"), page.fetched) == (5, [])
    assert text.count("<tr class=yes>") + text.count("<tr class=no>") == total
    assert "Contract coverage: " in text


def test_junit_has_a_case_for_each_thing_and_a_failure_for_each_that_is_missing(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = httpx.get(f"{url}/__admin/coverage?worlds=all").json()
    top = ET.fromstring(printed(capsys, url, "--format", "junit"))  # noqa: S314 - our own output
    cases, failed = top.findall("./testsuite/testcase"), top.findall("./testsuite/testcase/failure")
    assert (len(cases), len(failed)) == (told["total"], told["total"] - told["covered"])
    assert (top.get("tests"), top.get("failures")) == (str(len(cases)), str(len(failed)))
    assert [suite.get("name") for suite in top] == [share["kind"] for share in told["kinds"]]
    passed = {case.get("name") for case in cases if not len(case)}
    assert {"users.create", "users.create 201", "user_created"} <= passed


def test_too_little_is_exit_code_1_and_enough_is_0(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["coverage", "--url", url, "--fail-under", "90"])
    out, err = capsys.readouterr()
    assert (end.value.code, out.startswith("KIND")) == (1, True)
    assert re.fullmatch(r"commerce-mock: \d\.\d % were exercised, fewer than 90 %\n", err)
    printed(capsys, url, "--fail-under", "0.1")


def test_it_begins_anew_where_that_is_wanted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert '"covered": 0' not in printed(capsys, url, "--format", "json", "--clear").partition('"kinds"')[0]
    assert '"covered": 0' in printed(capsys, url, "--format", "json").partition('"kinds"')[0]


def test_where_no_mock_is_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, "http://127.0.0.1:9", code=2)
    assert said.startswith("commerce-mock: no mock answers at http://127.0.0.1:9 (")
    assert "commerce-mock serve" in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("what", ["orders/nothing", "users/openapi.json?"])
def test_what_is_no_mock_is_said_to_be_none(mock: Served, capsys: pytest.CaptureFixture[str], what: str) -> None:
    service, _, path = what.partition("/")
    said = printed(capsys, f"{mock.urls[service]}/{path}", code=2)
    assert "answers" in said


def test_a_world_that_cannot_be_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "answers 400: A world's name is" in printed(capsys, url, "--world", "a b", code=2)


def test_every_format_that_the_command_offers_is_printed() -> None:
    assert set(FORMATS) == {each.value for each in Format}


def test_the_page_shows_names_as_text(tmp_path: Path) -> None:
    place = {"file": "a<b>.yaml", "line": 1, "pointer": ""}
    item = {"kind": "event", "name": "<b>", "service": "s", "count": 0, "location": place}
    share = {"kind": "event", "percent": 0.0, "covered": 0, "total": 1}
    page = tmp_path / "coverage.html"
    page.write_text(FORMATS["html"]({**share, "kinds": [share], "items": [item]}), encoding="utf-8")
    assert "<b>" not in page.read_text(encoding="utf-8")


def test_without_an_address_the_mock_of_this_machine_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nothing(_method: str, url: str, **_: object) -> httpx.Response:
        asked.append(url)
        raise httpx.ConnectError("nobody is there")

    monkeypatch.setattr(httpx, "request", nothing)
    monkeypatch.delenv("COMMERCE_MOCK_URL", raising=False)
    with pytest.raises(SystemExit):
        main(["coverage"])
    assert asked == ["http://localhost:3010/__admin/coverage"]
    assert "no mock answers at http://localhost:3010" in capsys.readouterr().err
