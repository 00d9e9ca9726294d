"""The mock as the conformance suite reaches it without a network: a transport of httpx for each service."""

from collections.abc import Mapping

import httpx

from commerce_mock import wire
from commerce_mock.engine import Engine
from commerce_mock.http.app import App


class Inside(httpx.BaseTransport):
    """Carries requests of httpx to one service of a mock in the same process; lives as long as it."""

    def __init__(self, engine: Engine, service: str) -> None:
        self._app = App(engine, {})
        self._service = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.raw}
        target, _, query = request.extensions.get("target", request.url.raw_path).partition(b"?")
        asked = wire.Request(request.method, target.decode("ascii"), query, headers, request.read(), self._service)
        answered = self._app.answer(asked)
        return httpx.Response(answered.status, headers=answered.headers, content=answered.body)


def inside(engine: Engine) -> Mapping[str, httpx.BaseTransport]:
    """A transport for each of the services."""
    return {service: Inside(engine, service) for service in engine.contract.services}
