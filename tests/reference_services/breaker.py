"""The circuit breaker in front of another service."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

import httpx
from prometheus_client import Gauge

from reference_services.context import TRACE, Service
from reference_services.faults import Faults
from reference_services.moments import now
from reference_services.problems import unavailable
from reference_services.security import service_token

_THRESHOLD: Final = 5
_STATES: Final = ("closed", "open", "half_open")
_TIMEOUT: Final = 2.0


class Breaker:
    """Opens at five failures in a row, lets one probe through after `timeout` seconds; lives as long as the service."""

    def __init__(self, timeout: float, gauge: Gauge, faults: Faults) -> None:
        self._timeout = timeout
        self._gauge = gauge
        self._faults = faults
        self._failures = 0
        self._last_failure: str | None = None
        self._opened: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`."""
        if self._opened is None:
            return "closed"
        return "half_open" if self.remaining <= 0 else "open"

    @property
    def remaining(self) -> float:
        """For how many seconds it stays open."""
        return 0 if self._opened is None else self._opened + self._timeout - time.monotonic()

    def describe(self) -> Mapping[str, Any]:
        """As the operation `payments.circuit_breaker` shows it."""
        return {"state": self.state, "failure_count": self._failures, "last_failure": self._last_failure}

    def show(self) -> None:
        """Set the metric, which time changes too."""
        self._gauge.set(_STATES.index(self.state))

    def enter(self) -> None:
        """Before a call. Raises a problem where none may be made."""
        if self.state == "open" or self._probing:
            raise unavailable("A service that is needed for this was down a moment ago.", self.remaining)
        self._probing = self.state == "half_open"

    def leave(self, *, well: bool) -> None:
        """After a call."""
        self._probing = False
        if well:
            self._failures, self._opened = 0, None
            return
        self._failures += 1
        self._last_failure = now()
        if self._failures >= _THRESHOLD and not self._faults.on("breaker_never_opens"):
            self._opened = time.monotonic()


class Neighbour:
    """Another service, asked over HTTP with a service's token; `breaker` may be None. Lives as long as the service."""

    def __init__(self, service: Service, http: httpx.AsyncClient, name: str, breaker: Breaker | None = None) -> None:
        self._service = service
        self._http = http
        self._url = service.settings.urls[name]
        self.breaker = breaker

    async def read(self, path: str) -> Any | None:
        """The JSON at a path, None where nothing is there. Raises a problem with 503 where the service is down."""
        if self.breaker is not None:
            self.breaker.enter()
        token = service_token(self._service.name, self._service.settings.secret)
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": TRACE.get().request_id}
        well = False
        try:
            answer = await self._http.get(self._url + path, headers=headers, timeout=_TIMEOUT)
            well = answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        except httpx.HTTPError:
            pass
        finally:
            if self.breaker is not None:
                self.breaker.leave(well=well)
        if not well:
            raise unavailable("A service that is needed for this is down.", 1)
        return json.loads(answer.content, parse_float=Decimal) if answer.status_code == HTTPStatus.OK else None

    async def works(self) -> bool:
        """Whether it says that it is healthy."""
        try:
            answer = await self._http.get(f"{self._url}/health", timeout=_TIMEOUT)
        except httpx.HTTPError:
            return False
        return answer.status_code == HTTPStatus.OK
