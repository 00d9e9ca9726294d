"""What the page of an AsyncAPI document shows, from documents that say more or less than ours."""

from pathlib import Path
from typing import Any

import pytest

from commerce_contract import Contract, load
from commerce_contract.library import Library
from commerce_mock.http.event_bundle import bundle_events
from commerce_mock.http.event_views import ChannelView, channels, received, schemas, servers

DOCUMENT = """
asyncapi: 3.0.0
info: {title: Lamps, version: '1'}
defaultContentType: application/json
servers:
  rabbit: {$ref: '#/components/servers/rabbit'}
channels:
  lamps:
    address: lamps
    messages: {lit: {$ref: '#/components/messages/Lit'}, out: {payload: {$ref: '#/components/schemas/Out'}}}
    bindings: {amqp: {exchange: {name: lamp-exchange, durable: true, arguments: {}}, expiration: 10}}
  again:
    address: again
    messages: {lit: {$ref: '#/components/messages/Lit'}}
operations:
  tell: {action: send, channel: {$ref: '#/channels/lamps'}, bindings: {amqp: {deliveryMode: 1}}}
  hear: {action: receive, summary: Look., channel: {$ref: '#/channels/lamps'}}
components:
  servers: {rabbit: {host: 'rabbit:5672', protocol: amqps}}
  messages:
    Lit:
      title: A lamp was lit
      summary: It is bright.
      payload: {type: object, properties: {at: {$ref: '#/components/schemas/Time'}}}
      examples:
        - {name: first, payload: {at: {zone: UTC}}, headers: {ce-id: event-1}}
        - {summary: The second., payload: {at: {zone: CET}}}
  schemas:
    Time: {type: object, properties: {zone: {$ref: '#/components/schemas/Zone'}}}
    Zone: {type: string}
    Out: {type: object, properties: {zone: {type: string}}, examples: [{zone: UTC}]}
    Unused: {type: string}
"""


@pytest.fixture
def lamps(tmp_path: Path) -> Contract:
    (tmp_path / "lamps.yaml").write_text(DOCUMENT, encoding="utf-8")
    return load(tmp_path)


def document(contract: Contract) -> dict[str, Any]:
    library = Library(contract.root)
    return bundle_events(["lamps.yaml"], lambda file: library.open(contract.root / file).data)


def views(contract: Contract) -> list[ChannelView]:
    return list(channels(contract.services["lamps"], contract, document(contract)))


def test_a_message_is_shown_in_the_first_channel_that_has_it(lamps: Contract) -> None:
    shown = {view.channel.name: [message.event.type for message in view.messages] for view in views(lamps)}
    assert shown == {"lamps": ["lit", "out"], "again": []}


def test_a_message_has_the_words_of_its_document_and_goes_without_those_that_are_missing(lamps: Contract) -> None:
    lit, out = views(lamps)[0].messages
    assert (lit.title, lit.description) == ("A lamp was lit", "It is bright.")
    assert (out.title, out.description, out.content_type) == ("out", "", "application/json")
    assert [(end.service, end.summary) for end in lit.receivers] == [("lamps", "Look.")]
    assert lit.headers == []


def test_rows_have_no_codes_for_nobody_answers_an_event(lamps: Contract) -> None:
    whole = document(lamps)
    whole["components"]["schemas"]["Zone"]["x-problem"] = "ZONE_001"
    shown = list(channels(lamps.services["lamps"], lamps, whole))
    rows = [row for message in shown[0].messages for row in message.payload]
    rows += [row for _, inner in schemas(shown, whole).values() for row in inner]
    assert [row.name for row in rows] == ["at", "zone", "zone", "zone", ""]
    assert [row.name for row in rows if row.code] == []


def test_every_example_is_shown_and_a_payload_s_own_where_the_message_has_none(lamps: Contract) -> None:
    lit, out = views(lamps)[0].messages
    assert [(each.title, [title for title, _, _ in each.parts]) for each in lit.examples] == [
        ("first", ["Payload", "Headers", "On RabbitMQ"]),
        ("The second.", ["Payload", "On RabbitMQ"]),
    ]
    assert "UTC" in str(out.examples[0].parts[0][2])
    assert "CET" in str(lit.examples[1].parts[0][2])


def test_the_exchange_and_the_persistence_are_those_of_the_bindings(lamps: Contract) -> None:
    published = str(views(lamps)[0].messages[0].examples[0].parts[-1][2])
    assert "lamp-exchange" in published
    assert "delivery_mode" in published


def test_bindings_are_told_leaf_by_leaf(lamps: Contract) -> None:
    assert views(lamps)[0].bindings == [
        ("amqp", "exchange.name", "lamp-exchange"),
        ("amqp", "exchange.durable", "true"),
        ("amqp", "exchange.arguments", "{}"),
        ("amqp", "expiration", "10"),
    ]
    assert views(lamps)[1].bindings == []


def test_schemas_are_those_that_rows_lead_to_and_what_those_lead_to(lamps: Contract) -> None:
    assert list(schemas(views(lamps), document(lamps))) == ["Time", "Zone"]
    assert [name for name, _ in servers(document(lamps))] == ["rabbit"]
    assert servers(document(lamps))[0][1]["protocol"] == "amqps"


def test_what_a_service_hears_is_told_with_what_it_does_then(lamps: Contract) -> None:
    heard = received(lamps.services["lamps"], lamps)
    assert [(event.type, end.summary) for event, end in heard] == [("lit", "Look."), ("out", "Look.")]
