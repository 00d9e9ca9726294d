"""Who calls: bearer tokens (JWT, HS256) are verified once and remembered until they expire."""

from dataclasses import dataclass

import jwt
from jwt.types import Options

from commerce_mock.problems import Problem

DEVELOPMENT_SECRET = "commerce-development-secret-for-this-machine-only"  # noqa: S105 - public on purpose; refused off loopback
ALGORITHM = "HS256"
CUSTOMER = "customer"
ROLES = (CUSTOMER, "service", "admin")
REMEMBERED = 10_000


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


def issue_token(secret: str, subject: str, role: str, expires_in: float, now: int) -> str:
    """A signed token for `subject`; `expires_in` is in seconds, `now` in milliseconds since the epoch."""
    issued = now // 1000
    claims = {"sub": subject, "role": role, "iat": issued, "exp": issued + int(expires_in)}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


class Authenticator:
    """Reads the `Authorization` header; lives as long as the engine. Verified tokens are kept by their header."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._verified: dict[bytes, Caller] = {}

    def authenticate(self, header: bytes | None, now: int) -> Caller:
        """The caller whom the header names. Raises Problem UNAUTHORIZED."""
        if header is None:
            raise _unauthorized("The request has no Authorization header.", b"Bearer")
        caller = self._verified.get(header)
        if caller is None:
            caller = self._verify(header)
            if len(self._verified) >= REMEMBERED:
                self._verified.clear()
            self._verified[header] = caller
        if caller.expires <= now:
            raise _unauthorized("The token has expired.")
        return caller

    def _verify(self, header: bytes) -> Caller:
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise _unauthorized("The Authorization header is not of the form `Bearer <token>`.")
        # Expiry is judged by the world's clock, so the library must not judge it by the machine's.
        options: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["exp", "sub"]}
        try:
            claims = jwt.decode(token, self._secret, algorithms=[ALGORITHM], options=options)
        except jwt.InvalidSignatureError:
            raise _unauthorized("The token's signature is wrong.") from None
        except jwt.PyJWTError:
            raise _unauthorized("The token is not a valid JWT with the claims `sub` and `exp`.") from None
        if not claims["sub"]:
            raise _unauthorized("The token's claim `sub` is empty.")
        role = claims.get("role", CUSTOMER)
        if role not in ROLES:
            raise _unauthorized(f"The token's role is none of {', '.join(ROLES)}.")
        try:
            return Caller(str(claims["sub"]), role, int(claims["exp"]) * 1000)
        except (TypeError, ValueError, OverflowError):
            raise _unauthorized("The token's claim `exp` is not a number.") from None


def _unauthorized(detail: str, challenge: bytes = b'Bearer error="invalid_token"') -> Problem:
    return Problem("UNAUTHORIZED", detail, headers={b"www-authenticate": challenge})
