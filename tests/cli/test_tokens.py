"""`commerce-mock token`: a token on stdout and nothing else."""

from pathlib import Path
from typing import Any

import jwt
import pytest

from commerce_cli.mock import main
from commerce_cli.running import RefusedError
from commerce_cli.tokens import seconds
from commerce_mock.auth import DEVELOPMENT_SECRET
from harness.platform import Platform

JOHN = "550e8400-e29b-41d4-a716-446655440001"
JANE = "550e8400-e29b-41d4-a716-446655440002"
SHIPMENTS = Path(__file__).parents[1] / "fifth_service/contract"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(["token", *arguments])
    out, err = capsys.readouterr()
    assert (end.value.code, err) == (0, "")
    return out


def claims(capsys: pytest.CaptureFixture[str], *arguments: str, secret: str = DEVELOPMENT_SECRET) -> dict[str, Any]:
    text = printed(capsys, *arguments)
    assert text == text.strip() + "\n"
    decoded: dict[str, Any] = jwt.decode(text.strip(), secret, algorithms=["HS256"], options={"verify_exp": False})
    return decoded


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(["token", *arguments])
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    return err


def test_it_is_the_first_demo_users_for_an_hour(capsys: pytest.CaptureFixture[str]) -> None:
    told = claims(capsys)
    assert (told["sub"], told["role"], told["exp"] - told["iat"]) == (JOHN, "customer", 3600)


@pytest.mark.parametrize("email", ["jane@example.com", "JANE@Example.COM"])
def test_an_email_names_a_user_of_the_scenario(email: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert claims(capsys, "--user", email)["sub"] == JANE


def test_an_id_is_taken_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert claims(capsys, "--user", "anybody", "--contract", "/nowhere")["sub"] == "anybody"


@pytest.mark.parametrize("role", ["customer", "service", "admin"])
def test_a_role_is_a_claim(role: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert claims(capsys, "--role", role)["role"] == role


def test_an_own_secret_signs_even_if_it_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert claims(capsys, "--jwt-secret", "short", secret="short")["sub"] == JOHN


def test_the_mock_accepts_it(capsys: pytest.CaptureFixture[str]) -> None:
    platform = Platform(scenario="demo", clock="real")
    token = printed(capsys).strip()
    assert platform.get("orders", "/api/orders/order-123", token).status == 200
    expired = printed(capsys, "--expires", "-1").strip()
    assert platform.get("orders", "/api/orders/order-123", expired).code == "UNAUTHORIZED"


def test_an_unknown_email_is_refused_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--user", "bob@example.com") == (
        "commerce-mock: --user bob@example.com: the scenario demo has no such user, but user@example.com, "
        "jane@example.com\n"
    )


def test_a_scenario_without_users_needs_an_id(capsys: pytest.CaptureFixture[str]) -> None:
    said = "commerce-mock: the scenario empty has no user: say whose token it is with --user ID\n"
    assert refused(capsys, "--scenario", "empty") == said
    assert refused(capsys, "--contract", str(SHIPMENTS)) == said


def test_an_email_in_a_scenario_without_users_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--scenario", "empty", "--user", "bob@example.com")
    assert said == "commerce-mock: --user bob@example.com: the scenario empty has no such user\n"


@pytest.mark.parametrize(
    ("text", "lasts"), [("90", 90), ("45s", 45), ("15m", 900), ("1h", 3600), ("7d", 604_800), ("-1", -1), ("+2m", 120)]
)
def test_a_duration_is_seconds_or_has_a_unit(text: str, lasts: int) -> None:
    assert seconds(text, "--expires") == lasts


@pytest.mark.parametrize("text", ["", "h", "1w", "1.5h", "1 h", "101y", "99999999999", "36501d", "9" * 5_000])
def test_any_other_duration_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="give seconds up to a hundred years"):
        seconds(text, "--expires")
