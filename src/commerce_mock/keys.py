"""What tokens are signed with: a secret that both sides know (HS256), or a key pair, half of it public (RS256)."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import jwt
import orjson

from commerce_mock.primes import prime
from commerce_mock.wire import Page

HS256: Final = "HS256"
RS256: Final = "RS256"
ALGORITHMS: Final = (HS256, RS256)
JWKS: Final = "/.well-known/jwks.json"  # where who verifies tokens looks for public keys
_BITS: Final = 2048  # the shortest RSA key that RFC 7518 allows
_EXPONENT: Final = 65537


class KeyUnusableError(Exception):
    """Tokens cannot be signed as asked: no such algorithm, no key for it, or the package is missing that does it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Signs tokens and verifies them; lives as long as the mock. `jwk` is how its public half is told (RFC 7517).

    A secret has no public half: it signs what it verifies, so nothing of it is told.
    """

    algorithm: str
    private: Any = field(repr=False)
    public: Any = field(repr=False)
    jwk: Mapping[str, str] | None = None

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token with these claims."""
        headers = None if self.jwk is None else {"kid": self.jwk["kid"]}
        return jwt.encode(dict(claims), self.private, algorithm=self.algorithm, headers=headers)

    def jwks(self) -> Page:
        """The key set that `/.well-known/jwks.json` serves, with its media type."""
        return b"application/json", orjson.dumps({"keys": [] if self.jwk is None else [self.jwk]})

    def pages(self, services: Mapping[str, Any]) -> dict[tuple[str | None, str], Callable[[], Page]]:
        """The key set as a page of every service's port, and of the gateway's."""
        return {(name, JWKS): self.jwks for name in (*services, None)}


def signing_key(algorithm: str, secret: str, pem: str | None, seed: int) -> SigningKey:
    """The key that the mock's flags ask for: the secret for HS256; for RS256 `pem`, or a key made from the seed.

    Raises KeyUnusableError.
    """
    if algorithm not in ALGORITHMS:
        raise KeyUnusableError(f"there is no algorithm {algorithm!r} for tokens, but {' and '.join(ALGORITHMS)}")
    if algorithm == HS256:
        return secret_key(secret)
    return _seeded(seed) if pem is None else _read(pem)


def secret_key(secret: str) -> SigningKey:
    """A key for HS256."""
    return SigningKey(HS256, secret, secret)


@lru_cache(maxsize=16)
def _seeded(seed: int) -> SigningKey:
    """A key pair from a seed. Whoever knows the seed knows it: it protects as little as the development secret."""
    rsa, _ = _cryptography()
    p, q = (prime(f"{seed}/{RS256}/{name}", _BITS // 2) for name in ("p", "q"))
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return _pair(numbers.private_key())


@lru_cache(maxsize=16)
def _read(pem: str) -> SigningKey:
    rsa, load = _cryptography()
    try:
        private = load(pem.encode(), password=None)
    except (ValueError, TypeError):  # the latter where it needs a password
        private = None
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < _BITS:
        raise KeyUnusableError(f"it is no RSA private key of {_BITS} bits or more in PEM form, without a password")
    return _pair(private)


def _cryptography() -> tuple[Any, Callable[..., Any]]:
    """The modules that HS256 does without, so that they need not be installed."""
    try:
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - see above
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - see above
    except ImportError:
        message = f'{RS256} needs the package cryptography: pip install "commerce-sdk[rs256]"'
        raise KeyUnusableError(message) from None
    return rsa, load_pem_private_key


def _pair(private: Any) -> SigningKey:
    public = private.public_key()
    numbers = public.public_numbers()
    needed = {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    # The key's thumbprint (RFC 7638) is the hash of what is needed of it, in the order of the alphabet.
    kid = _text(sha256(orjson.dumps(needed)).digest())
    return SigningKey(RS256, private, public, {**needed, "use": "sig", "alg": RS256, "kid": kid})


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8))


def _text(raw: bytes) -> str:
    return re.sub(r"=+$", "", urlsafe_b64encode(raw).decode())
