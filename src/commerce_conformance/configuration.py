"""`conformance.toml`: what a team tells the suite once, so that a run needs no long command line."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from commerce_conformance.profiles import PROFILES
from commerce_conformance.settings import Credentials, Hook

FILE: Final = "conformance.toml"
_SHAPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "urls": dict,
    "credentials": dict,
    "profile": str,
    "events": str,
    "only": list,
    "services": list,
    "engines": list,
    "baseline": str,
    "seed": int,
    "examples": int,
    "patience": (int, float),
    "timeout": (int, float),
    "hooks": dict,
    "states": dict,
}
KEYS: Final = tuple(_SHAPES)
_SAID: Final = {dict: "a table", str: "a text", list: "a list of texts", int: "a whole number"}
_VARIABLE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


class ConfigurationError(Exception):
    """A file that cannot be used; the message names the file, the key, and what to do."""


def read(path: Path) -> dict[str, Any]:
    """What a file says, as keywords for `Settings`; `baseline` beside them. Raises ConfigurationError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise ConfigurationError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: is no TOML: {error}"
        raise ConfigurationError(message) from None
    for key, value in content.items():
        _check(path, key, value)
    said: dict[str, Any] = dict(content)
    if "credentials" in said:
        said["credentials"] = Credentials(**_members(path, "credentials", said["credentials"], Credentials))
    if "hooks" in said:
        said["hooks"] = {name: _hook(path, name, value) for name, value in said["hooks"].items()}
    if "profile" in said:
        if said["profile"] not in PROFILES:
            message = f"{path}: profile: {said['profile']!r} is none of {', '.join(PROFILES)}"
            raise ConfigurationError(message)
        said["profile"] = PROFILES[said["profile"]]
    for name in ("only", "services", "engines"):
        if name in said:
            said[name] = frozenset(said[name])
    return said


def _check(path: Path, key: str, value: Any) -> None:
    shape = _SHAPES.get(key)
    if shape is None:
        message = f"{path}: {key}: is no key of this file: there are {', '.join(_SHAPES)}"
        raise ConfigurationError(message)
    wrong = not isinstance(value, shape) or isinstance(value, bool)
    if wrong or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        what = _SAID[shape] if isinstance(shape, type) else "a number"
        message = f"{path}: {key}: must be {what}"
        raise ConfigurationError(message)


def _hook(path: Path, name: str, value: Any) -> Hook:
    hook = Hook(**_members(path, f"hooks.{name}", value, Hook))
    if (hook.command is None) == (hook.url is None):
        message = f"{path}: hooks.{name}: needs one of `command` and `url`"
        raise ConfigurationError(message)
    if hook.pattern is not None:
        try:
            re.compile(hook.pattern)
        except re.error as error:
            message = f"{path}: hooks.{name}.pattern: {error}"
            raise ConfigurationError(message) from None
    return hook


def _members(path: Path, where: str, value: Any, kind: type[Credentials] | type[Hook]) -> dict[str, Any]:
    """The members of a table; `env:NAME` stands for a variable of the environment."""
    known = [field.name for field in fields(kind)]
    if not isinstance(value, dict):
        message = f"{path}: {where}: must be a table of {', '.join(known)}"
        raise ConfigurationError(message)
    members: dict[str, Any] = {}
    for name, member in value.items():
        if name not in known or not isinstance(member, dict if name == "headers" else str):
            message = f"{path}: {where}.{name}: must be a text under one of {', '.join(known)}"
            raise ConfigurationError(message)
        if isinstance(member, dict):
            members[name] = {key: _said(path, f"{where}.{name}.{key}", text) for key, text in member.items()}
        else:
            members[name] = _said(path, f"{where}.{name}", member)
    return members


def _said(path: Path, where: str, text: Any) -> str:
    found = _VARIABLE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return str(text)
    value = os.environ.get(found[1])
    if not value:
        message = f"{path}: {where}: the environment has no {found[1]}"
        raise ConfigurationError(message)
    return value
