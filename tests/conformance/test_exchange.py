"""Exchanges as laws read them and reports show them."""

from typing import Any

import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_contract import MISSING


def exchange(**changes: Any) -> Exchange:
    usual: dict[str, Any] = {
        "operation": None,
        "identity": ANONYMOUS,
        "method": "POST",
        "url": "http://localhost:3001/api/orders",
        "request_headers": {"content-type": "application/json"},
        "sent": b'{"a": "it\'s"}',
        "status": 409,
        "headers": {"content-type": "Application/Problem+JSON; charset=utf-8"},
        "body": b'{"code": "ORDER_004", "errors": [{"pointer": "/items"}, 3]}',
        "started": 0.0,
        "seconds": 0.1,
    }
    return Exchange(**{**usual, **changes})


def test_an_answer_tells_its_status_code_and_pointers() -> None:
    found = exchange()
    assert (found.told(), found.code, found.pointers) == ("409 ORDER_004", "ORDER_004", ("/items",))
    assert (found.media_type, found.ok) == ("application/problem+json", False)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"code": 3, "errors": 4}', b"\xff"])
def test_an_answer_of_any_kind_is_survived(body: bytes) -> None:
    found = exchange(body=body, headers={})
    assert (found.told(), found.code, found.pointers, found.media_type) == ("409", None, (), "")


def test_what_is_no_json_is_missing() -> None:
    assert exchange(body=b"<html>").json is MISSING


def test_a_request_is_a_command_without_its_token() -> None:
    user = Identity("user 1", "u", header="Bearer secret")
    command = exchange(identity=user, request_headers={"authorization": "Bearer secret", "x-a": "b"}).curl()
    assert "secret" not in command
    assert '-H "Authorization: Bearer $TOKEN_USER_1"' in command
    assert "-H 'x-a: b'" in command
    assert """'{"a": "it'"'"'s"}'""" in command


def test_a_long_answer_is_cut() -> None:
    assert exchange(body=b"x" * 5000).answer().endswith("x…")
    assert exchange(body=b"short").answer() == "short"


def test_no_repr_shows_what_was_sent() -> None:
    assert "it's" not in repr(exchange())
    assert "ORDER_004" not in repr(exchange())
