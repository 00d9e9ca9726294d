"""The testing kit: the platform in process, for tests of whoever uses the client. As a pytest plugin, `plugin` has it.

Everything here is imported when it is first used, since pytest imports the package in every project that has it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from commerce_testing.clock import WorldClock as WorldClock
    from commerce_testing.faults import Fault as Fault
    from commerce_testing.mock import CommerceMock as CommerceMock
    from commerce_testing.server import CommerceServer as CommerceServer
    from commerce_testing.stage import Setting as Setting
    from commerce_testing.stage import Stage as Stage
    from commerce_testing.transport import AsyncMockTransport as AsyncMockTransport
    from commerce_testing.transport import MockTransport as MockTransport

_HOMES: Final = {
    "AsyncMockTransport": "transport",
    "CommerceMock": "mock",
    "CommerceServer": "server",
    "Fault": "faults",
    "MockTransport": "transport",
    "Setting": "stage",
    "Stage": "stage",
    "WorldClock": "clock",
}

__all__ = [
    "AsyncMockTransport",
    "CommerceMock",
    "CommerceServer",
    "Fault",
    "MockTransport",
    "Setting",
    "Stage",
    "WorldClock",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
