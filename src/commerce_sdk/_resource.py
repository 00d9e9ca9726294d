"""What generated resources stand on: they hand their calls to the client that they belong to."""

from typing import TYPE_CHECKING, Any

from commerce_sdk._call import perform
from commerce_sdk._operation import Operation
from commerce_sdk._paging import AsyncPages, Page
from commerce_sdk._request import Call
from commerce_sdk._wait import wait

if TYPE_CHECKING:
    from commerce_sdk._client import AsyncClient, Client


class Resource:
    """The operations of one service; lives as long as its client. Arguments of calls are those of `Call`."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    def _perform(self, call: Call) -> Any:
        return self._client.driver.run(perform(self._client.core, call))

    def _call(self, operation: Operation, **arguments: Any) -> Any:
        return self._perform(Call(operation, **arguments))

    def _page(self, operation: Operation, **arguments: Any) -> Page[Any]:
        return Page(self._perform, Call(operation, **arguments))

    def _wait(self, operation: Operation, *, state: str, leaves: str, timeout: float, **arguments: Any) -> Any:
        call = Call(operation, **arguments)
        return self._client.driver.run(wait(self._client.core, call, state, leaves, timeout))


class AsyncResource:
    """The same for `async`."""

    def __init__(self, client: "AsyncClient") -> None:
        self._client = client

    async def _perform(self, call: Call) -> Any:
        return await self._client.driver.run(perform(self._client.core, call))

    async def _call(self, operation: Operation, **arguments: Any) -> Any:
        return await self._perform(Call(operation, **arguments))

    def _page(self, operation: Operation, **arguments: Any) -> AsyncPages[Any]:
        return AsyncPages(self._perform, Call(operation, **arguments))

    async def _wait(
        self,
        operation: Operation,
        *,
        state: str,
        leaves: str,
        timeout: float,  # noqa: ASYNC109 - a limit for the service, not for the event loop
        **arguments: Any,
    ) -> Any:
        call = Call(operation, **arguments)
        return await self._client.driver.run(wait(self._client.core, call, state, leaves, timeout))
