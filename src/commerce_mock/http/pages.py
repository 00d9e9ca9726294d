"""What a port serves for people beside its operations: its document and the page of it, made when first asked for."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

import orjson

from commerce_contract import Contract, Operation, Service
from commerce_contract.library import Library
from commerce_mock.engine import Engine, gateway_operations
from commerce_mock.wire import Page

JSON = b"application/json"
HTML = b"text/html; charset=utf-8"


def install(engine: Engine, urls: Mapping[str, str], gateway: str | None = None, *, changing: bool = False) -> None:
    """Put the pages of the engine's contract in the place of those of an earlier one; nothing is rendered yet.

    `urls` are the base URLs of the services that have a port, `gateway` is that of the port which serves all of them.
    Documents that are `changing` are read at once: later they may be others than those of the contract, or broken.
    """
    contract = engine.contract
    library = Library(contract.root)
    if changing:
        for file in contract.files:
            library.open(file)
    keys = engine.key.pages(contract.services)
    pages = {place: page for place, page in keys.items() if place[0] in urls or (place[0] is None and gateway)}
    maker = _Maker(contract, library, contract.services, {name: f"{url}/docs" for name, url in urls.items()})
    for name, url in urls.items():
        pages[name, "/openapi.json"] = cache(partial(maker.document, name, url))
        pages[name, "/docs"] = cache(partial(maker.page, name, url))
    if gateway is not None:
        moved = {operation.name: operation for operation in gateway_operations(contract)}
        services = {name: _moved(service, moved) for name, service in contract.services.items()}
        maker = _Maker(contract, library, services, {name: f"{gateway}/docs/{name}" for name in services})
        pages[None, "/openapi.json"] = cache(partial(maker.document, None, gateway))
        pages[None, "/docs"] = cache(maker.index)
        for name in services:
            pages[None, f"/docs/{name}"] = cache(partial(maker.page, name, gateway))
    engine.pages = pages


class _Maker:
    """Makes the pages for one kind of port; lives as long as they are served."""

    def __init__(
        self, contract: Contract, library: Library, services: Mapping[str, Service], addresses: Mapping[str, str]
    ) -> None:
        self.contract = contract
        self.library = library
        self.services = services
        self.addresses = addresses

    def read(self, file: str) -> Mapping[str, Any]:
        """A document by its path relative to the contract's root."""
        data: Mapping[str, Any] = self.library.open(self.contract.root / file).data
        return data

    def bundled(self, name: str | None, url: str) -> dict[str, Any]:
        """The document of one service, or of all, with the URL under which it is served."""
        from commerce_mock.http.bundle import bundle  # noqa: PLC0415 - most runs of the mock never serve a page

        services = self.services.values() if name is None else (self.services[name],)
        paths = {
            (service.documents[0], before.path): after.path
            for service in services
            for before, after in zip(self.contract.services[service.name].operations, service.operations, strict=True)
        }
        document = bundle([service.documents[0] for service in services], self.read, paths)
        if name is None:
            document["info"] = {"title": "All services behind one port", "version": document["info"]["version"]}
        document["servers"] = [{"url": url, "description": "This mock."}]
        return document

    def document(self, name: str | None, url: str) -> Page:
        """`/openapi.json`."""
        return JSON, orjson.dumps(self.bundled(name, url), option=orjson.OPT_INDENT_2)

    def page(self, name: str, url: str) -> Page:
        """`/docs` of a service."""
        from commerce_mock.http.docs import page  # noqa: PLC0415 - jinja2 and the rest cost nothing at start

        html = page(self.services[name], self.contract, self.bundled(name, url), self.read, self.addresses)
        return HTML, html.encode()

    def index(self) -> Page:
        """`/docs` of the gateway."""
        from commerce_mock.http.docs import index  # noqa: PLC0415 - as above

        return HTML, index(list(self.services.values()), self.addresses).encode()


def _moved(service: Service, moved: Mapping[str, Operation]) -> Service:
    return replace(service, operations=tuple(moved[operation.name] for operation in service.operations))
