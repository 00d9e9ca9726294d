"""Callers: made from a secret, a command or given tokens; and those whom no service may believe."""

import jwt
import pytest

from commerce_conformance.identity import ANONYMOUS, Identities
from commerce_conformance.settings import Credentials
from commerce_conformance.unreachable import UnreachableError

SECRET = "a secret that is long enough for HS256"


def claims(header: str | None, secret: str = SECRET) -> dict[str, object]:
    assert header is not None
    read: dict[str, object] = jwt.decode(header.removeprefix("Bearer "), secret, ["HS256"])
    return read


def test_a_secret_signs_tokens_for_anybody() -> None:
    identities = Identities(Credentials(secret=SECRET))
    assert identities.any_user
    assert claims(identities.user("u1").header)["sub"] == "u1"
    assert claims(identities.role("service").header)["role"] == "service"


def test_a_command_prints_tokens() -> None:
    identities = Identities(Credentials(command="echo {user}-{role}"))
    assert identities.user("u1").header == "Bearer u1-customer"


@pytest.mark.parametrize("command", ["exit 3", "true"])
def test_a_command_that_prints_no_token_is_told(command: str) -> None:
    with pytest.raises(UnreachableError, match="printed no token"):
        Identities(Credentials(command=command)).user("u1")


def test_given_tokens_are_of_their_users_and_of_no_others() -> None:
    token = jwt.encode({"sub": "u1"}, SECRET, "HS256")
    identities = Identities(Credentials(token=token))
    assert not identities.any_user
    assert identities.user("u1").header == f"Bearer {token}"
    with pytest.raises(UnreachableError, match="--jwt-secret"):
        identities.user("u2")
    with pytest.raises(UnreachableError, match="--second-token"):
        identities.fixed(1)


def test_nobody_believes_a_forged_or_an_expired_token() -> None:
    identities = Identities(Credentials(secret=SECRET))
    user = identities.user("u1")
    with pytest.raises(jwt.InvalidSignatureError):
        claims(identities.forged(user).header)
    with pytest.raises(jwt.ExpiredSignatureError):
        claims(identities.expired(user).header)
    with pytest.raises(jwt.InvalidAlgorithmError):
        claims(identities.unsigned(user).header)
    with pytest.raises(UnreachableError, match="--jwt-secret"):
        Identities(Credentials()).expired(user)


def test_no_repr_shows_a_token() -> None:
    credentials = Credentials(secret=SECRET, token="t-1", second_token="t-2", command="c")
    assert repr(credentials) == "Credentials()"
    assert "Bearer" not in repr(Identities(credentials).role("admin"))
    assert ANONYMOUS.header is None
