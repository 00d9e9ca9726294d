"""The client's transports onto a mock in the same process: no port, no socket, no patching."""

from commerce_mock import wire
from commerce_mock.engine import Engine
from commerce_mock.http.app import App
from commerce_sdk._errors import ConnectionFailedError
from commerce_sdk._message import Request, Response
from commerce_sdk.transports._wire import encoded, outgoing
from commerce_testing import addresses
from commerce_testing.clock import WorldClock
from commerce_testing.faults import carried


class MockTransport:
    """Carries requests to one world; lives as long as it. Safe between threads: the world answers one at a time.

    The address says which service is meant, where it is one of the contract's (`localhost` and its port); at any other
    address it is the service that the operation belongs to.
    """

    def __init__(self, engine: Engine, clock: WorldClock) -> None:
        self._app = App(engine, {})
        self._clock = clock
        self._services = addresses.services(engine.contract)

    def send(self, request: Request, /) -> Response:
        """Let the world answer. Raises `TransportError` where a fault was ordered, or there is no such service."""
        authority, _, target = request.url.partition("://")[2].partition("/")
        path, _, query = target.partition("?")
        service = self._services.get(authority, request.operation.service)
        contract = self._app.engine.contract
        if service not in contract.services:
            known = ", ".join(contract.services)
            raise ConnectionFailedError(
                f"the mock's contract has no service {service!r}, but {known}",
                operation=request.operation.name,
                sent=False,
            )
        headers = dict(encoded(request, outgoing(request, {})))
        asked = wire.Request(request.method, f"/{path}", query.encode(), headers, request.body or b"", service)
        answered = self._app.answer(asked)
        return carried(request, answered, self._app.engine.world.faults, self._clock.advance)


class AsyncMockTransport:
    """The same for `async`, under asyncio and trio; other tasks run before each answer, as with a real one."""

    def __init__(self, transport: MockTransport) -> None:
        self._transport = transport

    async def send(self, request: Request, /) -> Response:
        """Let the world answer. Raises `TransportError` where a fault was ordered, or there is no such service."""
        import anyio.lowlevel  # noqa: PLC0415 - not needed by sync clients

        await anyio.lowlevel.checkpoint()
        return self._transport.send(request)
