"""The law of messages: it passes on the mock, and finds each message that its channel does not declare."""

import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import events, messages
from harness.listening import Document, Publish, listening
from harness.listening import messages as failed

ORDERS = frozenset({"orders"})


def test_all_that_the_mock_publishes_is_declared() -> None:
    found = [each for each in listening(events.LAW, messages.LAW) if each.law == "messages"]
    assert {finding.key: finding.verdict for finding in found} == {
        "messages[orders.create]": Verdict.PASSED,
        "messages[payments.create]": Verdict.PASSED,
        "messages[users.create]": Verdict.PASSED,
    }


def test_where_nothing_was_heard_nothing_passes() -> None:
    found = listening(messages.LAW, services=ORDERS)
    assert [(finding.verdict, finding.missing) for finding in found] == [
        (Verdict.UNREACHABLE, (("nothing was heard on order_events", "run more of the laws"),))
    ]


def elsewhere(event: Document) -> list[Document]:
    return [{**event, "channel": "order_events"}]


def without_a_type(event: Document) -> list[Document]:
    return [{**event, "type": "", "payload": "order!"}] if event["type"] == "order_created" else [event]


def without_an_amount(event: Document) -> list[Document]:
    data = {name: value for name, value in event["payload"]["data"].items() if name != "total_amount"}
    return [{**event, "payload": {**event["payload"], "data": data}}]


def without_a_cause(event: Document) -> list[Document]:
    return [{name: value for name, value in event.items() if name != "correlation_id"}]


def of_yesterday(event: Document) -> list[Document]:
    return [{**event, "time": "yesterday"}]


def from_elsewhere(event: Document) -> list[Document]:
    return [{**event, "source": "/shop"}]


def named_otherwise(event: Document) -> list[Document]:
    return [{**event, "type": "order_confirmed"}] if event["type"] == "order_created" else [event]


def all_under_one_id(event: Document) -> list[Document]:
    again = {**event, "payload": {**event["payload"], "order_id": "order-0"}}
    return [event, again] if event["type"] == "order_created" else [event]


def confirmed_at_once(event: Document) -> list[Document]:
    if event["type"] != "order_created":
        return [event]
    data = {"confirmed_at": event["time"]}
    payload = {"event_type": "order_confirmed", "order_id": event["payload"]["order_id"], "data": data}
    return [{**event, "id": f"early-{event['id']}", "type": "order_confirmed", "payload": payload}, event]


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (elsewhere, "order_events has only what it declares"),
        (without_a_type, "order_events has only what it declares"),
        (without_an_amount, "order_created is as its schema says"),
        (without_a_cause, "what travels with order_created is as its schema says"),
        (of_yesterday, "what travels with order_created is as its schema says"),
        (from_elsewhere, "order_created says by ce-source what it is"),
        (named_otherwise, "order_created says by ce-type what it is"),
        (all_under_one_id, "an id is of one event only"),
        (confirmed_at_once, "what becomes of an order is told after its creation"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_message_that_is_not_as_declared_is_found_once(published: Publish, told: str) -> None:
    found = listening(events.LAW, messages.LAW, published=published, services=ORDERS)
    assert failed([each for each in found if each.law == "messages"]).count(told) == 1
