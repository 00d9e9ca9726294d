"""What every channel, message and operation of the AsyncAPI documents has to have, and that others can read them."""

import json
import os
from collections import defaultdict

import pytest
from jsonschema import Draft7Validator

from contract.documents import ASYNCAPI, ROOT, Place, at, document, errors, messages, operations

OFFICIAL = ROOT / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
MESSAGES = {message.value["name"]: (file, channel, message) for file, channel, message in messages()}

each_event = pytest.mark.parametrize("event", MESSAGES)


def service(file: str) -> str:
    """The service whose document it is."""
    return file.removeprefix("asyncapi/").removesuffix(".yaml")


def exchanged(action: str) -> dict[str, set[str]]:
    """Event type to the services that send or receive it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in ASYNCAPI:
        for operation in at(file, "/operations").values() if "operations" in document(file) else ():
            if operation.value["action"] == action:
                for message in (operation / "messages").values():
                    found[message.value["name"]].add(service(file))
    return found


@pytest.mark.skipif(
    not OFFICIAL.exists() and "CI" not in os.environ,  # where it must be installed, its absence is a failure
    reason="needs `npm ci`: the official schema is in @asyncapi/specs",
)
@pytest.mark.parametrize("file", ASYNCAPI)
def test_a_document_is_valid_by_the_official_schema(file: str) -> None:
    validator = Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))
    # The schema counts in floats, as JSON does.
    plain = json.loads(json.dumps(document(file), default=float))
    assert [error.message for error in validator.iter_errors(plain)] == []


def test_there_are_the_channels_that_the_owners_named() -> None:
    channels = {(service(file), channel): at(file, f"/channels/{channel}") for file, channel, _ in MESSAGES.values()}
    assert set(channels) == {("users", "user_events"), ("orders", "order_events"), ("payments", "payment_events")}
    for (_, name), channel in channels.items():
        assert channel.value["address"] == name
        assert channel.value["description"]
        assert (channel / "bindings" / "amqp" / "exchange").value == {
            "name": name,
            "type": "topic",
            "durable": True,
            "autoDelete": False,
        }


def test_every_document_with_operations_is_served_by_both_brokers() -> None:
    for file in ASYNCAPI:
        if "operations" in document(file):
            protocols = [server.value["protocol"] for server in at(file, "/servers").values()]
            assert protocols == ["redis", "amqp"], file


@each_event
def test_a_message_is_described_and_named_after_its_event(event: str) -> None:
    _, _, message = MESSAGES[event]
    assert {"title", "summary", "description", "correlationId", "examples"} <= set(message.value)
    assert message.value["contentType"] == "application/json"
    assert (message / "payload" / "properties" / "event_type").value["const"] == event


@each_event
def test_an_example_of_a_message_is_valid_and_its_headers_agree_with_its_payload(event: str) -> None:
    file, _, message = MESSAGES[event]
    for example in message.value["examples"]:
        headers, payload = example["headers"], example["payload"]
        assert errors(message / "payload", payload) == []
        assert errors(message / "headers", headers) == []
        assert headers["ce-type"] == payload["event_type"] == event
        assert headers["ce-source"] == f"/{service(file)}"


@each_event
def test_a_payload_requires_all_that_the_documentation_shows(event: str) -> None:
    _, _, message = MESSAGES[event]
    payload = message / "payload"
    assert set(payload.value["required"]) == set(payload.value["properties"])
    data = payload / "data" if "data" in payload else payload / "properties" / "data"
    optional = set(data.value["properties"]) - set(data.value["required"])
    assert optional == ({"payment_id"} if event == "order_confirmed" else set())


@each_event
def test_what_an_event_shares_with_the_services_is_in_the_subset_of_both_schema_dialects(event: str) -> None:
    _, _, message = MESSAGES[event]
    unsupported = {"unevaluatedProperties", "unevaluatedItems", "prefixItems", "dependentSchemas", "$dynamicRef"}

    def visit(schema: Place) -> None:
        if isinstance(schema.value, dict):
            assert not unsupported & set(schema.value), schema
            # In draft-07 whatever stands beside a $ref is ignored.
            assert "$ref" not in schema.value or len(schema.value) == 1, schema
            for name, below in schema.items():
                if name not in {"examples", "enum", "const", "required"}:
                    visit(below)
        elif isinstance(schema.value, list):
            for below in schema.values():
                visit(below)

    visit(message / "payload")
    visit(message / "headers")


def test_every_event_is_sent_by_the_service_whose_channel_it_is_on() -> None:
    assert exchanged("send") == {event: {service(file)} for event, (file, _, _) in MESSAGES.items()}


def test_events_are_received_by_those_who_react_to_them() -> None:
    received = exchanged("receive")
    assert received.pop("payment_completed") == {"users", "orders", "notifications"}
    assert received == {event: {"notifications"} for event in MESSAGES if event != "payment_completed"}


def test_every_event_is_emitted_by_an_operation_of_its_service() -> None:
    emitted: dict[str, set[str]] = defaultdict(set)
    for operation in operations():
        for event in operation.place.value.get("x-emits", ()):
            emitted[event].add(operation.name)
    assert emitted == {
        "user_created": {"users.create"},
        "user_verified": {"users.verify"},
        "order_created": {"orders.create"},
        "order_confirmed": {"orders.set_status"},
        "payment_completed": {"payments.create"},
        "payment_failed": {"payments.create"},
    }
