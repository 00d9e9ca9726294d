"""Which proxy a request goes through: the environment's rules, as httpx reads them, for every transport alike."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from commerce_sdk._errors import InvalidRequestError
from commerce_sdk.transports._wire import PORTS

_SCHEMES: Final = ("http", "https", "all")
_PROXIES: Final = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Origins that it covers (empty scheme or host: any), and the proxy for them; None is a direct connection."""

    scheme: str
    host: re.Pattern[str] | None
    weight: int
    port: int | None
    proxy: str | None

    def covers(self, scheme: str, host: str, port: int | None) -> bool:
        if self.scheme and self.scheme != scheme:
            return False
        if self.port is not None and self.port != port:
            return False
        return self.host is None or self.host.match(host) is not None

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Sorts the most specific rule first: with a port, then by length of host, then by length of scheme."""
        return self.port is None, -self.weight, -len(self.scheme)


@dataclass(frozen=True, slots=True)
class Proxies:
    """Rules, most specific first; read once, when a transport is made, and kept as long as it."""

    rules: tuple[_Rule, ...] = ()

    @classmethod
    def given(cls, proxy: str) -> Self:
        """The same proxy for every origin, whatever the environment says."""
        return cls((_rule("all://", _judged(proxy, "proxy=")),))

    @classmethod
    def of_environment(cls) -> Self:
        """`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case, and the system's settings.

        Raises `InvalidRequestError` for a proxy that no request can go through, as `given` does.
        """
        found = getproxies()
        excepted = [host for part in found.get("no", "").split(",") if (host := part.strip())]
        if "*" in excepted:
            return cls()
        patterns: dict[str, str | None] = {
            f"{scheme}://": _judged(proxy if "://" in proxy else f"http://{proxy}", f"{scheme.upper()}_PROXY")
            for scheme in _SCHEMES
            if (proxy := found.get(scheme))
        }
        patterns.update({_pattern(host): None for host in excepted})
        rules = [_rule(pattern, proxy) for pattern, proxy in patterns.items()]
        return cls(tuple(sorted(rules, key=lambda rule: rule.rank)))

    def for_origin(self, scheme: str, host: str, port: int) -> str | None:
        """The proxy's URL, or None for a direct connection."""
        told = None if port == PORTS.get(scheme) else port  # rules with a scheme's own port are as if they had none
        for rule in self.rules:
            if rule.covers(scheme, host, told):
                return rule.proxy
        return None


def _judged(proxy: str, where: str) -> str:
    try:
        parts = urlsplit(proxy)
        valid = parts.scheme in _PROXIES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:  # it may hold credentials, and is not repeated
        raise InvalidRequestError(f"{where}: not the URL of a proxy; write it as http://host:port.")
    return proxy


def _pattern(host: str) -> str:
    """An entry of `NO_PROXY` as a pattern of URLs: a bare domain covers what is below it, too."""
    if "://" in host:
        return host
    address = host.strip("[]").partition("/")[0]  # a network is read as its first address
    try:
        version = ip_address(address).version
    except ValueError:
        return f"all://{host}" if host.lower() == "localhost" else f"all://*{host}"
    return f"all://[{address}]" if version == 6 else f"all://{address}"  # noqa: PLR2004 - IP's versions are numbers


def _rule(pattern: str, proxy: str | None) -> _Rule:
    try:
        parts = urlsplit(pattern)
        port = None if parts.port == PORTS.get(parts.scheme) else parts.port
    except ValueError:
        raise InvalidRequestError(f"NO_PROXY: {pattern!r} is neither a host nor the URL of one.") from None
    host = parts.hostname or ""
    scheme = "" if parts.scheme == "all" else parts.scheme
    if not host or host == "*":
        return _Rule(scheme, None, 0, port, proxy)
    if host.startswith("*."):
        matched = rf"^.+\.{re.escape(host[2:])}$"
    elif host.startswith("*"):
        matched = rf"^(.+\.)?{re.escape(host[1:])}$"
    else:
        matched = rf"^{re.escape(host)}$"
    return _Rule(scheme, re.compile(matched), len(host), port, proxy)
