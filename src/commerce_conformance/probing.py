"""Whether there is anybody to test: every address is asked once before the first law."""

from collections.abc import Mapping
from typing import Final

import httpx

from commerce_contract import Contract

PATIENCE: Final = 5.0  # seconds


def unreachable(contract: Contract, urls: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the addresses at which nothing answers HTTP, by service. Any answer counts, also an error."""
    found = {}
    for service, url in urls.items():
        health = contract.operations.get(f"{service}.health")
        target = url.rstrip("/") + (health.path if health is not None else "/")
        try:
            httpx.get(target, timeout=PATIENCE, trust_env=False)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            found[service] = f"{target}: {str(error) or type(error).__name__}"
    return found
