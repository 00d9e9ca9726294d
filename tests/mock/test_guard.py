"""The door to the controls where other machines reach the mock."""

import pytest

from commerce_mock.wire import Request, Response
from harness.platform import Platform

TOKEN = "an-admin-token-of-the-tests"


@pytest.fixture
def platform() -> Platform:
    return Platform(admin_token=TOKEN, judged=False)


def _ask(platform: Platform, path: str, service: str | None = "admin", **headers: str) -> Response:
    given = {name.replace("_", "-").encode(): text.encode("latin-1") for name, text in headers.items()}
    return platform.engine.answer(Request("GET", path, b"", given, b"", service))


@pytest.mark.parametrize("service", ["admin", "orders", None])
def test_the_controls_want_the_token_on_every_port(platform: Platform, service: str | None) -> None:
    refused = _ask(platform, "/__admin/clock", service)
    assert refused.status == 401
    assert dict(refused.headers)[b"www-authenticate"] == b"Bearer"
    assert b'"code":"UNAUTHORIZED"' in refused.body
    assert b"X-Mock-Admin-Token" in refused.body
    assert _ask(platform, "/__admin/clock", service, x_mock_admin_token=TOKEN).status == 200
    assert _ask(platform, "/__admin/clock", service, authorization=f"bearer {TOKEN}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x_mock_admin_token": "another"},
        {"x_mock_admin_token": ""},
        {"x_mock_admin_token": TOKEN + "x"},
        {"x_mock_admin_token": "\xff"},
        {"authorization": "Bearer another"},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": "Bearer "},
        {"x_mock_admin_token": "another", "authorization": f"Bearer {TOKEN}"},
    ],
)
def test_another_token_is_refused_and_not_quoted(platform: Platform, headers: dict[str, str]) -> None:
    refused = _ask(platform, "/__admin/clock", **headers)
    assert refused.status == 401
    assert TOKEN.encode() not in refused.body
    assert b"another" not in refused.body.replace(b"another one", b"")


def test_a_services_token_opens_no_door(platform: Platform) -> None:
    assert _ask(platform, "/__admin/clock", authorization=f"Bearer {platform.admin}").status == 401


def test_health_and_the_services_stay_open(platform: Platform) -> None:
    assert _ask(platform, "/__admin/health").status == 200
    assert _ask(platform, "/health", "orders").status == 200
    ann = platform.register()
    assert _ask(platform, f"/api/users/{ann.id}", "users", authorization=f"Bearer {ann.token}").status == 200


def test_whoever_is_refused_makes_no_world(platform: Platform) -> None:
    assert _ask(platform, "/__admin/clock", x_mock_world="w42").status == 401
    assert platform.engine.worlds.get("w42") is None


@pytest.mark.parametrize("path", ["/%5F_admin/clock", "//__admin/clock", "/./__admin/clock", "/__ADMIN/clock"])
def test_no_spelling_of_the_path_gets_past(platform: Platform, path: str) -> None:
    assert _ask(platform, path).status == 404


def test_without_a_token_of_the_mock_nobody_is_asked() -> None:
    assert _ask(Platform(judged=False), "/__admin/clock").status == 200
