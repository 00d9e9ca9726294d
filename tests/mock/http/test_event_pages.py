"""The AsyncAPI documents and their pages, as ports serve them: all of it is there, and follows the documents."""

import re
import shutil
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import orjson
import pytest

from commerce_contract import load
from commerce_contract.discover import own_documents
from commerce_mock.controls import with_controls
from commerce_mock.engine import Engine
from commerce_mock.http.pages import install
from harness.page import Page
from harness.platform import Platform, contract

FIFTH = Path(__file__).parents[2] / "fifth_service" / "contract"
TICKETS = Path(__file__).parents[2] / "contract" / "tickets"
LIGHTS = """
asyncapi: 3.0.0
info: {title: Lights, version: 0.9.0, description: Lights <b>on</b>.}
servers:
  stream: {host: 'redis:6379', protocol: redis}
  kafka: {host: 'kafka:9092', protocol: kafka}
channels:
  'lights/{id}':
    address: lights.{id}
    parameters: {id: {description: Which}}
    bindings: {kafka: {partitions: 3, topic: lights, config: {}}}
    messages:
      measured:
        headers: {schemaFormat: application/schema+json, schema: {type: object, properties: {app: {type: integer}}}}
        payload: {type: object, properties: {lumens: {type: integer}, inside: {$ref: '#/components/schemas/Lamp'}}}
        examples: [{payload: {lumens: 3}}, {headers: {app: 1}}]
      bare: {contentType: text/plain}
  heard: {address: null, messages: {heard: {payload: {type: object, required: [n], properties: {n: {type: integer}}}}}}
operations:
  send: {action: send, channel: {$ref: '#/channels/lights~1{id}'}}
  hear: {action: receive, channel: {$ref: '#/channels/heard'}}
components:
  schemas:
    Lamp: {type: object, properties: {inside: {$ref: '#/components/schemas/Lamp'}}}
    Unused: {type: string}
"""


def served_by(directory: Path | None, *, gateway: bool = False) -> Engine:
    """The engine of a contract, with the pages of its ports."""
    engine = Platform(directory, judged=False).engine
    urls = {name: f"http://127.0.0.1:{number}" for number, name in enumerate(engine.contract.services, 1)}
    install(engine, {} if gateway else urls, "http://127.0.0.1:99" if gateway else None)
    return engine


@cache
def platform() -> Engine:
    return served_by(None)


@cache
def html(service: str) -> str:
    return platform().pages["admin", f"/docs/events/{service}"]()[1].decode()


@cache
def page(service: str) -> Page:
    return Page(html(service))


def words(of: Page) -> str:
    return " ".join(" ".join(of.words).split())


def article(of: str, event: str) -> str:
    """The part of a page that tells one message."""
    found = re.search(rf'<article [^>]*id="event-{event}">.*?</article>', of, re.DOTALL)
    assert found is not None
    return found[0]


def plain(of: str) -> str:
    """The text of a page with its line breaks."""
    return unescape(re.sub("<[^>]+>", "", of))


EVENTS = list(contract().events)


@pytest.mark.parametrize("name", EVENTS)
def test_a_message_is_told_where_its_service_is_with_every_property(name: str) -> None:
    event = contract().events[name]
    told = Page(article(html(event.service), name))
    text = words(told)
    data = event.payload.properties["data"]
    assert event.headers is not None
    for schema in (event.payload, event.headers, data):
        assert schema.properties
        for part in schema.properties:
            assert f" {part} " in text
    for example in event.examples:
        for value in {**(example.headers or {}), **example.payload}.values():
            assert str(value) in text or isinstance(value, dict)
    for end in event.ends:
        assert end.service in text
        assert re.sub("`", "", end.description) in re.sub(" +", " ", text).replace(" .", ".").replace(" ,", ",")


@pytest.mark.parametrize("name", EVENTS)
def test_a_message_and_the_operation_that_emits_it_lead_to_each_other(name: str) -> None:
    event = contract().events[name]
    emitters = [each for each in contract().operations.values() if name in each.emits]
    assert emitters
    for operation in emitters:
        own = f"http://127.0.0.1:{list(platform().contract.services).index(operation.service) + 1}/docs"
        assert f"{own}#{operation.name}" in page(event.service).links
        there = Page(platform().pages[operation.service, "/docs"]()[1].decode())
        assert f"/docs/events/{event.service}#event-{name}" in there.links
        assert operation.name in there.ids


@pytest.mark.parametrize("name", EVENTS)
def test_a_message_is_shown_as_brokers_carry_it(name: str) -> None:
    event = contract().events[name]
    text = plain(article(html(event.service), name))
    assert f"redis-cli XADD {event.channel} '*' \\\n  event_type {name} \\\n" in text
    assert f'{{\n  "exchange": "{event.channel}",\n  "routing_key": "{name}",\n' in text
    assert '"delivery_mode": 2,' in text


@pytest.mark.parametrize("service", ["notifications", "orders", "payments", "users"])
def test_what_a_service_hears_leads_to_the_page_of_who_sends_it(service: str) -> None:
    received = [event for event in contract().events.values() if service in event.receivers]
    links = page(service).links
    for event in received:
        assert f"/docs/events/{event.service}#event-{event.type}" in links
    assert ("received" in page(service).ids) == bool(received)


def test_channels_are_told_with_their_bindings_and_brokers() -> None:
    text = words(page("orders"))
    for told in ("Channel order_events", "amqp exchange.type topic", "amqp exchange.durable true", "localhost:5672"):
        assert told in text
    assert "are bound to the exchanges with #" in text


def test_schemas_are_those_that_the_messages_lead_to() -> None:
    assert {each for each in page("orders").ids if each.startswith("schema-")} == {
        "schema-Money",
        "schema-OrderItem",
        "schema-Timestamp",
    }
    assert not [each for each in page("notifications").ids if each.startswith("schema-")]


def test_the_page_of_the_controls_lists_all_documents_and_draws_the_choreography() -> None:
    told = Page(platform().pages["admin", "/docs"]()[1].decode())
    for service in platform().contract.services.values():
        assert (f"/docs/events/{service.name}" in told.links) == bool(service.event_documents)
        assert [link for link in told.links if link.endswith("/docs") and service.title in words(told)]
    assert {f"/docs/events/{event.service}#event-{event.type}" for event in contract().events.values()} <= set(
        told.links
    )
    assert "Who tells whom" in words(told)
    assert "Who tells whom" not in words(Page(platform().pages["orders", "/docs"]()[1].decode()))


def test_a_service_s_own_page_leads_to_its_events() -> None:
    assert "/docs/events/orders" in Page(platform().pages["orders", "/docs"]()[1].decode()).links


def test_the_document_is_served_in_one_piece_on_every_port() -> None:
    for port in platform().contract.services:
        media_type, body = platform().pages[port, "/asyncapi/orders.json"]()
        assert media_type == b"application/json"
        document = orjson.loads(body)
        assert document["asyncapi"] == "3.0.0"
        assert set(re.findall(rb'"\$ref": "([^#"]*)', body)) == {b""}
    assert platform().pages["orders", "/asyncapi/orders.json"] is platform().pages["admin", "/asyncapi/orders.json"]


@pytest.fixture
def lights(tmp_path: Path) -> Path:
    """A contract of another tool: one AsyncAPI document, none of OpenAPI, no `event_type` anywhere."""
    (tmp_path / "lights.yaml").write_text(LIGHTS, encoding="utf-8")
    return tmp_path


def test_a_foreign_document_is_shown_with_what_it_says(lights: Path) -> None:
    pages = served_by(lights).pages
    found = pages["admin", "/docs/events/lights"]()[1].decode()
    told = Page(found)
    text = words(told)
    for said in (
        "lights.{id}",
        "kafka partitions 3",
        "kafka topic lights",
        "kafka:9092",
        "lumens integer",
        "app integer",
    ):
        assert said in text
    assert "Lights &lt;b&gt;on&lt;/b&gt;." in found
    assert "redis-cli XADD 'lights.{id}' '*' \\ lumens 3" in text
    assert "On RabbitMQ" not in text
    assert "Made from the schema" in words(Page(article(found, "heard")))
    assert "On Redis" not in article(found, "bare")
    assert {each for each in told.ids if each.startswith("schema-")} == {"schema-Lamp"}
    assert "elsewhere" in text


def test_a_service_of_events_alone_has_their_page_as_its_own(lights: Path) -> None:
    pages = served_by(lights).pages
    assert pages["lights", "/docs"]() == pages["lights", "/docs/events/lights"]()
    assert ("lights", "/openapi.json") not in pages


@pytest.mark.parametrize("directory", [FIFTH, TICKETS], ids=["fifth service", "tickets"])
@pytest.mark.parametrize("gateway", [False, True])
def test_other_contracts_have_whole_pages_without_dangling_links(directory: Path, *, gateway: bool) -> None:
    pages = served_by(directory, gateway=gateway).pages
    for (service, path), make in pages.items():
        media_type, body = make()
        if media_type.startswith(b"text/html"):
            told = Page(body.decode())
            assert set(told.loads) <= {"data:,"}
            for link in told.links:
                address, _, fragment = link.partition("#")
                if address.startswith("/") or not address:
                    assert (service, address or path) in pages, link
                    target = told if not address else pages[service, address]()[1].decode()
                    there = target if isinstance(target, Page) or not fragment else Page(target)
                    assert not fragment or (isinstance(there, Page) and fragment in there.ids)


def test_behind_a_gateway_services_of_events_alone_are_left_out_of_the_openapi_document(lights: Path) -> None:
    engine = served_by(lights, gateway=True)
    document = orjson.loads(engine.pages[None, "/openapi.json"]()[1])
    assert all(path.startswith("/__admin") for path in document["paths"])
    assert "asyncapi" not in document
    bare = replace(engine.contract, services={"lights": engine.contract.services["lights"]}, operations={})
    engine.contract = bare
    install(engine, {}, "http://127.0.0.1:99")
    assert (None, "/openapi.json") not in engine.pages
    assert "openapi.json" not in engine.pages[None, "/docs"]()[1].decode()


def test_without_events_there_is_nothing_about_them(tmp_path: Path) -> None:
    sky = "{get: {responses: {'200': {description: ok, content: {application/json: {example: blue}}}}}}"
    text = f"openapi: 3.1.0\ninfo: {{title: Sky, version: '1'}}\npaths:\n  /sky: {sky}\n"
    (tmp_path / "sky.yaml").write_text(text, encoding="utf-8")
    pages = served_by(tmp_path).pages
    assert not [path for _, path in pages if "events" in path or "asyncapi" in path]
    for service in ("sky", "admin"):
        told = Page(pages[service, "/docs"]()[1].decode())
        assert not [link for link in told.links if link.startswith("/docs/events")]
        assert not {"events", "received", "choreography"} & set(told.ids)
        assert "(AsyncAPI)" not in words(told)


def test_pages_follow_documents_that_change_and_not_before(tmp_path: Path) -> None:
    for folder in ("openapi", "asyncapi"):
        shutil.copytree(own_documents() / folder, tmp_path / folder)
    engine = Platform(tmp_path, judged=False).engine
    urls = dict.fromkeys(engine.contract.services, "http://127.0.0.1:1")
    install(engine, urls, changing=True)
    document = tmp_path / "asyncapi" / "orders.yaml"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("The order is `pending` until it is paid.", "It waits."), encoding="utf-8")
    assert b"until it is paid" in engine.pages["admin", "/docs/events/orders"]()[1]
    engine.replace_contract(with_controls(load(tmp_path)))
    install(engine, urls, changing=True)
    assert b"It waits." in engine.pages["admin", "/docs/events/orders"]()[1]
    assert b"It waits." in engine.pages["admin", "/asyncapi/orders.json"]()[1]
