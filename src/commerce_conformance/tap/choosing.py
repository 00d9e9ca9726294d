"""Which tap a URL means."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final
from urllib.parse import urlsplit

import httpx

from commerce_conformance.tap.tapped import Tap
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract

# The tap's module, and the package that it needs.
_TAPS: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("redis", "rediss", "unix"), ("redis", "redis")),
    **dict.fromkeys(("amqp", "amqps"), ("rabbitmq", "aio_pika")),
    **dict.fromkeys(("http", "https"), ("admin", "httpx")),
}
SCHEMES: Final = tuple(_TAPS)


def tap(url: str, contract: Contract, transport: httpx.BaseTransport | None = None) -> Tap:
    """The tap at a URL, not started yet; `transport` is a mock's in the same process.

    Raises UnreachableError where it is no URL of a broker or of a mock, and where a package is missing.
    """
    try:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        place, parts = "", urlsplit("")
    if parts.scheme not in _TAPS:
        raise UnreachableError(
            "what --events names is no address of events",
            "write redis://localhost:6379/0, amqp://localhost:5672/ or a mock's http://localhost:3001",
        )
    module, package = _TAPS[parts.scheme]
    if find_spec(package) is None:
        raise UnreachableError(f"{parts.scheme}:// needs the package {package}", "pip install 'commerce-sdk[events]'")
    made: ModuleType = import_module(f"commerce_conformance.tap.{module}")
    listening: Tap = made.tap(url, place, contract, transport)
    return listening
