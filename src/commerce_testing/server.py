"""A world behind real ports, for what cannot be given a transport: other processes, other languages, browsers."""

from collections.abc import Mapping
from typing import Any, Self

from commerce_sdk import AsyncCommerce, Commerce
from commerce_testing import addresses
from commerce_testing.listener import Listener
from commerce_testing.mock import CommerceMock


class CommerceServer:
    """The world of `commerce_mock` on free ports of this machine; lives as long as the test.

    `urls` has the address of each service, `gateway` one that serves all of them. What goes wrong with
    `commerce_mock.fail` goes wrong here too, in real time.
    """

    def __init__(self, listener: Listener, mock: CommerceMock) -> None:
        self._listener = listener
        self._mock = mock
        self._clients: list[Commerce] = []
        self.urls: Mapping[str, str] = listener.urls
        self.gateway = listener.gateway

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which the client of another process finds the services, and a service's token."""
        urls = {f"COMMERCE_{name.upper()}_URL": url for name, url in self.urls.items()}
        return {**urls, "COMMERCE_TOKEN": self._mock.token(role="service")}

    def client(self, *, user_id: str | None = None, **settings: Any) -> Commerce:
        """A client that sends over HTTP, closed when the test is over; its clock is the world's."""
        places = addresses.arguments(Commerce, self.urls)
        client: Commerce = self._mock.client(user_id=user_id, **{"transport": None, **places, **settings})
        self._clients.append(client)
        return client

    def async_client(self, *, user_id: str | None = None, **settings: Any) -> AsyncCommerce:
        """The same for `async`; close it in the event loop that uses it: `async with server.async_client() as ...`."""
        places = addresses.arguments(AsyncCommerce, self.urls)
        client: AsyncCommerce = self._mock.async_client(user_id=user_id, **{"transport": None, **places, **settings})
        return client

    def __enter__(self) -> Self:
        self._listener.play(self._mock.engine)
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.close()
