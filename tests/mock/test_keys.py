"""What tokens are signed with: a secret, or a key pair of which the public half is told."""

import builtins
import subprocess
import sys
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from commerce_mock import keys
from commerce_mock.auth import Authenticator, issue_token
from commerce_mock.keys import HS256, JWKS, RS256, KeyUnusableError, signing_key
from commerce_mock.primes import SMALL, prime
from commerce_mock.problems import Problem
from commerce_mock.settings import Settings
from harness.platform import Platform

SECRET = "a-secret-of-the-tests-that-is-long-enough"
NOW = 1_767_225_600_000


def _pem(key: Any, password: bytes | None = None) -> str:
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password)
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return text.decode()


@pytest.fixture(scope="module")
def own() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_a_seed_makes_the_same_key_pair_on_every_machine() -> None:
    command = f"from commerce_mock.keys import signing_key; print(signing_key({RS256!r}, '', None, 7).jwk['kid'])"
    elsewhere = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    here = signing_key(RS256, SECRET, None, 7)
    assert here.jwk is not None
    assert elsewhere.stdout.strip() == here.jwk["kid"]
    other = signing_key(RS256, SECRET, None, 8)
    assert other.jwk is not None
    assert other.jwk["n"] != here.jwk["n"]


def test_a_made_key_is_a_sound_rsa_key_of_2048_bits() -> None:
    key = signing_key(RS256, SECRET, None, 0)
    assert key.private.key_size == 2048
    numbers = key.private.private_numbers()
    for factor in (numbers.p, numbers.q):
        assert all(pow(base, factor - 1, factor) == 1 for base in (2, 3, 5, 65537))  # Fermat
        assert all(factor % small for small in SMALL)


def test_primes_are_the_next_ones_and_no_product_of_two_passes() -> None:
    found = prime("a text", 32)
    assert found.bit_length() == 32
    assert all(found % divisor for divisor in range(3, 70_000, 2))
    assert prime("another text", 32) != found


def test_a_token_of_rs256_names_its_key_and_is_verified_by_the_published_half() -> None:
    key = signing_key(RS256, SECRET, None, 0)
    token = issue_token(key, "me", "admin", 60, NOW)
    published = orjson.loads(key.jwks()[1])["keys"]
    assert [entry["kid"] for entry in published] == [jwt.get_unverified_header(token)["kid"]]
    assert published[0].keys() == {"e", "kty", "n", "use", "alg", "kid"}  # nothing private
    verifier = jwt.PyJWK(published[0])
    claims = jwt.decode(token, verifier.key, algorithms=[RS256], options={"verify_exp": False, "verify_iat": False})
    assert (claims["sub"], claims["role"]) == ("me", "admin")


def test_a_secret_is_not_published() -> None:
    media_type, body = signing_key(HS256, SECRET, None, 0).jwks()
    assert (media_type, body) == (b"application/json", b'{"keys":[]}')


def test_a_key_of_ones_own_signs(own: rsa.RSAPrivateKey) -> None:
    key = signing_key(RS256, SECRET, _pem(own), 0)
    caller = Authenticator(key).authenticate(f"Bearer {issue_token(key, 'me', 'service', 60, NOW)}".encode(), NOW)
    assert (caller.subject, caller.role) == ("me", "service")


def test_a_mock_takes_no_token_of_the_other_algorithm() -> None:
    pair, secret = signing_key(RS256, SECRET, None, 0), signing_key(HS256, SECRET, None, 0)
    for taken, given in ((pair, secret), (secret, pair)):
        with pytest.raises(Problem) as caught:
            Authenticator(taken).authenticate(f"Bearer {issue_token(given, 'me', 'admin', 60, NOW)}".encode(), NOW)
        assert taken.algorithm in str(caught.value.detail)


def test_the_public_half_is_no_secret_to_sign_with() -> None:
    """The oldest trick: HS256 with the published key as its secret."""
    key = signing_key(RS256, SECRET, None, 0)
    assert key.jwk is not None
    forged = jwt.encode({"sub": "me", "role": "admin", "exp": 4_000_000_000}, key.jwk["n"], HS256)
    with pytest.raises(Problem):
        Authenticator(key).authenticate(f"Bearer {forged}".encode(), NOW)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        _pem(ec.generate_private_key(ec.SECP256R1())),
        _pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - to be refused
        _pem(rsa.generate_private_key(65537, 2048), b"a password"),
    ],
    ids=["empty", "text", "broken", "elliptic", "short", "locked"],
)
def test_what_is_no_key_for_it_is_refused_without_a_trace_of_it(pem: str) -> None:
    with pytest.raises(KeyUnusableError, match="RSA private key of 2048 bits") as caught:
        signing_key(RS256, SECRET, pem, 0)
    assert "BEGIN" not in str(caught.value)


def test_another_algorithm_is_refused() -> None:
    with pytest.raises(KeyUnusableError, match="HS256 and RS256"):
        signing_key("none", SECRET, None, 0)


def test_without_cryptography_only_rs256_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = builtins.__import__

    def without(name: str, *others: Any, **named: Any) -> Any:
        if name.startswith("cryptography"):
            raise ModuleNotFoundError(name=name)
        return genuine(name, *others, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    keys._seeded.cache_clear()  # noqa: SLF001 - what it remembers was made with the package
    with pytest.raises(KeyUnusableError, match=r"pip install .commerce-sdk\[rs256\]"):
        signing_key(RS256, SECRET, None, 0)
    assert signing_key(HS256, SECRET, None, 0).sign({"sub": "me"})


def test_neither_key_nor_secret_shows() -> None:
    shown = repr(signing_key(RS256, SECRET, None, 0)) + repr(signing_key(HS256, SECRET, None, 0))
    shown += repr(Settings(jwt_secret=SECRET, jwt_key="canary-key", admin_token="canary-token"))
    assert SECRET not in shown
    assert "canary" not in shown
    assert "rsa" not in shown.lower().replace("rs256", "").replace("'kty': 'rsa'", "")


def test_the_whole_platform_runs_on_rs256() -> None:
    platform = Platform(jwt_algorithm=RS256)
    platform.token = lambda subject, role="customer", expires_in=3600.0: issue_token(  # type: ignore[method-assign] # the harness signs with a secret
        platform.engine.key, subject, role, expires_in, platform.world.clock.now()
    )
    platform.admin = platform.token("00000000-0000-4000-8000-000000000000", "admin", 10**9)
    ann = platform.register()
    order, payment = platform.paid(ann)
    assert (order["status"], payment["status"]) == ("confirmed", "completed")


def test_every_port_has_the_key_set() -> None:
    engine = Platform(jwt_algorithm=RS256).engine
    assert {service for service, path in engine.pages if path == JWKS} == {*engine.contract.services, None}
