"""The pages that a person reads of one service: rendered from its documents when first asked for, offline."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from commerce_contract import Contract, Service
from commerce_mock.controls import PREFIX
from commerce_mock.http import choreography, event_views
from commerce_mock.http.diagram import draw
from commerce_mock.http.fields import rows
from commerce_mock.http.views import operations, problem_index


def page(
    service: Service,
    contract: Contract,
    document: Mapping[str, Any],
    addresses: Mapping[str, str],
    event_addresses: Mapping[str, str],
) -> str:
    """The page of an OpenAPI document as HTML. `document` is the service's, bundled.

    `addresses` are the pages of the services by name, `event_addresses` those of their AsyncAPI documents. The page of
    the mock's controls has an overview of them all.
    """
    url = str(document["servers"][0]["url"])
    views = list(operations(service, document, url))
    described = {tag["name"]: str(tag.get("description", "")) for tag in document.get("tags", ())}
    tags = dict.fromkeys([*described, *(view.tag for view in views)])
    groups = [(tag, described.get(tag, ""), [view for view in views if view.tag == tag]) for tag in tags]
    resources = [resource for resource in contract.resources.values() if resource.service == service.name]
    schemas = document.get("components", {}).get("schemas", {})
    return _template("docs.html").render(
        service=service,
        title=document["info"].get("title", service.name),
        info=document["info"],
        url=url,
        addresses=addresses,
        event_addresses=event_addresses,
        overview=any(operation.path.startswith(PREFIX) for operation in service.operations),
        services=contract.services,
        contract=contract,
        drawing=choreography.draw(contract),
        groups=[group for group in groups if group[2]],
        secured=any(view.operation.secured for view in views),
        problems=problem_index(views),
        lifecycles=[(resource, draw(resource.lifecycle)) for resource in resources if resource.lifecycle],
        schemas=[(name, schema, rows(schema, document)) for name, schema in schemas.items()],
        events=[event for event in contract.events.values() if choreography.sender_of(event) == service.name],
        received=event_views.received(service, contract),
    )


def event_page(
    service: Service,
    contract: Contract,
    document: Mapping[str, Any],
    addresses: Mapping[str, str],
    event_addresses: Mapping[str, str],
) -> str:
    """The page of a service's AsyncAPI document as HTML. `document` is bundled, the addresses are as for `page`."""
    views = list(event_views.channels(service, contract, document))
    return _template("events.html").render(
        service=service,
        title=document["info"].get("title", service.name),
        info=document["info"],
        document=document,
        addresses=addresses,
        event_addresses=event_addresses,
        contract=contract,
        drawing=choreography.draw(contract),
        servers=event_views.servers(document),
        channels=views,
        received=event_views.received(service, contract),
        schemas=event_views.schemas(views, document),
    )


def index(
    services: Mapping[str, Service],
    contract: Contract,
    addresses: Mapping[str, str],
    event_addresses: Mapping[str, str],
) -> str:
    """The page of the gateway as HTML: which services there are, and where their pages are."""
    return _template("index.html").render(
        services=services,
        contract=contract,
        addresses=addresses,
        event_addresses=event_addresses,
        drawing=choreography.draw(contract),
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))  # noqa: S704 - HTML in the text is escaped
    environment.filters["sender"] = choreography.sender_of
    environment.filters["inline"] = lambda text: Markup(markdown.renderInline(text))  # noqa: S704 - as above
    return environment
