"""What a port serves for people beside its operations: documents and their pages, made when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any
from urllib.parse import quote

import orjson

from commerce_contract import Contract, Operation, Service
from commerce_contract.library import Library
from commerce_mock.engine import Engine, gateway_operations
from commerce_mock.wire import Page

JSON = b"application/json"
HTML = b"text/html; charset=utf-8"


def install(engine: Engine, urls: Mapping[str, str], gateway: str | None = None, *, changing: bool = False) -> None:
    """Put the pages of the engine's contract in the place of those of an earlier one; nothing is rendered yet.

    Beside what is its own, every port has all AsyncAPI documents and their pages: events are between services.
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
    behind = {name: f"{gateway}/docs/{name}" for name in contract.services} if gateway is not None else {}
    maker = _Maker(
        contract, library, contract.services, {**behind, **{name: f"{url}/docs" for name, url in urls.items()}}
    )
    events = maker.event_pages()
    for name, url in urls.items():
        if not _only_events(contract.services[name]):
            pages[name, "/openapi.json"] = cache(partial(maker.document, name, url))
        pages[name, "/docs"] = cache(partial(maker.page, name, url))
        pages |= {(name, path): page for path, page in events.items()}
    if gateway is not None:
        moved = {operation.name: operation for operation in gateway_operations(contract)}
        services = {name: _moved(service, moved) for name, service in contract.services.items()}
        maker = _Maker(contract, library, services, behind)
        if not all(map(_only_events, services.values())):
            pages[None, "/openapi.json"] = cache(partial(maker.document, None, gateway))
        pages[None, "/docs"] = cache(maker.index)
        for name in services:
            pages[None, f"/docs/{name}"] = cache(partial(maker.page, name, gateway))
        pages |= {(None, path): page for path, page in maker.event_pages().items()}
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
        speaking = (service.name for service in services.values() if service.event_documents)
        self.event_addresses = {name: f"/docs/events/{quote(name, safe='')}" for name in speaking}

    def read(self, file: str) -> Mapping[str, Any]:
        """A document by its path relative to the contract's root."""
        data: Mapping[str, Any] = self.library.open(self.contract.root / file).data
        return data

    def bundled(self, name: str | None, url: str) -> dict[str, Any]:
        """The document of one service, or of all, with the URL under which it is served."""
        from commerce_mock.http.bundle import bundle  # noqa: PLC0415 - most runs of the mock never serve a page

        listed = [service for service in self.services.values() if not _only_events(service)]
        services = listed if name is None else [self.services[name]]
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

        service = self.services[name]
        if _only_events(service):
            return self.event_page(name)
        document = self.bundled(name, url)
        return HTML, page(service, self.contract, document, self.addresses, self.event_addresses).encode()

    def index(self) -> Page:
        """`/docs` of the gateway."""
        from commerce_mock.http.docs import index  # noqa: PLC0415 - as above

        return HTML, index(self.services, self.contract, self.addresses, self.event_addresses).encode()

    def event_pages(self) -> dict[str, Callable[[], Page]]:
        """The AsyncAPI document of each service that has one, and the page of it, by path."""
        pages: dict[str, Callable[[], Page]] = {}
        for name, address in self.event_addresses.items():
            pages[f"/asyncapi/{quote(name, safe='')}.json"] = cache(partial(self.event_document, name))
            pages[address] = cache(partial(self.event_page, name))
        return pages

    def event_bundle(self, name: str) -> dict[str, Any]:
        """The AsyncAPI document of one service in one piece."""
        from commerce_mock.http.event_bundle import bundle_events  # noqa: PLC0415 - as above

        return bundle_events(self.services[name].event_documents, self.read)

    def event_document(self, name: str) -> Page:
        """`/asyncapi/<service>.json`."""
        return JSON, orjson.dumps(self.event_bundle(name), option=orjson.OPT_INDENT_2)

    def event_page(self, name: str) -> Page:
        """`/docs/events/<service>`."""
        from commerce_mock.http.docs import event_page  # noqa: PLC0415 - as above

        document = self.event_bundle(name)
        html = event_page(self.services[name], self.contract, document, self.addresses, self.event_addresses)
        return HTML, html.encode()


def _only_events(service: Service) -> bool:
    """Whether a service has no OpenAPI document."""
    return service.documents == service.event_documents


def _moved(service: Service, moved: Mapping[str, Operation]) -> Service:
    return replace(service, operations=tuple(moved[operation.name] for operation in service.operations))
