"""The users, in memory."""

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from reference_services.faults import Faults
from reference_services.moments import now
from reference_services.problems import ProblemError
from reference_services.users.models import CreateUser, UpdateUser, User, UserEvent

_ROUNDS: Final = 1000


@dataclass(slots=True)
class Account:
    """A user and what nobody is shown. `mailed` is the verification token, None once it was used."""

    user: User
    password: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    mailed: str | None = field(repr=False)
    events: list[UserEvent] = field(default_factory=list)


class Users:
    """All users of the service; lives as long as it."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._accounts: dict[str, Account] = {}
        self._emails: dict[str, str] = {}
        self._usernames: dict[str, str] = {}

    def _unique(self, text: str) -> str:
        return text if self._faults.on("uniqueness_case_sensitive") else text.casefold()

    async def register(self, asked: CreateUser) -> Account:
        """A new account. Raises USER_001 and USER_002."""
        salt = secrets.token_bytes(16)
        hashed = await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", asked.password.encode(), salt, _ROUNDS)
        email, username = self._unique(asked.email), self._unique(asked.username)
        if email in self._emails:
            raise ProblemError(HTTPStatus.CONFLICT, "USER_001", "Another user has this email address.")
        if username in self._usernames:
            raise ProblemError(HTTPStatus.CONFLICT, "USER_002", "Another user has this username.")
        given = asked.model_dump(exclude={"password"}, exclude_unset=True)
        user = User(id=str(uuid4()), created_at=now(), **given)
        account = Account(user, hashed, salt, secrets.token_urlsafe(16))
        self._accounts[user.id] = account
        self._emails[email] = self._usernames[username] = user.id
        return account

    def find(self, identifier: str) -> Account:
        """The account with this id. Raises USER_004."""
        found = self._accounts.get(identifier)
        if found is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "USER_004", "No user has this id.")
        return found

    def get(self, identifier: str) -> Account | None:
        """The account with this id, if there is one."""
        return self._accounts.get(identifier)

    def update(self, account: Account, asked: UpdateUser) -> User:
        """Change what was given and nothing else."""
        changes = asked.model_dump(exclude_unset=True)
        old = account.user
        if "profile" in changes:
            changes["profile"] = {**(old.profile or {}), **changes["profile"]}
        if self._faults.on("update_loses_phone"):
            changes = {"phone": None, **changes}
        if self._faults.on("uniqueness_lost_by_update"):
            self._emails.pop(self._unique(old.email), None)
            self._usernames.pop(self._unique(old.username), None)
        account.user = old.model_copy(update=changes)
        return account.user


def spend(account: Account, token: str) -> None:
    """Use the token that was mailed to the user. Raises USER_003 where it is not theirs, or was used."""
    if account.mailed is None or not hmac.compare_digest(account.mailed.encode(), token.encode()):
        detail = "The token is wrong, was used before or belongs to somebody else."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "USER_003", detail)
    account.mailed = None
