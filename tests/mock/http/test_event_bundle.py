"""AsyncAPI documents made one: nothing lost, nothing referenced outside, operations refer to channels."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from commerce_contract.library import Library
from commerce_mock.http.event_bundle import bundle_events
from harness.platform import contract

OFFICIAL = Path(__file__).parents[3] / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
SERVICES = [service.name for service in contract().services.values() if service.event_documents]
INFO: dict[str, Any] = {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}}


def bundled(service: str) -> dict[str, Any]:
    library = Library(contract().root)
    files = contract().services[service].event_documents
    # The official schema counts in floats, as JSON does.
    document = bundle_events(files, lambda file: library.open(contract().root / file).data)
    plain: dict[str, Any] = json.loads(json.dumps(document, default=float))
    return plain


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, Mapping):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for child in node.values() for found in references(child)]


@pytest.mark.skipif(
    not OFFICIAL.exists() and "CI" not in os.environ,  # where it must be installed, its absence is a failure
    reason="needs `npm ci`: the official schema is in @asyncapi/specs",
)
@pytest.mark.parametrize("service", SERVICES)
def test_the_document_of_a_service_is_valid_by_the_official_schema(service: str) -> None:
    validator = Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(bundled(service))] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_to_something_in_the_document(service: str) -> None:
    document = bundled(service)
    assert references(document)
    for reference in references(document):
        node: Any = document
        assert reference.startswith("#/")
        for token in reference[2:].split("/"):
            node = node[token]


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_has_all_channels_that_its_operations_use(service: str) -> None:
    document = bundled(service)
    heard = {event.channel for event in contract().events.values() if service in event.receivers}
    own = {channel.address for channel in contract().channels if channel.service == service}
    assert set(document["channels"]) == heard | own
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert channel.removeprefix("#/channels/") in document["channels"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


def one(files: Mapping[str, dict[str, Any]], *names: str) -> dict[str, Any]:
    document = bundle_events(names or ["a.yaml"], files.__getitem__)
    assert all(reference.startswith("#/") for reference in references(document))
    return document


def test_a_channel_that_is_a_reference_stays_one() -> None:
    shared = {"channels": {"news": {"address": "news"}}}
    files = {
        "a.yaml": {
            **INFO,
            "channels": {"again": {"$ref": "b.yaml#/channels/news"}, "mine": {"$ref": "#/components/channels/kept"}},
            "components": {"channels": {"kept": {"address": "kept"}}},
        },
        "b.yaml": shared,
    }
    document = one(files)
    assert document["channels"]["again"] == {"$ref": "#/channels/news"}
    assert document["channels"]["news"] == {"address": "news"}
    assert document["channels"]["mine"] == {"$ref": "#/components/channels/kept"}
    assert document["components"] == {"channels": {"kept": {"address": "kept"}}}


def test_two_channels_of_one_name_are_told_apart() -> None:
    operation = {"action": "receive", "channel": {"$ref": "b.yaml#/channels/news"}}
    files = {
        "a.yaml": {**INFO, "channels": {"news": {"address": "mine"}}, "operations": {"hear": operation}},
        "b.yaml": {"channels": {"news": {"address": "theirs"}}},
    }
    document = one(files)
    assert document["operations"]["hear"]["channel"] == {"$ref": "#/channels/news.b"}
    assert document["channels"] == {"news": {"address": "mine"}, "news.b": {"address": "theirs"}}


def test_headers_and_bindings_are_no_names_and_messages_of_channels_are() -> None:
    message = {"headers": {"$ref": "b.yaml#/Headers"}, "bindings": {"$ref": "b.yaml#/Bindings"}}
    files = {
        "a.yaml": {**INFO, "channels": {"news": {"messages": {"headers": message}}}},
        "b.yaml": {"Headers": {"type": "object"}, "Bindings": {"amqp": {"ack": True}}},
    }
    assert one(files)["channels"]["news"]["messages"] == {
        "headers": {"headers": {"type": "object"}, "bindings": {"amqp": {"ack": True}}}
    }


def test_documents_of_one_service_are_put_together() -> None:
    files = {
        "a.yaml": {**INFO, "channels": {"a": {"address": "a"}}, "servers": {"s": {"$ref": "b.yaml#/servers/s"}}},
        "b.yaml": {**INFO, "channels": {"b": {"address": "b"}}, "servers": {"s": {"host": "h", "protocol": "redis"}}},
    }
    document = one(files, "a.yaml", "b.yaml")
    assert set(document["channels"]) == {"a", "b"}
    assert document["info"] == INFO["info"]
    assert "components" not in document
    assert {"host": "h", "protocol": "redis"} in document["servers"].values()
