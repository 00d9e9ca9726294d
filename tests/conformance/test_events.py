"""The law of events: it passes on the mock, and finds each way to tell too little, too much, or something else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import events
from commerce_conformance.settings import Credentials
from commerce_contract import Contract, load
from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import rewriting
from harness.listening import Document, Publish, listening, messages

ORDERS = frozenset({"orders"})
CARD = "4111111111111111"


def fifth() -> Contract:
    return load(Path(__file__).parents[1] / "fifth_service" / "contract")


def test_the_mock_tells_once_what_happens() -> None:
    found = listening(events.LAW)
    assert {finding.key: finding.verdict for finding in found} == {
        "events[orders.create]": Verdict.PASSED,
        "events[orders.set_status]": Verdict.PASSED,
        "events[payments.create]": Verdict.PASSED,
        "events[users.create]": Verdict.PASSED,
        "events[users.verify]": Verdict.PASSED,
    }


def test_a_service_that_no_python_knows_is_heard_too() -> None:
    found = listening(events.LAW, contract=fifth())
    assert {finding.key: (finding.verdict, finding.failures, finding.missing) for finding in found} == {
        f"events[shipments.{name}]": (Verdict.PASSED, (), ()) for name in ("create", "update", "set_status")
    }


def test_an_event_that_is_delivered_again_under_its_id_is_one() -> None:
    assert messages(listening(events.LAW, published=lambda event: [event, event], services=ORDERS)) == []


def never(_: Document) -> list[Document]:
    return []


def twice(event: Document) -> list[Document]:
    return [{**event, "id": f"again-{event['id']}"}, event]


def elsewhere(event: Document) -> list[Document]:
    return [{**event, "channel": "payment_events"}]


def of_nobody(event: Document) -> list[Document]:
    return [{**event, "correlation_id": "somebody"}]


def of_another(event: Document) -> list[Document]:
    return [{**event, "payload": {**event["payload"], "order_id": "order-0"}}]


def in_cents(event: Document) -> list[Document]:
    data: dict[str, Any] = event["payload"]["data"]
    return [{**event, "payload": {**event["payload"], "data": {**data, "total_amount": 7548}}}]


def with_fewer_items(event: Document) -> list[Document]:
    data: dict[str, Any] = event["payload"]["data"]
    return [{**event, "payload": {**event["payload"], "data": {**data, "items": data.get("items", [])[:1]}}}]


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (never, "what happens is told: orders.create tells order_created"),
        (twice, "what happens once is told once: orders.create tells order_created"),
        (elsewhere, "order_created is published on its channel"),
        (of_nobody, "order_created names the request that caused it"),
        (of_another, "order_created says what its resource is: /order_id"),
        (in_cents, "order_created says what its resource is: /data/total_amount"),
        (with_fewer_items, "order_created says what its resource is: /data/items"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_told_wrongly_is_found(published: Publish, told: str) -> None:
    found = listening(events.LAW, published=published, services=ORDERS)
    assert messages([each for each in found if each.operation == "orders.create"]) == [told]


def test_a_card_number_in_an_event_is_found() -> None:
    def with_the_card(event: Document) -> list[Document]:
        data = {**event["payload"]["data"], "notes": [f"paid by {CARD}"]}
        return [{**event, "payload": {**event["payload"], "data": data}}]

    found = listening(events.LAW, published=with_the_card, services=frozenset({"payments"}))
    assert messages(found) == ["payment_completed shows no secret of the request"]
    assert CARD not in repr(found)


def test_an_order_that_was_refused_and_is_told_all_the_same_is_found() -> None:
    found = listening(events.LAW, refused="ORDER_001", services=ORDERS)
    assert messages(found) == ["of what is refused nothing is told"]


def test_what_cannot_be_let_happen_is_no_pass() -> None:
    def closed(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("ORDER_004")

    found = listening(events.LAW, rules={"orders.set_status": closed}, services=ORDERS)
    (moved,) = [finding for finding in found if finding.operation == "orders.set_status"]
    assert (moved.verdict, moved.missing[0][0]) == (Verdict.UNREACHABLE, "orders.set_status was refused: 409 ORDER_004")


def test_without_what_creates_a_failing_payment_its_event_is_not_reached() -> None:
    (found,) = listening(events.LAW, states={}, services=frozenset({"payments"}))
    assert found.verdict is Verdict.UNREACHABLE
    assert any("payments.failed" in hook for _, hook in found.missing)


def test_a_creation_that_answers_nothing_useful_is_no_pass() -> None:
    def broken(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(201, text="done") if request.url.path.endswith("/orders") else answered

    (found, _) = listening(events.LAW, wrapped=rewriting(broken), services=ORDERS)
    assert (found.verdict, found.missing[0][0]) == (Verdict.UNREACHABLE, "orders.create did not make an order: 201")


def test_a_move_whose_beginning_is_not_reached_is_no_pass() -> None:
    def refused(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return httpx.Response(409, json={}) if request.url.path.endswith("/status") else answered

    found = listening(events.LAW, wrapped=rewriting(refused), contract=fifth())
    (moved,) = [finding for finding in found if finding.operation == "shipments.set_status"]
    (dispatched, _), (delivered, _) = moved.missing
    assert dispatched == "shipments.set_status was refused: 409"
    assert "shipments.set_status did not move shipment-" in delivered


def emitting(name: str, *kinds: str) -> Callable[[Contract], Contract]:
    """A reading in which an operation emits something else."""

    def read(whole: Contract) -> Contract:
        changed = replace(whole.operations[name], emits=kinds)
        return replace(whole, operations={**whole.operations, name: changed})

    return read


def test_events_whose_names_say_nothing_are_no_pass() -> None:
    found = listening(events.LAW, read=emitting("orders.create", "user_created"), services=ORDERS)
    assert found[0].missing == (("no name says which resource the events tell of", ""),)
    found = listening(events.LAW, read=emitting("orders.set_status", "order_created"), services=ORDERS)
    assert found[1].missing == (("no move is known of which order_created tells", ""),)


def test_with_one_token_only_not_every_refusal_is_tried() -> None:
    token = jwt.encode({"sub": str(uuid4()), "role": "customer", "exp": 4_000_000_000}, DEVELOPMENT_SECRET, "HS256")
    told = listening(events.LAW, contract=fifth(), credentials=Credentials(token=token))
    assert {reason for finding in told for reason, _ in finding.missing} == {
        "nobody can be called as",
        "not every refusal can be tried: nobody can be called as",
    }


def test_who_says_nowhere_is_not_reached() -> None:
    assert {finding.verdict for finding in listening(events.LAW, events=None)} == {Verdict.UNREACHABLE}


def test_without_the_hook_what_a_code_causes_is_not_reached() -> None:
    found = listening(events.LAW, services=frozenset({"users"}), hooks={})
    (verify,) = [finding for finding in found if finding.operation == "users.verify"]
    assert verify.missing == (
        (
            "the code that a user is sent cannot be known",
            "say in conformance.toml what tells it: [hooks.verification_code]",
        ),
    )


def test_a_payment_that_never_ends_is_found() -> None:
    def processing(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method != "GET" or "/api/payments/" not in request.url.path:
            return None
        return httpx.Response(200, json={**answered.json(), "status": "processing"})

    found = listening(events.LAW, wrapped=rewriting(processing), services=frozenset({"payments"}))
    assert messages(found) == ["what payments.create begins comes to an end"]


def test_what_is_told_to_fail_and_does_not_is_found() -> None:
    found = listening(events.LAW, states={"payments.failed": {"currency": "USD"}}, services=frozenset({"payments"}))
    assert messages(found) == ["what is told to end so does"]


def test_a_reason_that_is_not_the_payments_own_is_found() -> None:
    def another_reason(event: Document) -> list[Document]:
        data = event["payload"]["data"]
        return [
            {
                **event,
                "payload": {**event["payload"], "data": {**data, "reason": "Bad luck"} if "reason" in data else data},
            }
        ]

    found = listening(events.LAW, published=another_reason, services=frozenset({"payments"}))
    assert messages(found) == ["payment_failed says what its resource is: /data/reason"]
