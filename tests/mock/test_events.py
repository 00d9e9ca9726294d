"""Events: payloads as the documents say, envelopes that tell what caused them, and reactions that stand alone."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from commerce_mock.events import Emitted
from commerce_mock.naming import snake
from commerce_mock.transaction import Transaction
from harness.platform import Member, Platform, contract
from harness.stage import BODIES, Stage

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LAST = "user_created"


def fetch(uri: str) -> Resource[Any]:
    path = Path(urldefrag(uri).url.removeprefix("file://"))
    return DRAFT202012.create_resource(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def judge(file: str, name: str) -> jsonschema.Draft202012Validator:
    """An independent validator for a schema of the AsyncAPI documents."""
    reference = {"$ref": f"file://{contract().root}/asyncapi/{file}.yaml#/components/schemas/{name}"}
    registry: Registry[Any] = Registry(retrieve=fetch)  # type: ignore[call-arg] # attrs hides its signature
    return jsonschema.Draft202012Validator(reference, registry=registry, format_checker=jsonschema.FormatChecker())


def checkout(platform: Platform) -> Member:
    """All six events: a payment that fails, and one that does not."""
    ann = platform.register()
    order = platform.order(ann)
    platform.pay(ann, order, "4000000000000341")
    platform.advance(1)
    platform.pay(ann, order)
    platform.advance(1)
    return ann


@pytest.mark.parametrize("event_type", contract().events)
def test_a_payload_has_what_the_documents_example_has_and_is_valid(event_type: str) -> None:
    platform = Platform()
    checkout(platform)
    (event,) = (event for event in platform.events() if event["type"] == event_type)
    declared = contract().events[event_type]
    assert event["payload"].keys() == declared.example.keys()
    assert event["payload"]["data"].keys() == declared.example["data"].keys()
    assert declared.payload.is_valid(event["payload"])
    assert declared.payload.name is not None
    judge(declared.service, declared.payload.name).validate(event["payload"])
    assert (event["channel"], event["source"]) == (declared.channel, f"/{declared.service}")


@pytest.mark.parametrize("event_type", ["user_created", "user_verified", "payment_completed", "order_confirmed"])
def test_the_demo_scenario_tells_the_documents_examples_word_for_word(event_type: str) -> None:
    events = [event["payload"] for event in Stage().platform.events() if event["type"] == event_type]
    assert events[0] == contract().events[event_type].example


def test_every_envelope_makes_the_headers_that_the_documents_ask_for() -> None:
    platform = Platform()
    platform.send("users", "POST", "/api/users", BODIES["users.create"], headers={"traceparent": TRACE})
    checkout(platform)
    validator = judge("common", "EventHeaders")
    for event in platform.events():
        headers = {
            "ce-specversion": "1.0",
            "ce-id": event["id"],
            "ce-source": event["source"],
            "ce-type": event["type"],
            "ce-time": event["time"],
            "correlation-id": event["correlation_id"],
        }
        trace = {"traceparent": event["traceparent"]} if "traceparent" in event else {}
        validator.validate({**headers, **trace})


def test_events_are_numbered_and_told_in_the_order_in_which_they_happened() -> None:
    platform = Platform()
    checkout(platform)
    events = platform.events()
    assert [event["id"] for event in events] == [f"event-{number}" for number in range(1, len(events) + 1)]
    assert [event["type"] for event in events] == [
        "user_created",
        "order_created",
        "payment_failed",
        "payment_completed",
        "user_verified",
        "order_confirmed",
    ]
    assert [event["time"][17:] for event in events] == ["00Z", "00Z", "01Z", "02Z", "02Z", "02Z"]


def test_an_event_carries_the_request_id_and_the_trace_of_its_cause_to_all_that_follows() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    body = {
        "orderId": order["id"],
        "userId": ann.id,
        "amount": order["totalAmount"],
        "currency": "USD",
        "paymentMethod": {"type": "paypal"},
    }
    headers = {"X-Request-Id": "the-payment", "traceparent": TRACE}
    assert platform.send("payments", "POST", "/api/payments", body, ann.token, headers).status == 201
    platform.advance(1)
    followed = [event for event in platform.events() if event["correlation_id"] == "the-payment"]
    assert [event["type"] for event in followed] == ["payment_completed", "user_verified", "order_confirmed"]
    assert {event["traceparent"] for event in followed} == {TRACE}
    others = [event for event in platform.events() if event not in followed]
    assert all("traceparent" not in event for event in others)


def test_without_a_request_id_of_its_own_an_event_carries_the_one_that_was_made() -> None:
    platform = Platform()
    created = platform.post("users", "/api/users", BODIES["users.create"])
    assert platform.events()[0]["correlation_id"] == created.headers["x-request-id"]


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "nonsense",
        TRACE.upper(),
        TRACE + "-00",
        "ff" + TRACE[2:],
        TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        TRACE.replace("00f067aa0ba902b7", "0" * 16),
    ],
)
def test_a_malformed_trace_is_ignored_as_w3c_asks(trace: str) -> None:
    platform = Platform()
    created = platform.send("users", "POST", "/api/users", BODIES["users.create"], headers={"traceparent": trace})
    assert created.status == 201
    assert "traceparent" not in platform.events()[0]


def test_all_events_of_one_transaction_are_heard_in_order_before_those_that_they_cause() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order, "4000000000000259").json
    with platform.world.transaction("both") as tx:
        for collection, key, event_type in (("payments", payment["id"], "payment_completed"), ("users", ann.id, LAST)):
            about = tx.get(collection, key)
            assert about is not None
            said = {"transaction_id": "txn-9"} if collection == "payments" else {}
            tx.emit(event_type, about, **said)
    platform.world.deliver(tx.emitted)
    told = [event["type"] for event in platform.events()]
    assert told[-4:] == ["payment_completed", LAST, "user_verified", "order_confirmed"]
    assert [mail["event_type"] for mail in platform.inbox(ann)[::-1]] == told


def failing(_tx: Transaction, _event: Emitted) -> None:
    raise ZeroDivisionError("this consumer is broken")


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_reaction_that_fails_is_logged_and_stops_no_other(place: int, caplog: pytest.LogCaptureFixture) -> None:
    platform = Platform()
    reactions = platform.world.behaviour.reactions
    others = reactions["payment_completed"]
    assert len(others) == 3
    hearing = list(others.items())
    reactions["payment_completed"] = dict([*hearing[:place], ("broken", failing), *hearing[place:]])
    ann = platform.register()
    order, payment = platform.paid(ann)
    assert (order["status"], order["paymentId"]) == ("confirmed", payment["id"])
    types = [mail["event_type"] for mail in platform.inbox(ann)]
    assert {"payment_completed", "user_verified", "order_confirmed"} <= set(types)
    assert "this consumer is broken" in caplog.text
    assert "the reaction of broken to event-3 failed" in caplog.text


def test_a_reaction_that_fails_midway_leaves_no_trace() -> None:
    def half(tx: Transaction, event: Emitted) -> None:
        user = tx.get("users", event.payload["user_id"])
        assert user is not None
        tx.emit("user_verified", tx.save(user, {"is_verified": True}))
        raise ZeroDivisionError

    platform = Platform()
    reactions: dict[str, dict[str, Callable[[Transaction, Emitted], None]]] = platform.world.behaviour.reactions
    reactions["user_created"] = {"half": half}
    ann = platform.register()
    assert platform.get("users", f"/api/users/{ann.id}", ann.token).json["is_verified"] is False
    assert [event["type"] for event in platform.events()] == ["user_created"]


def test_every_event_is_heard_by_those_services_that_the_documents_name() -> None:
    heard: Mapping[str, set[str]] = {
        kind: set(reactions) for kind, reactions in Platform().world.behaviour.reactions.items()
    }
    assert heard == {kind: set(event.receivers) for kind, event in contract().events.items()}


@pytest.mark.parametrize(
    ("name", "folded"),
    [("paymentId", "payment_id"), ("id", "id"), ("created_at", "created_at"), ("last4", "last4"), ("a1B", "a1_b")],
)
def test_names_are_folded_to_snake_case(name: str, folded: str) -> None:
    assert snake(name) == folded
