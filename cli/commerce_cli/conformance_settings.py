"""What `commerce-contract test` was told, on its command line and in its file, as the settings of a run."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from commerce_cli.loading import told as faults_of
from commerce_cli.running import RefusedError
from commerce_conformance.configuration import FILE, ConfigurationError, read
from commerce_conformance.laws import LAWS
from commerce_conformance.profiles import PROFILES
from commerce_conformance.settings import Credentials, Settings
from commerce_contract import Contract, ContractError, NoContractError, load

_VARIABLE: Final = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Told:
    """The options of the command as they were given; None is what was not."""

    urls: Mapping[str, str]
    secret: str | None
    token: str | None
    second_token: str | None
    command: str | None
    events: str | None
    only: str | None
    services: str | None
    profile: str | None
    config: Path | None
    contract: Path | None
    baseline: Path | None
    seed: int | None
    examples: int | None
    patience: float | None


def settings_of(told: Told) -> tuple[Contract, Settings, Path | None]:
    """The contract, the settings, and the baseline's file, where there is one. Raises RefusedError."""
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
    credentials = replace(filed, **{name: value for name, value in given.items() if value})
    options: dict[str, Any] = {
        "events": told.events,
        "only": _names("--only", told.only, [law.name for law in LAWS]),
        "services": _names("--service", told.services, list(contract.services)),
        "profile": _profile(told.profile),
        "seed": told.seed,
        "examples": told.examples,
        "patience": told.patience,
    }
    urls = {**said.pop("urls", {}), **told.urls}
    _check_urls(contract, urls)
    settings = Settings(
        urls=urls, credentials=credentials, **{**said, **{name: v for name, v in options.items() if v is not None}}
    )
    return contract, settings, told.baseline or (Path(known) if known is not None else None)


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """`name=url` texts as a table. Raises RefusedError."""
    found = {}
    for text in texts:
        name, equals, url = text.partition("=")
        if not equals:
            message = f"--url {text!r}: write NAME=URL"
            raise RefusedError(message)
        found[name] = url
    return found


def _contract(source: Path | None) -> Contract:
    try:
        return load(source)
    except NoContractError as error:
        fault = error.faults[0]
        message = f"{fault.location.file}: {fault.message}. {fault.hint}."
        raise RefusedError(message) from None
    except ContractError as error:
        raise RefusedError(faults_of(error)) from None


def _file(path: Path | None) -> dict[str, Any]:
    if path is None:
        path = Path(FILE)
        if not path.is_file():
            return {}
    try:
        return read(path)
    except ConfigurationError as error:
        raise RefusedError(str(error)) from None


def _check_urls(contract: Contract, urls: Mapping[str, str]) -> None:
    if not urls:
        known = next(iter(contract.services))
        message = f"no service is given: say where one is, such as --{known} http://localhost:3001, or [urls] in {FILE}"
        raise RefusedError(message)
    for name, url in urls.items():
        if name not in contract.services:
            message = f"the contract has no service {name!r}: there are {', '.join(contract.services)}"
            raise RefusedError(message)
        if not re.match(r"https?://[^/\s]", url):
            message = f"{name}: {url!r} is no URL: write one such as http://localhost:3001"
            raise RefusedError(message)


def _names(option: str, text: str | None, known: Sequence[str]) -> frozenset[str] | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        message = f"{option}: {', '.join(unknown) or 'nothing'} is none of {', '.join(known)}"
        raise RefusedError(message)
    return frozenset(names)


def _profile(name: str | None) -> Any:
    if name is not None and name not in PROFILES:
        message = f"--profile: {name!r} is none of {', '.join(PROFILES)}"
        raise RefusedError(message)
    return None if name is None else PROFILES[name]


def _secret(text: str | None) -> str | None:
    """A secret as it was given, or out of the environment. Raises RefusedError where that has none."""
    found = _VARIABLE.fullmatch(text) if text is not None else None
    if found is None:
        return text
    value = os.environ.get(found[1])
    if not value:
        message = f"the environment has no {found[1]}"
        raise RefusedError(message)
    return value
