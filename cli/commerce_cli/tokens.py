"""`commerce-mock token`: whose, for how long, and the token itself."""

import re
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commerce_cli.loading import choose_scenario, load_contract, people
from commerce_cli.running import RefusedError
from commerce_contract import Resource
from commerce_mock.auth import DEVELOPMENT_SECRET, ROLES, issue_token
from commerce_mock.keys import HS256, KeyUnusableError, SigningKey, signing_key

_DURATION = re.compile(r"([+-]?[0-9]{1,12})([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
LONGEST = 100 * 365 * 86_400


def make_token(  # noqa: PLR0913, PLR0917 - the flags of the command
    user: str | None, role: str, expires: str, key: SigningKey, scenario: str | None, contract: Path | None
) -> str:
    """A token as the flags of `commerce-mock token` describe it. Raises RefusedError."""
    if role not in ROLES:
        message = f"--role {role}: there is no such role, but {', '.join(ROLES)}"
        raise RefusedError(message)
    lasts = seconds(expires, "--expires")
    subject = user if user and "@" not in user else find_user(user, scenario, contract)
    return issue_token(key, subject, role, lasts, time.time_ns() // 1_000_000)


def chosen_key(algorithm: str, secret: str | None, path: Path | None, seed: int) -> SigningKey:
    """The key that the flags of `serve` and `token` ask for. Raises RefusedError."""
    try:
        return signing_key(algorithm, accepted_secret(secret), key_text(algorithm, path), seed)
    except KeyUnusableError as error:
        message = f"--jwt-key {path}: {error}" if path is not None else f"--jwt-algorithm {algorithm}: {error}"
        raise RefusedError(message) from None


def key_text(algorithm: str, path: Path | None) -> str | None:
    """The PEM text in a file. Raises RefusedError."""
    if path is None:
        return None
    if algorithm == HS256:
        message = f"--jwt-key {path}: a key signs with RS256: add --jwt-algorithm RS256, or leave the key out"
        raise RefusedError(message)
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        message = f"--jwt-key {path}: {error.strerror}"
        raise RefusedError(message) from None
    except UnicodeDecodeError:
        message = f"--jwt-key {path}: this is no PEM file"
        raise RefusedError(message) from None


def accepted_secret(secret: str | None) -> str:
    """The secret to sign with: the given one, however short, or the development one. Raises RefusedError."""
    if secret is None:
        return DEVELOPMENT_SECRET
    if not secret:
        message = "--jwt-secret is empty: give a secret, or leave the flag and COMMERCE_JWT_SECRET out"
        raise RefusedError(message)
    # On this machine any secret will do; the library's warning about a short one would stand between the lines.
    warnings.filterwarnings("ignore", message="The HMAC key is")
    return secret


def seconds(text: str, flag: str) -> int:
    """A duration such as `90`, `15m`, `1h` or `7d` in seconds. Raises RefusedError."""
    found = _DURATION.fullmatch(text.strip())
    lasts = int(found[1]) * _UNITS[found[2]] if found else LONGEST + 1
    if abs(lasts) > LONGEST:
        message = f"{flag} {text}: give seconds up to a hundred years, or a number with s, m, h or d, such as 1h"
        raise RefusedError(message)
    return lasts


def find_user(email: str | None, name: str | None, source: Path | None) -> str:
    """The id of the scenario's user with that email, of its first user without one. Raises RefusedError."""
    contract = load_contract(source)
    scenario = choose_scenario(name, contract)
    resource = people(contract)
    users = scenario.resources.get(resource.collection, []) if resource else []
    names = {str(user[resource.key]): _names(resource, user) for user in users} if resource else {}
    for key, known in names.items():
        if email is None or email.casefold() in map(str.casefold, known):
            return key
    if email is None:
        message = f"the scenario {scenario.name} has no user: say whose token it is with --user ID"
    else:
        emails = ", ".join(name for known in names.values() for name in known if "@" in name)
        message = f"--user {email}: the scenario {scenario.name} has no such user{f', but {emails}' if emails else ''}"
    raise RefusedError(message)


def _names(resource: Resource, user: Mapping[str, Any]) -> list[str]:
    """What a user is known by besides the key: email and username."""
    return [str(user[unique]) for unique in resource.unique if unique in user]
