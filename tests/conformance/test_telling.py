"""What the contract implies about events, without a word of the platform in the code."""

from pathlib import Path
from typing import Any

import pytest

from commerce_conformance import telling
from commerce_contract import MISSING, load
from harness.platform import contract


def test_a_payment_is_followed_by_the_order_and_by_the_payer() -> None:
    events = contract().events
    followed = telling.reactions(contract(), events["payment_completed"])
    assert [(each.resource.collection, each.told.type, each.outcome) for each in followed] == [
        ("orders", "order_confirmed", telling.Outcome("status", "confirmed")),
        ("users", "user_verified", telling.Outcome("is_verified", value=True)),
    ]
    assert [telling.reactions(contract(), event) for event in events.values()].count([]) == len(events) - 1


def test_what_an_event_says_of_its_resource_is_read_from_the_names() -> None:
    event = contract().events["payment_completed"]
    payment = telling.about(contract(), event)
    assert payment is contract().resources["payments"]
    assert dict(telling.parts(event, payment)) == {
        ("payment_id",): "id",
        ("order_id",): "orderId",
        ("user_id",): "userId",
        ("data", "amount"): "amount",
        ("data", "currency"): "currency",
        ("data", "transaction_id"): "transactionId",
        ("data", "completed_at"): "completedAt",
    }


def test_the_creation_of_a_resource_is_what_its_first_event_tells() -> None:
    created = {name: telling.creation(contract(), resource) for name, resource in contract().resources.items()}
    assert {name: kinds for name, kinds in created.items() if kinds} == {
        "orders": {"order_created"}, "users": {"user_created"}
    }  # fmt: skip


def test_one_operation_asks_for_a_code() -> None:
    asked = {name: telling.code_of(contract(), operation) for name, operation in contract().operations.items()}
    assert {name: code for name, code in asked.items() if code} == {"users.verify": "verification_token"}


def test_a_contract_of_another_service_has_its_own() -> None:
    other = load(Path(__file__).parents[1] / "fifth_service" / "contract")
    shipment = other.resources["shipments"]
    outcomes = {kind: telling.outcome(event, shipment) for kind, event in other.events.items()}
    assert outcomes["shipment_created"] is outcomes["shipment_corrected"] is None
    assert outcomes["shipment_dispatched"] == telling.Outcome("status", "dispatched")
    assert telling.code_of(other, other.operations["shipments.create"]) is None


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        (75.48, 75.48, True),
        (7548, 75.48, False),
        (1, True, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ([{"a": 1}], [{"a": 1, "b": 2}], True),
        ([], [1], False),
        ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00.000Z", True),
        ("2023-01-01T00:00:00Z", "2023-01-01T00:00:00", False),
        ("order-1", "order-2", False),
        (None, "order-2", False),
    ],
)
def test_an_event_may_say_less_and_spell_a_time_otherwise(said: Any, known: Any, *, same: bool) -> None:
    assert telling.same(said, known) is same


def test_what_a_payload_does_not_have_is_missing() -> None:
    assert telling.at({"data": []}, ("data", "amount")) is MISSING
    assert telling.at({"data": {"amount": 1}}, ("data", "amount")) == 1
