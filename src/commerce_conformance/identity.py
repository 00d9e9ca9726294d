"""Whom a request comes from: people, roles, nobody, and those whom a service must not believe."""

import itertools
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import jwt

from commerce_conformance.settings import Credentials
from commerce_conformance.unreachable import UnreachableError

CUSTOMER: Final = "customer"
LIFETIME: Final = 3600.0  # seconds
_PATIENCE: Final = 30.0  # seconds that a command may take


@dataclass(frozen=True, slots=True)
class Identity:
    """One caller; lives as long as the run. `user_id` is None where it is nobody's, `header` what it sends.

    `label` is how reports call it. The token is in no repr.
    """

    label: str
    user_id: str | None = None
    role: str = CUSTOMER
    header: str | None = field(default=None, repr=False)


ANONYMOUS: Final = Identity("nobody")


class Identities:
    """Makes callers from what the suite was given: a secret, a command, or up to two tokens."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._fixed = [token for token in (credentials.token, credentials.second_token) if token]
        self._numbers: Iterator[int] = itertools.count(1)

    @property
    def any_user(self) -> bool:
        """Whether a token can be had for every user, also one that was made just now."""
        return bool(self._credentials.secret or self._credentials.command)

    def fixed(self, index: int) -> Identity:
        """The user of the first (0) or second (1) token that was given. Raises UnreachableError without one."""
        if index >= len(self._fixed):
            option = "--token" if index == 0 else "--second-token"
            raise UnreachableError("nobody can be called as", f"give {option}, --jwt-secret or --token-command")
        token = self._fixed[index]
        claims = jwt.decode(token, options={"verify_signature": False})
        label = ("a user", "another user")[index]
        return Identity(label, str(claims["sub"]), str(claims.get("role", CUSTOMER)), f"Bearer {token}")

    def user(self, user_id: str, label: str | None = None) -> Identity:
        """A customer. Raises UnreachableError where no token can be had for them."""
        for index in range(len(self._fixed)):
            fixed = self.fixed(index)
            if fixed.user_id == user_id:
                return fixed
        return self._made(label or f"user {next(self._numbers)}", user_id, CUSTOMER)

    def role(self, role: str) -> Identity:
        """A caller with a role that may do everything, such as `service`. Raises UnreachableError."""
        return self._made(f"role {role}", f"conformance-{role}", role)

    def forged(self, identity: Identity, *, secret: str = "not the platform's secret, but as long") -> Identity:  # noqa: S107 - it is meant to be wrong
        """The same caller by a token that somebody else signed."""
        token = jwt.encode(self._claims(str(identity.user_id), identity.role, LIFETIME), secret, "HS256")
        return Identity(f"{identity.label}, wrongly signed", identity.user_id, identity.role, f"Bearer {token}")

    def unsigned(self, identity: Identity) -> Identity:
        """The same caller by a token of the algorithm `none`."""
        token = jwt.encode(self._claims(str(identity.user_id), identity.role, LIFETIME), "", "none")
        return Identity(f"{identity.label}, not signed", identity.user_id, identity.role, f"Bearer {token}")

    def expired(self, identity: Identity) -> Identity:
        """The same caller by a token that was good an hour ago. Raises UnreachableError without the secret."""
        secret = self._credentials.secret
        if not secret:
            raise UnreachableError("no expired token can be made", "give --jwt-secret")
        token = jwt.encode(self._claims(str(identity.user_id), identity.role, -LIFETIME), secret, "HS256")
        return Identity(f"{identity.label}, expired", identity.user_id, identity.role, f"Bearer {token}")

    def _made(self, label: str, user_id: str, role: str) -> Identity:
        credentials = self._credentials
        if credentials.secret:
            token = jwt.encode(self._claims(user_id, role, LIFETIME), credentials.secret, "HS256")
        elif credentials.command:
            token = self._ask(credentials.command, user_id, role)
        else:
            raise UnreachableError(f"nobody can be called as: {label}", "give --jwt-secret or --token-command")
        return Identity(label, user_id, role, f"Bearer {token}")

    @staticmethod
    def _claims(user_id: str, role: str, lifetime: float) -> dict[str, object]:
        now = int(time.time())
        return {"sub": user_id, "role": role, "iat": now - int(2 * LIFETIME), "exp": now + int(lifetime)}

    @staticmethod
    def _ask(command: str, user_id: str, role: str) -> str:
        line = command.replace("{user}", user_id).replace("{role}", role)
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S602 - the user's own command
        token = done.stdout.strip()
        if done.returncode or not token:
            raise UnreachableError(
                f"--token-command ended with {done.returncode} and printed no token",
                "let it print a token for {user} and {role} on one line",
            )
        return token
