"""The derived commands as their users type them, against a mock that runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from commerce_cli.mock import main
from harness.server import Served, served


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def typed(mock: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Types a command; gives its exit code, what it prints as JSON, and what it says on stderr."""
    monkeypatch.setenv("COMMERCE_MOCK_URL", mock.urls["admin"])
    monkeypatch.setenv("COLUMNS", "200")

    def type_(*arguments: str) -> tuple[int, Any, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, json.loads(out) if out.startswith("{") else out, err

    return type_


def test_what_the_mock_answers_is_printed(typed: Any) -> None:
    code, clock, _ = typed("clock", "show")
    assert (code, clock["now"], clock["mode"]) == (0, "2026-01-01T00:00:00Z", "frozen")
    assert typed("reset") == (0, "", "")


def test_values_go_where_the_document_puts_them(typed: Any) -> None:
    assert typed("worlds", "fork", "default", "w1")[1]["name"] == "w1"
    assert typed("clock", "advance", "--world", "w1", "--body", "-")[0] == 2
    code, service, _ = typed("services", "set", "orders", "false", "--world", "w1")
    assert (code, service["up"]) == (0, False)
    assert typed("services", "list", "--world", "w1")[1]["services"][1]["up"] is False
    assert all(each["up"] for each in typed("services", "list")[1]["services"])
    assert typed("worlds", "list", "--limit", "1")[1]["limit"] == 1
    assert typed("worlds", "delete", "w1") == (0, "", "")


def test_a_body_may_come_from_a_file(typed: Any, tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_text('{"up": true}')
    assert typed("services", "set", "users", "true", "--body", str(path))[1]["up"] is True
    path.write_text("[]")
    code, _, said = typed("services", "set", "users", "true", "--body", str(path))
    assert (code, "the body is an object" in said) == (2, True)
    code, _, said = typed("services", "set", "users", "true", "--body", str(tmp_path / "nothing.json"))
    assert (code, said.endswith("nothing.json: No such file or directory\n")) == (2, True)
    path.write_text("{")
    code, _, said = typed("services", "set", "users", "true", "--body", str(path))
    assert (code, "cannot be read as JSON" in said) == (2, True)


def test_a_body_that_cannot_be_typed_is_asked_for(typed: Any) -> None:
    code, out, said = typed("import")
    assert (code, out) == (2, "")
    assert said == "commerce-mock: give the body as a JSON file: --body FILE, or --body - for standard input\n"


def test_what_the_mock_did_not_know_of_a_body_is_told(typed: Any, tmp_path: Path) -> None:
    path = tmp_path / "body.json"
    path.write_text('{"operation": "users.create", "userr": "ann"}')
    code, answer, said = typed("requests", "count", "--body", str(path))
    assert (code, answer) == (0, {"count": 0})
    assert said == "commerce-mock: /userr is not known to the mock, and was left out\n"


def test_what_a_body_is_to_have_is_no_file(mock: Served, typed: Any) -> None:
    typed("reset")
    person = {"email": "ann@example.com", "username": "ann", "password": "correct-horse-9"}
    httpx.post(f"{mock.urls['users']}/api/users", json={**person, "first_name": "Ann", "last_name": "Lee"})
    assert typed("requests", "count", "--request-body", '{"username": "ann"}')[1] == {"count": 1}
    assert typed("requests", "count", "--request-body", '{"username": "bob"}')[1] == {"count": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("worlds", "fork", "default", "default"), "409 CONFLICT: There is a world default already.\n"),
        (
            ("state", "show", "--collection", "shoes"),
            "422 VALIDATION_ERROR: /query/collection is not stored: the contract's collections are orders, ",
        ),
        (("clock", "advance"), "422 VALIDATION_ERROR: The body must have at least 1 property\n"),
        (("faults", "create", "status"), "422 VALIDATION_ERROR: /status is required by the fault `status`\n"),
        (
            ("clock", "advance", "--seconds", "-1", "--duration", "x"),
            "422 VALIDATION_ERROR: several things are wrong\n  /duration must match ",
        ),
    ],
)
def test_a_refusal_says_nothing_twice(arguments: tuple[str, ...], said: str, typed: Any) -> None:
    code, _, told = typed(*arguments)
    assert (code, told.startswith(f"commerce-mock: {said}")) == (1, True)
    places = 2 if "several" in said else 0
    assert told.count("\n") == 1 + places


def test_what_the_mock_refuses_is_told_with_code_and_place(typed: Any) -> None:
    code, _, said = typed("worlds", "show", "nobody")
    assert (code, said) == (1, "commerce-mock: 404 NOT_FOUND: There is no world nobody.\n")
    code, _, said = typed("worlds", "fork", "default", "no good")
    assert code == 1
    assert "422 VALIDATION_ERROR" in said
    assert "VALIDATION_ERROR: /name must match" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("clock", "nonsense"), "No such command 'nonsense'"),
        (("worlds", "fork", "default"), "Missing argument"),
        (("payments", "settle", "pay-1", "maybe"), "'maybe' is not one of 'completed', 'failed'"),
        (("worlds", "list", "--limit", "many"), "should be a valid integer"),
    ],
)
def test_a_wrong_command_is_one_line(arguments: tuple[str, ...], said: str, typed: Any) -> None:
    code, _, error = typed(*arguments)
    assert (code, error.count("\n")) == (2, 1)
    assert said in error


def test_a_mock_that_is_not_there_is_told_with_what_to_do(typed: Any) -> None:
    code, _, said = typed("clock", "show", "--url", "http://127.0.0.1:9")
    assert code == 2
    assert said.startswith("commerce-mock: no mock answers at http://127.0.0.1:9 (")
    assert "commerce-mock serve" in said


def test_help_lists_every_noun_and_each_command_explains_itself(typed: Any) -> None:
    listed = typed("--help")[1]
    assert "  worlds " in listed
    assert "  serve " in listed
    assert "Makes a new world that goes on from this one" in typed("worlds", "fork", "--help")[1]
    assert "How a payment ends" not in typed("worlds", "--help")[1]


@respx.mock
@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (httpx.Response(502, text="<html>"), 1, "is no mock, or an older one"),
        (httpx.Response(500, text="{", headers={"content-type": "application/json"}), 1, "is no mock"),
        (httpx.Response(200, text="plain"), 0, ""),
        (httpx.ReadTimeout("slow"), 2, "did not answer within 300 s"),
        (httpx.Response(200, json={"verified": False}), 1, ""),
    ],
)
def test_whatever_else_answers_is_told_plainly(answer: Any, code: int, said: str, typed: Any) -> None:
    respx.get("http://mock.test/__admin/clock").mock(side_effect=answer if isinstance(answer, Exception) else [answer])
    found = typed("clock", "show", "--url", "http://mock.test")
    assert found[0] == code
    assert said in found[2]


@respx.mock
def test_the_admin_token_and_the_world_travel_as_headers(typed: Any) -> None:
    route = respx.get("http://mock.test/__admin/clock").mock(return_value=httpx.Response(200, json={}))
    typed("clock", "show", "--url", "http://mock.test/", "--admin-token", "t0ken", "--world", "w7")
    sent = route.calls.last.request.headers
    assert (sent["X-Mock-Admin-Token"], sent["X-Mock-World"]) == ("t0ken", "w7")


def test_a_stream_is_printed_as_it_comes_until_the_mock_ends_it(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typed("events", "stream", "--type", "order_lost")[0] == 1
    said = b"retry: 1000\nid: event-1\n\n: \nid: event-1\n\n"
    with respx.mock(base_url="http://elsewhere") as router:
        monkeypatch.setenv("COMMERCE_MOCK_URL", "http://elsewhere")
        route = router.get("/__admin/events/stream", params={"after": "event-1"})
        route.respond(200, content=said, headers={"content-type": "text/event-stream"})
        assert typed("events", "stream", "--after", "event-1", "--world", "w1") == (0, said.decode(), "")
        assert route.calls[0].request.headers["x-mock-world"] == "w1"
        route.mock(side_effect=httpx.ReadError("gone"))
        code, _, told = typed("events", "stream", "--after", "event-1")
    assert (code, "no mock answers at http://elsewhere (gone)" in told) == (2, True)


def test_a_world_larger_than_other_bodies_goes_out_and_in_again_to_the_byte(
    typed: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("scenario", "generate", "--users", "20", "--orders", "3000", "--load")
    path, exports = tmp_path / "world.json", []
    for _ in range(2):
        with pytest.raises(SystemExit):
            main(["export"])
        exports.append(capsys.readouterr().out)
        path.write_text(exports[-1])
        assert typed("import", "--body", str(path))[1]["resources"]["orders"] == 3000
    assert len(exports[0]) > 2_000_000
    numbered = [json.loads(each) for each in exports]
    assert [each.pop("requests") for each in numbered] == [0, 1]  # the import was asked for between them
    assert exports[0].replace('"requests": 0,', "") == exports[1].replace('"requests": 1,', "")
