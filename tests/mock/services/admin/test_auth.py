"""Tokens for the asking; how callers are refused for the asking stands in `test_forcing.py`."""

from typing import Any

import pytest

from commerce_mock.auth import ROLES
from harness.platform import Answered, Platform
from harness.stage import JOHN, Stage


def _issue(platform: Platform, **body: Any) -> Answered:
    return platform.post("admin", "/__admin/tokens", {"user_id": JOHN, **body})


def test_a_token_is_a_customers_for_an_hour_and_opens_what_is_theirs() -> None:
    stage = Stage()
    issued = _issue(stage.platform)
    assert issued.status == 201
    assert {name: value for name, value in issued.json.items() if name != "token"} == {
        "token_type": "Bearer",
        "user_id": JOHN,
        "role": "customer",
        "expires_at": "2026-01-01T01:00:00Z",
    }
    token = issued.json["token"]
    assert stage.platform.get("orders", "/api/orders/order-124", token).status == 200
    stage.platform.advance(3599)
    assert stage.platform.get("orders", "/api/orders/order-124", token).status == 200
    stage.platform.advance(1)
    assert stage.platform.get("orders", "/api/orders/order-124", token).code == "UNAUTHORIZED"


def test_the_role_and_the_duration_are_as_asked() -> None:
    stage = Stage()
    admin = _issue(stage.platform, user_id="somebody", role="admin", expires_in=10).json["token"]
    stranger = _issue(stage.platform, user_id="somebody").json["token"]
    over = _issue(stage.platform, expires_in=-1).json["token"]
    statuses = [
        stage.platform.get("orders", "/api/orders/order-124", token).status for token in (admin, stranger, over)
    ]
    assert statuses == [200, 403, 401]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"role": "root"}, "/role"),
        ({"user_id": ""}, "/user_id"),
        ({"expires_in": 10**10}, "/expires_in"),
        ({"expires_in": 1.5}, "/expires_in"),
    ],
)
def test_what_no_token_can_say_is_refused(body: dict[str, Any], pointer: str) -> None:
    refused = _issue(Platform(), **body)
    assert (refused.status, refused.pointers) == (422, [pointer])


@pytest.mark.parametrize(("clock", "lasts"), [("9999-06-01T00:00:00Z", 10**9), ("0001-06-01T00:00:00Z", -(10**9))])
def test_a_token_ends_in_a_year_that_can_be_written(clock: str, lasts: int) -> None:
    refused = _issue(Platform(clock=clock), expires_in=lasts)
    assert (refused.status, refused.pointers) == (422, ["/expires_in"])


def test_the_roles_are_those_of_the_document() -> None:
    body = Platform().contract.operations["admin.issue_token"].body
    assert body is not None
    assert body.schema.properties["role"].enum == ROLES


def test_how_callers_are_known_is_told() -> None:
    assert Platform().get("admin", "/__admin/auth").json == {"required": True, "algorithm": "HS256", "forced": []}
    assert Platform(jwt_algorithm="RS256").get("admin", "/__admin/auth").json["algorithm"] == "RS256"
