"""What a service's routes work with, and the request that they work for."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import uuid4

from fastapi import Depends, Request

from reference_services.faults import Faults
from reference_services.metrics import Metrics
from reference_services.settings import Settings


@dataclass(frozen=True, slots=True)
class Trace:
    """Which request something is done for; travels with its events."""

    request_id: str = field(default_factory=lambda: str(uuid4()))
    traceparent: str | None = None

    def headers(self) -> Mapping[str, str]:
        """As the headers of a message."""
        traced = {"traceparent": self.traceparent} if self.traceparent else {}
        return {"correlation-id": self.request_id, **traced}


TRACE: Final[ContextVar[Trace]] = ContextVar("TRACE")


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, what it was told, the mistakes it makes and what it counts."""

    name: str
    settings: Settings
    faults: Faults
    metrics: Metrics


def service(request: Request) -> Service:
    """A dependency: the service that answers."""
    found: Service = request.app.state.service
    return found


CurrentService = Annotated[Service, Depends(service)]
