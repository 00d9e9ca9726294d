import logging
from typing import Any

import pytest

from harness.reference import Hosted
from harness.shop import PASSWORD, Shop


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"amount": NaN}', 400),
        (b'{"amount": ' + b"9" * 5000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"amount": 1e400}', 422),
        (b'{"amount": 1e-400}', 422),
        (b'{"amount": 29.99000000000000000000000000000000001}', 422),
        (b'{"amount": "1"}', 422),
        (b'{"amount": true}', 422),
        (b'{"amount": -0.0}', 422),
        (b'{"amount": 1, "reason": "\\ud800"}', 400),
        (b'{"amount": 1, "reason": null}', 422),
        (b'{"amount": 1, "reason": "\\u0000"}', 422),
    ],
)
def test_a_hostile_body_is_refused_and_never_a_crash(shop: Shop, body: bytes, status: int) -> None:
    path = "/api/payments/pay-0/refund"
    assert shop.post("payments", path, body, shop.admin, content_type="application/json").status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": "application/json; charset=utf-8"}, 404),
        ({"content_type": "APPLICATION/JSON"}, 404),
        ({"content_type": "application/jsonp"}, 415),
        ({"content_type": "application/json", "idempotency_key": ""}, 422),
        ({"content_type": "application/json", "idempotency_key": "k" * 256}, 422),
    ],
)
def test_headers_are_read_as_the_contract_has_them(shop: Shop, headers: dict[str, Any], status: int) -> None:
    answered = shop.post("payments", "/api/payments/pay-0/refund", b'{"amount": 1.0}', shop.admin, **headers)
    assert answered.status_code == status


def test_a_request_id_that_cannot_be_sent_back_is_replaced(shop: Shop) -> None:
    assert shop.send("users", "GET", "/health", x_request_id="x" * 201).headers["x-request-id"] != "x" * 201


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"email": "ann"}, ["/email"]),
        ({"email": "a..b@x.example"}, ["/email"]),
        ({"email": "ann@" + "x" * 250 + ".example"}, ["/email"]),
        ({"username": ""}, ["/username"]),
        ({"phone": "555"}, ["/phone"]),
        ({"phone": None}, ["/phone"]),
        ({"password": "short", "first_name": "x" * 101}, ["/password", "/first_name"]),
    ],
)
def test_every_wrong_place_of_a_registration_is_named(shop: Shop, changes: Any, pointers: list[str]) -> None:
    answered = shop.ask_to_register(**changes)
    assert [error["pointer"] for error in answered.json()["errors"]] == pointers


def test_an_update_without_properties_is_refused_at_the_whole_body(shop: Shop) -> None:
    ann = shop.register()
    refused = shop.send("users", "PUT", f"/api/users/{ann.id}", {}, ann.token).json()
    assert [error["pointer"] for error in refused["errors"]] == [""]
    assert shop.send("users", "PUT", f"/api/users/{ann.id}", {"unknown": 1}, ann.token).status_code == 200


def test_a_user_id_is_the_same_in_capitals(shop: Shop) -> None:
    ann = shop.register()
    assert shop.get("users", f"/api/users/{ann.id.upper()}", ann.token).json()["id"] == ann.id


def test_a_crash_is_a_problem_that_tells_no_secret(
    reference: Hosted, client: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    with reference.making("crash_on_missing_property"), caplog.at_level(logging.ERROR):
        crashed = client.post("users", "/api/users", {"password": PASSWORD})
    assert (crashed.status_code, crashed.json()["code"]) == (500, "INTERNAL_ERROR")
    assert crashed.headers["x-request-id"]
    assert "a request failed" in caplog.text
    assert PASSWORD not in caplog.text + crashed.text
