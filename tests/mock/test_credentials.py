"""What a recording keeps of an `Authorization` header: it is answered the same, and no token is in it."""

from typing import Any

import jwt
import orjson
import pytest

from commerce_mock import credentials
from commerce_mock.auth import Authenticator, Caller, issue_token
from commerce_mock.keys import HS256, RS256, SigningKey, signing_key
from commerce_mock.problems import Problem

SECRET = "a-secret-of-the-tests-that-is-long-enough"
ANOTHER = "another-secret-of-the-tests-that-is-long"
NOW = 1_767_225_600_000
LATER = NOW // 1000 + 60


def _said(header: bytes, key: SigningKey) -> Caller | tuple[str, str | None, bytes]:
    try:
        return Authenticator(key).authenticate(header, NOW)
    except Problem as problem:
        return problem.code, problem.detail, problem.headers[b"www-authenticate"]


def _token(**claims: Any) -> bytes:
    return b"Bearer " + jwt.encode({"sub": "me", "exp": LATER, **claims}, SECRET, HS256).encode()


HEADERS = {
    "good": _token(role="admin"),
    "no role": _token(),
    "expired": _token(exp=0),
    "other role": _token(role="root"),
    "empty subject": _token(sub=""),
    "odd subject": _token(sub=7),
    "no expiry": _token(exp=None),
    "odd expiry": _token(exp="soon"),
    "endless": _token(exp=float("inf")),
    "for others": _token(aud="somebody"),
    "forged": b"Bearer " + jwt.encode({"sub": "me", "exp": LATER}, ANOTHER, HS256).encode(),
    "other algorithm": b"Bearer " + jwt.encode({"sub": "me", "exp": LATER}, SECRET * 2, "HS512").encode(),
    "no token": b"Bearer canary",
    "nothing": b"Bearer ",
    "basic": b"Basic dXNlcjpjYW5hcnk=",
    "empty": b"",
    "bytes": b"\xff\xfe",
}


@pytest.mark.parametrize("name", HEADERS)
def test_the_header_made_of_it_is_answered_the_same(name: str) -> None:
    key = signing_key(HS256, SECRET, None, 0)
    kept = orjson.loads(orjson.dumps(credentials.told(HEADERS[name], key)))
    elsewhere = signing_key(HS256, ANOTHER, None, 0)
    assert _said(credentials.made(kept, elsewhere), elsewhere) == _said(HEADERS[name], key)


@pytest.mark.parametrize("name", HEADERS)
def test_nothing_of_the_token_is_in_it(name: str) -> None:
    kept = orjson.dumps(credentials.told(HEADERS[name], signing_key(HS256, SECRET, None, 0)))
    assert not any(part in kept for part in HEADERS[name].split(b" ")[-1].split(b".") if len(part) > 5)


def test_claims_that_the_mock_does_not_look_at_are_left_out() -> None:
    kept = credentials.told(_token(email="ann@example.com"), signing_key(HS256, SECRET, None, 0))
    assert kept == {"claims": {"sub": "me", "exp": LATER}}


def test_it_is_so_with_a_key_pair_too() -> None:
    key, elsewhere = (signing_key(RS256, SECRET, None, seed) for seed in (0, 1))
    good = f"Bearer {issue_token(key, 'me', 'service', 60, NOW)}".encode()
    for header in (good, good[:-8] + b"AAAAAAAA", HEADERS["good"], b"Bearer x"):
        kept = credentials.told(header, key)
        assert _said(credentials.made(kept, elsewhere), elsewhere) == _said(header, key)
