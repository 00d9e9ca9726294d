"""What sync and async clients have in common: their settings, from arguments and the environment."""

import os
from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from commerce_sdk._clock import Clock, SystemClock
from commerce_sdk._errors import InvalidRequestError
from commerce_sdk._headers import fault
from commerce_sdk._problem import Codes
from commerce_sdk._retry import RetryBudget
from commerce_sdk._token import AsyncTokenSource, TokenKeeper
from commerce_sdk._version import VERSION

_CLOCK: Final = SystemClock()


class Core:
    """The settings of one client; lives as long as it. Its repr shows no token.

    `package` is the generated package, `prefix` that of the environment variables. `urls` maps a service to the URL
    that was given for it, if any, and the one that the contract names. `timeout` is in seconds.
    """

    def __init__(  # noqa: PLR0913 - a client has that many settings
        self,
        *,
        package: str,
        prefix: str,
        urls: Mapping[str, tuple[str | None, str]],
        token: AsyncTokenSource | None,
        timeout: float,
        max_retries: int,
        headers: Mapping[str, str] | None,
        clock: Clock | None,
    ) -> None:
        self.package: str = package
        self.prefix: str = prefix
        self.urls: Mapping[str, str] = {service: _url(prefix, service, *given) for service, given in urls.items()}
        self.tokens: TokenKeeper = TokenKeeper(
            token if token is not None else os.environ.get(f"{prefix}_TOKEN") or None
        )
        if timeout <= 0 or max_retries < 0:
            raise InvalidRequestError("timeout must be positive seconds, and max_retries 0 or more")
        self.timeout: float = timeout
        self.max_retries: int = max_retries
        self.headers: Mapping[str, str] = {
            "Accept": "application/json",
            "User-Agent": f"commerce-sdk/{VERSION}",
            **(headers or {}),
        }
        if wrong := fault(self.headers):
            raise InvalidRequestError(wrong)
        self.clock: Clock = clock or _CLOCK
        self.budget: RetryBudget = RetryBudget()

    def __repr__(self) -> str:
        return " ".join(f"{service}={url}" for service, url in self.urls.items())

    def url(self, service: str) -> str:
        """Where a service is. Raises `InvalidRequestError` if nobody said."""
        url = self.urls[service]
        if not url:
            hint = f"give {service}_url=..., or set {self.prefix}_{service.upper()}_URL"
            raise InvalidRequestError(f"the URL of {service} is not known: {hint}")
        return url

    @cached_property
    def codes(self) -> Codes:
        """The exception of each problem code; imported when a service first answers with a problem."""
        codes: Any = import_module(f"{self.package}.errors").CODES
        return codes  # type: ignore[no-any-return]  # a module is not typed by its name


def _url(prefix: str, service: str, given: str | None, default: str) -> str:
    variable = f"{prefix}_{service.upper()}_URL"
    url = given or os.environ.get(variable) or default
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        where = f"{service}_url" if given else variable
        raise InvalidRequestError(f"{where} must be a URL like http://localhost:3001, without user, query or fragment")
    return url.rstrip("/")
