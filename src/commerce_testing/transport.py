"""The client's transports onto a mock in the same process: no port, no socket, no patching."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Final

from commerce_mock import wire
from commerce_mock.engine import Engine
from commerce_mock.following import Following, Waiting
from commerce_mock.http.app import App
from commerce_sdk._errors import ConnectionFailedError, RequestTimeoutError
from commerce_sdk._message import Request, Response
from commerce_sdk.transports._wire import encoded, outgoing
from commerce_testing import addresses
from commerce_testing.clock import WorldClock
from commerce_testing.faults import carried

_LOOK: Final = 0.01  # seconds between two looks whether there is what a long poll waits for


class MockTransport:
    """Carries requests to one world; lives as long as it. Safe between threads: the world answers one at a time.

    The address says which service is meant, where it is one of the contract's (`localhost` and its port); at any other
    address it is the service that the operation belongs to. A long poll (`wait`) takes its time, the
    machine's; a stream ends with what there is.
    """

    def __init__(self, engine: Engine, clock: WorldClock) -> None:
        self._app = App(engine, {})
        self._clock = clock
        self._services = addresses.services(engine.contract)

    def send(self, request: Request, /) -> Response:
        """Let the world answer. Raises `TransportError` where a fault was ordered, or there is no such service."""
        answered = self._asked(request)
        for pause in _pauses(request, answered):
            sleep(pause)
        return carried(request, answered, self._app.engine.world.faults, self._clock.advance)

    async def send_async(self, request: Request) -> Response:
        """The same, letting other tasks run while it waits."""
        import anyio  # noqa: PLC0415 - not needed by sync clients

        answered = self._asked(request)
        for pause in _pauses(request, answered):
            await anyio.sleep(pause)
        return carried(request, answered, self._app.engine.world.faults, self._clock.advance)

    def _asked(self, request: Request) -> wire.Response:
        """What the world answers at once. Raises `TransportError` where there is no such service."""
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
        return self._app.answer(asked)


class AsyncMockTransport:
    """The same for `async`, under asyncio and trio; other tasks run before each answer, as with a real one."""

    def __init__(self, transport: MockTransport) -> None:
        self._transport = transport

    async def send(self, request: Request, /) -> Response:
        """Let the world answer. Raises `TransportError` where a fault was ordered, or there is no such service."""
        import anyio.lowlevel  # noqa: PLC0415 - not needed by sync clients

        await anyio.lowlevel.checkpoint()
        return await self._transport.send_async(request)


def _pauses(request: Request, answered: wire.Response) -> Iterator[float]:
    """The pauses until an answer has what it waits for, or waited long enough; then it says what there is.

    Raises `RequestTimeoutError` where the client does not wait so long.
    """
    waiting = answered.delivery
    if isinstance(waiting, Following):
        answered.delivery = None
    if not isinstance(waiting, Waiting):
        return
    patience = waiting.seconds if request.timeout is None else min(waiting.seconds, request.timeout)
    until = monotonic() + patience
    while not waiting.is_over():
        if monotonic() >= until:
            if patience < waiting.seconds:
                raise RequestTimeoutError("no answer came in time", operation=request.operation.name, sent=True)
            break
        yield _LOOK
    waiting.finish(answered)
