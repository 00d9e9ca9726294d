"""What the generated clients stand on: settings, a transport, and calls with their answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from commerce_sdk import _deadline
from commerce_sdk._answer import Answer, Watch
from commerce_sdk._clock import Clock
from commerce_sdk._core import Core
from commerce_sdk._drive import AsyncDriver, Driver
from commerce_sdk._message import AsyncMiddleware, AsyncTransport, Middleware, Transport
from commerce_sdk._own import AsyncOwnTransport, OwnTransport
from commerce_sdk._token import AsyncTokenSource, TokenSource

P = ParamSpec("P")
T = TypeVar("T")


class Client:
    """A client of all services; keeps connections until `close()`, so make one and keep it. Safe between threads."""

    def __init__(  # noqa: PLR0913 - a client has that many settings
        self,
        *,
        package: str,
        prefix: str,
        urls: Mapping[str, tuple[str | None, str]],
        token: TokenSource | None = None,
        timeout: float = 30.0,
        max_retries: int = 2,
        transport: Transport | None = None,
        middleware: Sequence[Middleware] = (),
        headers: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.core: Core = Core(
            package=package,
            prefix=prefix,
            urls=urls,
            token=token,
            timeout=timeout,
            max_retries=max_retries,
            headers=headers,
            clock=clock,
        )
        self._own = OwnTransport()
        self.driver: Driver = Driver(self.core, transport or self._own, tuple(middleware))

    def deadline(self, seconds: float) -> AbstractContextManager[None]:
        """`with client.deadline(2.0):` all calls inside it end within so many seconds, together."""
        return _deadline.deadline(self.core.clock, seconds)

    def with_response(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """Make a call, `client.with_response(client.orders.get, order_id)`; gives value, status and headers."""
        with Watch() as watch:
            return watch.answer(call(*args, **kwargs))

    def close(self) -> None:
        """Close the connections that the client made; a transport that it was given stays open."""
        self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.core!r}>"


class AsyncClient:
    """The same for `async`, under asyncio or trio."""

    def __init__(  # noqa: PLR0913 - a client has that many settings
        self,
        *,
        package: str,
        prefix: str,
        urls: Mapping[str, tuple[str | None, str]],
        token: AsyncTokenSource | None = None,
        timeout: float = 30.0,
        max_retries: int = 2,
        transport: AsyncTransport | None = None,
        middleware: Sequence[AsyncMiddleware] = (),
        headers: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.core: Core = Core(
            package=package,
            prefix=prefix,
            urls=urls,
            token=token,
            timeout=timeout,
            max_retries=max_retries,
            headers=headers,
            clock=clock,
        )
        self._own = AsyncOwnTransport()
        self.driver: AsyncDriver = AsyncDriver(self.core, transport or self._own, tuple(middleware))

    def deadline(self, seconds: float) -> AbstractContextManager[None]:
        """`with client.deadline(2.0):` all calls inside it end within so many seconds, together."""
        return _deadline.deadline(self.core.clock, seconds)

    async def with_response(self, call: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """Make a call, `await client.with_response(client.orders.get, order_id)`; gives value, status and headers."""
        with Watch() as watch:
            return watch.answer(await call(*args, **kwargs))

    async def aclose(self) -> None:
        """Close the connections that the client made; a transport that it was given stays open."""
        await self._own.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.core!r}>"
