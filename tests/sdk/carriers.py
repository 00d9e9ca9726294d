"""Every transport, used alike: the suite that each has to pass is written once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import anyio
import pytest

from commerce_sdk._errors import CommerceError
from commerce_sdk._message import Request, Response
from commerce_sdk._operation import Operation
from commerce_sdk._transport import AsyncHttpxTransport, HttpxTransport
from commerce_sdk.transports.aiohttp import AiohttpTransport
from commerce_sdk.transports.pyreqwest import AsyncPyreqwestTransport, PyreqwestTransport

T = TypeVar("T")

GET: Final = Operation("orders.get", "orders", "GET", "/api/orders/{order_id}")
CREATE: Final = Operation("orders.create", "orders", "POST", "/api/orders")


def get(url: str, *, timeout: float | None = 5.0, **headers: Any) -> Request:
    return Request(GET, "GET", url, {name.replace("_", "-"): value for name, value in headers.items()}, timeout=timeout)


def post(url: str, body: bytes | None = b"{}", *, timeout: float | None = 5.0) -> Request:
    return Request(CREATE, "POST", url, {"Content-Type": "application/json"}, body, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A synchronous transport in the clothes of the others."""

    inner: Any

    async def send(self, request: Request) -> Response:
        answered: Response = self.inner.send(request)
        return answered

    async def aclose(self) -> None:
        self.inner.close()


@dataclass(frozen=True, slots=True)
class Carrier:
    """A kind of transport, and the event loop that it runs in."""

    make: Callable[..., Any]
    loop: str | None = None
    tells_connecting: bool = True  # whether a timeout while connecting is told from one after it
    looks_before_use: bool = True  # whether a kept connection is looked at before it is used
    takes_contexts: bool = True  # whether `verify` may be a context

    def send(self, *requests: Request, **options: Any) -> list[Response]:
        """Send them one after the other over one transport."""

        async def send_all(transport: Any) -> list[Response]:
            return [await transport.send(request) for request in requests]

        return self.run(send_all, **options)

    def attempts(
        self, *requests: Request, between: Callable[[], object] = lambda: None
    ) -> list[Response | CommerceError]:
        """The same, with something done before each but the first; errors are given, not raised."""

        async def attempt(transport: Any, request: Request) -> Response | CommerceError:
            try:
                answered: Response = await transport.send(request)
            except CommerceError as failure:
                return failure
            return answered

        async def attempt_all(transport: Any) -> list[Response | CommerceError]:
            outcomes = [await attempt(transport, requests[0])]
            for request in requests[1:]:
                between()
                outcomes.append(await attempt(transport, request))
            return outcomes

        return self.run(attempt_all)

    def after_closing(self, request: Request) -> Response:
        """Send one over a transport that was closed, twice."""

        async def close_and_send(transport: Any) -> Response:
            await transport.send(request)
            await transport.aclose()
            await transport.aclose()
            answered: Response = await transport.send(request)
            return answered

        return self.run(close_and_send)

    def run(self, work: Callable[[Any], Awaitable[T]], **options: Any) -> T:
        """Do something with a new transport, whose methods are all to be awaited; it is closed at the end."""

        async def whole() -> T:
            transport = Awaited(self.make(**options)) if self.loop is None else self.make(**options)
            try:
                return await work(transport)
            finally:
                await transport.aclose()

        return anyio.run(whole, backend=self.loop or "asyncio")

    def one(self, request: Request, **options: Any) -> Response:
        return self.send(request, **options)[0]


_RUST: Final = (False, False, False)
CARRIERS: Final = {
    "httpx": Carrier(HttpxTransport),
    "httpx on asyncio": Carrier(AsyncHttpxTransport, "asyncio"),
    "httpx on trio": Carrier(AsyncHttpxTransport, "trio"),
    "aiohttp": Carrier(AiohttpTransport, "asyncio"),
    "pyreqwest": Carrier(PyreqwestTransport, None, *_RUST),
    "pyreqwest on asyncio": Carrier(AsyncPyreqwestTransport, "asyncio", *_RUST),
}

every_transport: Final = pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS.keys())
