"""Who calls, and what is theirs."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

import jwt
from fastapi import Depends, Request

from reference_services.faults import Faults
from reference_services.problems import ProblemError

_ROLES: Final = ("customer", "service", "admin")
_LIFETIME: Final = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token says is calling."""

    id: str
    role: str

    def may_touch(self, owner: str) -> bool:
        """Whether what this user owns is open to the caller."""
        return self.role != "customer" or self.id.lower() == owner.lower()

    def must_own(self, owner: str) -> None:
        """Raise FORBIDDEN unless what this user owns is open to the caller."""
        if not self.may_touch(owner):
            raise ProblemError(HTTPStatus.FORBIDDEN, "FORBIDDEN", "This belongs to another user.")


def authenticated(request: Request) -> Caller:
    """A dependency: the caller as the bearer token names them. Raises UNAUTHORIZED."""
    try:
        claims = _claims(_token(request), request.app.state.settings.secret, request.app.state.faults)
    except jwt.InvalidTokenError:
        headers = {"WWW-Authenticate": "Bearer"}
        detail = "The request needs a valid bearer token."
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED", detail, headers=headers) from None
    return Caller(claims["sub"], claims.get("role", "customer"))


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise jwt.InvalidTokenError
    return token.strip()


def _claims(token: str, secret: str, faults: Faults) -> dict[str, Any]:
    options = {"require": ["sub", "exp"], "verify_exp": not faults.on("expired_token_accepted")}
    if faults.on("signature_not_checked"):
        options["verify_signature"] = False
    claims: dict[str, Any] = jwt.decode(token, secret, algorithms=["HS256"], options=options)  # type: ignore[arg-type] # a dict is what it takes
    if claims.get("role", "customer") not in _ROLES:
        raise jwt.InvalidTokenError
    return claims


def service_token(name: str, secret: str) -> str:
    """The token with which one service calls another."""
    claims = {"sub": name, "role": "service", "exp": int(time.time()) + _LIFETIME}
    return jwt.encode(claims, secret, algorithm="HS256")


CurrentCaller = Annotated[Caller, Depends(authenticated)]
