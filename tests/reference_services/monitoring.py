"""Health, readiness and metrics, which every service has."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from reference_services.context import CurrentService, Service
from reference_services.moments import now

VERSION: Final = "1.0.0"
_AGAIN: Final = {"Retry-After": "5"}

Check = Callable[[], Awaitable[bool]]


def monitoring(name: str, checks: Mapping[str, Check], refresh: Callable[[], None]) -> APIRouter:
    """The routes for monitoring. `checks` say of each dependency whether it works, `refresh` precedes a scrape."""
    router = APIRouter()

    async def dependencies(service: Service, fault: str) -> Mapping[str, bool]:
        return {each: service.faults.on(fault) or await works() for each, works in checks.items()}

    @router.get("/health", operation_id=f"{name}.health")
    async def health(service: CurrentService) -> JSONResponse:
        """Whether the service and all that it depends on work."""
        found = await dependencies(service, "health_always_healthy")
        body: dict[str, Any] = {
            "status": _word(well=all(found.values())),
            "service": name,
            "version": VERSION,
            "timestamp": now(),
            "dependencies": {each: _word(well=well) for each, well in found.items()},
        }
        return _said(body, well=all(found.values()))

    @router.get("/ready", operation_id=f"{name}.ready")
    async def ready(service: CurrentService) -> JSONResponse:
        """Whether the service takes requests."""
        well = all((await dependencies(service, "ready_while_dependency_down")).values())
        return _said({"status": "ready" if well else "not_ready", "service": name, "timestamp": now()}, well=well)

    @router.get("/metrics", operation_id=f"{name}.metrics")
    async def metrics(service: CurrentService) -> Response:
        """Everything that the service counts."""
        refresh()
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _word(*, well: bool) -> str:
    return "healthy" if well else "unhealthy"


def _said(body: Mapping[str, Any], *, well: bool) -> JSONResponse:
    return JSONResponse(body) if well else JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN)
