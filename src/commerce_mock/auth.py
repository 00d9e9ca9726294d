"""Who calls: bearer tokens (JWT) are verified once and remembered until they expire."""

from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from commerce_mock.keys import SigningKey, secret_key
from commerce_mock.problems import Problem

DEVELOPMENT_SECRET = "commerce-development-secret-for-this-machine-only"  # noqa: S105 - public on purpose; refused off loopback
CUSTOMER = "customer"
ROLES = (CUSTOMER, "service", "admin")
REMEMBERED = 10_000
EXPIRED = "The token has expired."
INVALID = "The token's signature is wrong."


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified claims of a token; `expires` is in milliseconds since the epoch."""

    subject: str
    role: str
    expires: int

    @property
    def privileged(self) -> bool:
        """Services and admins may do everything (decisions page, Auth)."""
        return self.role != CUSTOMER

    def owns(self, owner: str | None) -> bool:
        """Whether the caller may read and change what `owner` owns."""
        return self.role != CUSTOMER or owner is None or owner == self.subject


ANYONE = Caller("anonymous", "admin", 2**62)


def issue_token(key: SigningKey | str, subject: str, role: str, expires_in: float, now: int) -> str:
    """A signed token for `subject`; `expires_in` is in seconds, `now` in milliseconds since the epoch.

    A key that is a text is a secret for HS256.
    """
    issued = now // 1000
    claims = {"sub": subject, "role": role, "iat": issued, "exp": issued + int(expires_in)}
    return (secret_key(key) if isinstance(key, str) else key).sign(claims)


def read_claims(token: bytes, key: SigningKey) -> dict[str, Any]:
    """The claims of a token that the key signed, whenever it ends. Raises `jwt.PyJWTError`."""
    # Expiry is judged by the world's clock, so the library must not judge it by the machine's.
    options: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub"]}
    claims: dict[str, Any] = jwt.decode(token, key.public, algorithms=[key.algorithm], options=options)
    return claims


class Authenticator:
    """Reads the `Authorization` header; lives as long as the engine. Verified tokens are kept by their header.

    It takes tokens of its key's algorithm and of no other, so that nobody chooses a weaker one.
    """

    def __init__(self, key: SigningKey | str) -> None:
        self.key = secret_key(key) if isinstance(key, str) else key
        self._verified: dict[bytes, Caller] = {}

    def authenticate(self, header: bytes | None, now: int) -> Caller:
        """The caller whom the header names. Raises Problem UNAUTHORIZED."""
        if header is None:
            raise unauthorized("The request has no Authorization header.", b"Bearer")
        caller = self._verified.get(header)
        if caller is None:
            caller = self._verify(header)
            if len(self._verified) >= REMEMBERED:
                self._verified.clear()
            self._verified[header] = caller
        if caller.expires <= now:
            raise unauthorized(EXPIRED)
        return caller

    def _verify(self, header: bytes) -> Caller:
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise unauthorized("The Authorization header is not of the form `Bearer <token>`.")
        try:
            claims = read_claims(token, self.key)
        except jwt.InvalidSignatureError:
            raise unauthorized(INVALID) from None
        except jwt.InvalidAlgorithmError:
            raise unauthorized(
                f"The token is not a valid JWT of {self.key.algorithm}, which the mock signs with."
            ) from None
        except jwt.PyJWTError:
            raise unauthorized("The token is not a valid JWT with the claims `sub` and `exp`.") from None
        if not claims["sub"]:
            raise unauthorized("The token's claim `sub` is empty.")
        role = claims.get("role", CUSTOMER)
        if role not in ROLES:
            raise unauthorized(f"The token's role is none of {', '.join(ROLES)}.")
        try:
            return Caller(str(claims["sub"]), role, int(claims["exp"]) * 1000)
        except (TypeError, ValueError, OverflowError):
            raise unauthorized("The token's claim `exp` is not a number.") from None


def unauthorized(detail: str, challenge: bytes = b'Bearer error="invalid_token"') -> Problem:
    """A refusal with the challenge that tells a client what to do (RFC 6750)."""
    return Problem("UNAUTHORIZED", detail, headers={b"www-authenticate": challenge})
