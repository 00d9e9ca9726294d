"""Where the services of a contract are, as clients are told and as requests say it."""

import inspect
from collections.abc import Mapping

from commerce_contract import Contract


def urls(contract: Contract) -> Mapping[str, str]:
    """The URL of each service: this machine and the contract's port, a name of its own where there is none."""
    return {
        name: f"http://localhost:{service.port}" if service.port else f"http://{name}.test"
        for name, service in contract.services.items()
    }


def services(contract: Contract) -> Mapping[str, str]:
    """The service behind each host and port that a request for this machine may name."""
    return {
        f"{host}:{service.port}": name
        for name, service in contract.services.items()
        if service.port
        for host in ("localhost", "127.0.0.1")
    }


def arguments(kind: type, places: Mapping[str, str]) -> dict[str, str]:
    """The arguments that tell a client of this class where the services are."""
    taken = inspect.signature(kind).parameters
    return {f"{name}_url": url for name, url in places.items() if f"{name}_url" in taken}
