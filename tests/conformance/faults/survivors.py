"""Faults of the reference services that no law finds, each with the reason."""

from collections.abc import Mapping
from typing import Final

SURVIVORS: Final[Mapping[str, str]] = {
    "ready_while_dependency_down": "The documents let a service be ready while another one is down, for what it does "
    "without that one: readiness is about requests, health about dependencies. The mock reads them so.",
}
