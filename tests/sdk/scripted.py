"""A transport that follows a script, and a clock that passes only when somebody sleeps."""

from dataclasses import dataclass, field
from typing import Any

from commerce_sdk._client import AsyncClient, Client
from commerce_sdk._message import Request, Response


def response(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@dataclass
class ScriptedClock:
    """Time that moves by sleeping."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_700_000_000.0 + self.now

    def random(self) -> float:
        return 0.5

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float, /) -> None:
        self.sleep(seconds)


class ScriptedTransport:
    """Answers requests from a script, in turn; keeps them."""

    def __init__(self, *script: Any, clock: ScriptedClock | None = None, takes: float = 0.0) -> None:
        self._script = list(script)
        self._clock = clock
        self._takes = takes
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        if self._clock is not None:
            self._clock.now += self._takes
        step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, int):
            return response(step)
        if isinstance(step, Response):
            return step
        found: Response = step(request)
        return found


class AsyncScriptedTransport(ScriptedTransport):
    """The same for `async`."""

    async def send(self, request: Request) -> Response:  # type: ignore[override]  # async on purpose
        return super().send(request)


URLS = {"things": ("http://things.test/base/", "")}


def client(transport: ScriptedTransport, clock: ScriptedClock | None = None, **settings: Any) -> Client:
    """A sync client of a service `things`."""
    return Client(
        package="commerce_sdk._generated",
        prefix="THINGS",
        urls=settings.pop("urls", URLS),
        transport=transport,
        clock=clock or ScriptedClock(),
        **settings,
    )


def async_client(transport: AsyncScriptedTransport, clock: ScriptedClock | None = None, **settings: Any) -> AsyncClient:
    """An async client of a service `things`."""
    return AsyncClient(
        package="commerce_sdk._generated",
        prefix="THINGS",
        urls=URLS,
        transport=transport,
        clock=clock or ScriptedClock(),
        **settings,
    )
