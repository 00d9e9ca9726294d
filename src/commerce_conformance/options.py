"""What a run was told, by options and by its file, as its settings: the command and the pytest plugin ask here."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import jwt

from commerce_conformance.configuration import FILE, ConfigurationError, read
from commerce_conformance.laws import LAWS
from commerce_conformance.profiles import PROFILES
from commerce_conformance.settings import ENGINES, LAWS_ENGINE, Credentials, Settings
from commerce_conformance.tap import SCHEMES
from commerce_contract import Contract, ContractError, NoContractError, load

_VARIABLE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Told:
    """The options as they were given; None is what was not."""

    urls: Mapping[str, str]
    secret: str | None = field(repr=False)
    token: str | None = field(repr=False)
    second_token: str | None = field(repr=False)
    command: str | None = field(repr=False)
    events: str | None = field(repr=False)
    only: str | None
    services: str | None
    profile: str | None
    config: Path | None
    contract: Path | None
    baseline: Path | None
    seed: int | None
    examples: int | None
    patience: float | None
    engines: Sequence[str] = ()


def settings_of(told: Told) -> tuple[Contract, Settings, Path | None]:
    """The contract, the settings, and the baseline's file, where there is one. Raises ConfigurationError."""
    contract = _contract(told.contract)
    said = _file(told.config)
    known = said.pop("baseline", None)
    filed = said.pop("credentials", Credentials())
    given = {
        "secret": _secret(told.secret),
        "token": _secret(told.token),
        "second_token": _secret(told.second_token),
        "command": told.command,
    }
    for key, names in (
        ("only", [law.name for law in LAWS]),
        ("services", list(contract.services)),
        ("engines", ENGINES),
    ):
        if key in said:
            _names(key, ",".join(said[key]), names)
    credentials = replace(filed, **{name: value for name, value in given.items() if value})
    for name in ("token", "second_token"):
        _check_token(name, getattr(credentials, name))
    options: dict[str, Any] = {
        "events": told.events,
        "only": _names("--only", told.only, [law.name for law in LAWS]),
        "services": _names("--service", told.services, list(contract.services)),
        "profile": _profile(told.profile),
        "seed": told.seed,
        "examples": told.examples,
        "patience": told.patience,
        "engines": _names("--engine", ",".join(told.engines) if told.engines else None, ENGINES),
    }
    if told.only is not None and not told.engines:  # laws by name are what is asked for
        options["engines"] = frozenset({LAWS_ENGINE})
    urls = {**said.pop("urls", {}), **told.urls}
    _check_urls(contract, urls)
    _check_events(told.events or said.get("events"))
    settings = Settings(
        urls=urls, credentials=credentials, **{**said, **{name: v for name, v in options.items() if v is not None}}
    )
    return contract, settings, told.baseline or (Path(known) if known is not None else None)


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """`name=url` texts as a table. Raises ConfigurationError."""
    found = {}
    for text in texts:
        name, equals, url = text.partition("=")
        if not equals:
            message = f"--url {text!r}: write NAME=URL"
            raise ConfigurationError(message)
        found[name] = url
    return found


def _contract(source: Path | None) -> Contract:
    try:
        return load(source)
    except NoContractError as error:
        fault = error.faults[0]
        message = f"{fault.location.file}: {fault.message}. {fault.hint}."
        raise ConfigurationError(message) from None
    except ContractError as error:
        faults = "\n".join(map(str, error.faults))
        message = f"the contract has faults\n{faults}"
        raise ConfigurationError(message) from None


def _file(path: Path | None) -> dict[str, Any]:
    if path is None:
        path = Path(FILE)
        if not path.is_file():
            return {}
    return read(path)


def _check_urls(contract: Contract, urls: Mapping[str, str]) -> None:
    if not urls:
        known = ", ".join(contract.services)
        message = f"no service is given: say on the command line or in [urls] of {FILE} where one is, of {known}"
        raise ConfigurationError(message)
    for name, url in urls.items():
        if name not in contract.services:
            message = f"the contract has no service {name!r}: there are {', '.join(contract.services)}"
            raise ConfigurationError(message)
        if not re.match(r"https?://[^/\s]", url):
            message = f"{name}: {url!r} is no URL: write one such as http://localhost:3001"
            raise ConfigurationError(message)


def _check_events(url: str | None) -> None:
    if url is not None and url.partition("://")[0] not in SCHEMES:  # not repeated: it may have a password
        message = f"--events: is no address of events: they begin with {', '.join(f'{each}://' for each in SCHEMES)}"
        raise ConfigurationError(message)


def _check_token(name: str, token: str | None) -> None:
    """Whom a token is of must stand in it; neither it nor the parser's words are told."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False}) if token else {"sub": ""}
    except jwt.PyJWTError:
        claims = {}
    if "sub" not in claims:
        message = f"{name.replace('_', '-')}: is no JWT that says in `sub` whose it is"
        raise ConfigurationError(message)


def _names(option: str, text: str | None, known: Sequence[str]) -> frozenset[str] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        message = f"{option}: {', '.join(unknown) or 'nothing'} is none of {', '.join(known)}"
        raise ConfigurationError(message)
    return frozenset(names)


def _profile(name: str | None) -> Any:
    if name is not None and name not in PROFILES:
        message = f"--profile: {name!r} is none of {', '.join(PROFILES)}"
        raise ConfigurationError(message)
    return None if name is None else PROFILES[name]


def _secret(text: str | None) -> str | None:
    """A secret as it was given, or out of the environment. Raises ConfigurationError where that has none."""
    found = _VARIABLE.fullmatch(text) if text is not None else None
    if found is None:
        return text
    value = os.environ.get(found[1])
    if not value:
        message = f"the environment has no {found[1]}"
        raise ConfigurationError(message)
    return value
