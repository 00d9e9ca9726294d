"""Bearer tokens: who is believed, and for how long."""

import base64
import re
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from commerce_mock.auth import ANYONE, REMEMBERED, Authenticator, Caller, issue_token
from commerce_mock.problems import Problem

SECRET = "a-secret-of-the-tests-that-is-long-enough"
NOW = 1_767_225_600_000


def _sign(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> bytes:
    return b"Bearer " + jwt.encode({"sub": "me", "exp": NOW // 1000 + 60, **claims}, secret, algorithm).encode()


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@pytest.fixture
def authenticate() -> Callable[..., Caller]:
    authenticator = Authenticator(SECRET)
    return lambda header, now=NOW: authenticator.authenticate(header, now)


def _refused(authenticate: Callable[..., Caller], header: bytes | None, *now: int) -> tuple[str, bytes]:
    with pytest.raises(Problem) as caught:
        authenticate(header, *now)
    assert caught.value.code == "UNAUTHORIZED"
    return str(caught.value.detail), caught.value.headers[b"www-authenticate"]


def test_a_token_that_was_issued_names_its_caller(authenticate: Callable[..., Caller]) -> None:
    token = issue_token(SECRET, "me", "admin", 60, NOW)
    assert authenticate(f"Bearer {token}".encode()) == Caller("me", "admin", NOW + 60_000)


def test_without_a_role_the_caller_is_a_customer(authenticate: Callable[..., Caller]) -> None:
    assert authenticate(_sign()).role == "customer"


@pytest.mark.parametrize("scheme", [b"bearer", b"BEARER", b"BeArEr"])
def test_the_scheme_has_no_case(authenticate: Callable[..., Caller], scheme: bytes) -> None:
    assert authenticate(_sign().replace(b"Bearer", scheme)).subject == "me"


def test_a_missing_header_is_challenged_without_an_error(authenticate: Callable[..., Caller]) -> None:
    assert _refused(authenticate, None)[1] == b"Bearer"


@pytest.mark.parametrize("header", [b"", b"Bearer", b"Bearer ", b"Basic dTpw", b"Token x", b"\xff\xfe", b" Bearer x"])
def test_another_scheme_is_refused(authenticate: Callable[..., Caller], header: bytes) -> None:
    detail, challenge = _refused(authenticate, header)
    assert "Bearer <token>" in detail
    assert challenge == b'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    "token",
    [
        b"x",
        b"a.b",
        b"a.b.c",
        b"..",
        b"....",
        b"\xff.\xff.\xff",
        b" x",
        b"a b",
        b"a" * 60_000,
        _b64(b"[]") + b".e30.x",
        _b64(b"[" * 40_000) + b".e30.x",
        _b64(b'{"alg":"HS256","x":' + b"[" * 40_000) + b".e30.x",
        _b64(b'{"alg":"HS256","x":' + b"9" * 5000 + b"}") + b".e30.x",
        _b64(b'{"alg":["HS256"]}') + b".e30.x",
        _b64(b'{"alg":null}') + b".e30.x",
        _b64(b'{"alg":"HS256","crit":["x"]}') + b".e30.x",
        _b64(b"\xff") + b".e30.x",
        _b64(b'{"alg":"none"}') + b"." + _b64(b'{"sub":"me","exp":4000000000}') + b".",
    ],
)
def test_what_is_no_token_is_refused(authenticate: Callable[..., Caller], token: bytes) -> None:
    detail, _ = _refused(authenticate, b"Bearer " + token)
    assert "not a valid JWT" in detail


@pytest.mark.parametrize(
    "header", [_sign("another-secret-that-is-long-enough-too"), _sign()[:-3] + b"AAA"], ids=["other secret", "altered"]
)
def test_a_wrong_signature_is_refused(authenticate: Callable[..., Caller], header: bytes) -> None:
    assert "signature" in _refused(authenticate, header)[0]


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    secret = SECRET * 2
    assert Authenticator(secret).authenticate(_sign(secret), NOW).subject == "me"
    with pytest.raises(Problem):
        Authenticator(secret).authenticate(_sign(secret, algorithm), NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"sub": None},
        {"sub": 1},
        {"sub": ""},
        {"exp": "soon"},
        {"exp": [1]},
        {"exp": {}},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"role": "root"},
        {"role": ["admin"]},
        {"role": {}},
        {"role": None},
    ],
)
def test_wrong_claims_are_refused(authenticate: Callable[..., Caller], claims: dict[str, Any]) -> None:
    _refused(authenticate, _sign(**claims))


def test_a_token_ends_by_the_worlds_clock_also_when_it_is_remembered(authenticate: Callable[..., Caller]) -> None:
    header = _sign()
    assert authenticate(header, NOW + 59_999).subject == "me"
    for _ in range(2):
        assert _refused(authenticate, header, NOW + 60_000)[0] == "The token has expired."
    assert authenticate(header, NOW).subject == "me"


def test_a_verified_token_is_not_verified_again(
    authenticate: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    header = _sign()
    first = authenticate(header)
    monkeypatch.setattr(jwt, "decode", lambda *_args, **_named: pytest.fail("verified again"))
    assert authenticate(header) is first


def test_only_so_many_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    authenticator = Authenticator(SECRET)
    monkeypatch.setattr(jwt, "decode", lambda token, *_args, **_named: {"sub": token.decode(), "exp": NOW})
    kept = [authenticator.authenticate(b"Bearer %d" % n, 0) for n in range(REMEMBERED)]
    assert authenticator.authenticate(b"Bearer 0", 0) is kept[0]
    authenticator.authenticate(b"Bearer one more", 0)
    assert authenticator.authenticate(b"Bearer 0", 0) is not kept[0]


def test_a_customer_owns_their_own_and_what_nobody_owns() -> None:
    me = Caller("me", "customer", 0)
    assert (me.privileged, me.owns("me"), me.owns(None), me.owns("you")) == (False, True, True, False)


@pytest.mark.parametrize("caller", [Caller("x", "admin", 0), Caller("x", "service", 0), ANYONE])
def test_admins_services_and_everyone_without_auth_may_do_everything(caller: Caller) -> None:
    assert caller.privileged
    assert caller.owns("you")


def test_no_refusal_quotes_the_token(authenticate: Callable[..., Caller]) -> None:
    for header in (b"Bearer canary", b"canary", _sign(role="canary"), _sign("canary-secret-that-is-long-enough-x")):
        detail, challenge = _refused(authenticate, header)
        assert not re.search(r"canary|eyJ", detail + challenge.decode())
