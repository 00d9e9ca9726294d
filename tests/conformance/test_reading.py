"""What a contract implies about requests: by its five keys first, and by the names that everybody gives."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commerce_conformance import reading
from commerce_contract import Operation, Resource, Schema, load
from harness.platform import contract

FIFTH = load(Path(__file__).parents[1] / "fifth_service" / "contract")


def operation(name: str) -> Operation:
    return contract().operations[name]


def resource(name: str) -> Resource:
    return contract().resources[name]


def body(name: str) -> Schema:
    found = operation(name).body
    assert found is not None
    return found.schema


@pytest.mark.parametrize(
    ("name", "words"),
    [("totalAmount", "total_amount"), ("first_name", "first_name"), ("userId", "user_id"), ("a", "a")],
)
def test_a_name_is_its_words(name: str, words: str) -> None:
    assert reading.snake(name) == words


@pytest.mark.parametrize(("name", "words"), [("orders", "an order"), ("payments", "a payment"), ("users", "a user")])
def test_a_resource_has_its_article(name: str, words: str) -> None:
    assert reading.one(resource(name)) == words


@pytest.mark.parametrize(
    ("find", "name"),
    [(reading.creator, "orders.create"), (reading.reader, "orders.get"), (reading.lister, "orders.list_for_user")],
)
def test_the_operations_of_a_resource_are_found(find: Any, name: str) -> None:
    assert find(contract(), resource("orders")) == operation(name)


def test_who_has_no_list_has_none() -> None:
    assert reading.lister(contract(), resource("users")) is None


def test_the_movers_of_a_resource_are_found() -> None:
    assert [o.name for o in reading.movers(contract(), resource("orders"))] == ["orders.set_status", "orders.cancel"]
    assert reading.movers(contract(), resource("payments")) == []


def test_who_owns_themselves_is_a_person() -> None:
    assert reading.person(contract()) == resource("users")
    assert reading.person(FIFTH) is None


def test_references_are_known_by_their_names() -> None:
    found = reading.references(contract(), body("payments.create"))
    assert found == {"orderId": resource("orders"), "userId": resource("users")}
    assert reading.references(contract(), body("users.create")) == {}


def test_money_is_a_number_of_whole_cents() -> None:
    properties = body("payments.create").properties
    assert [name for name, part in properties.items() if reading.is_money(part)] == ["amount"]


@pytest.mark.parametrize(("name", "total"), [("orders", "totalAmount"), ("payments", "amount"), ("users", None)])
def test_what_a_resource_comes_to_is_its_required_amount(name: str, total: str | None) -> None:
    assert reading.total_of(resource(name)) == total


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (0.1, Decimal("0.1")),
        (75.48, Decimal("75.48")),
        (3, Decimal(3)),
        ("75.48", None),
        (True, None),
        (None, None),
        ([1], None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_an_amount_is_read_to_its_last_digit(value: Any, amount: Decimal | None) -> None:
    assert reading.amount(value) == amount


def test_what_takes_parts_is_known_by_what_it_adds_up() -> None:
    refund = operation("payments.refund")
    assert reading.gathers(refund) == "refundedAmount"
    assert reading.takeable(refund) == "completed"
    assert reading.shown_states(refund) == {"refunded", "partially_refunded"}
    assert reading.gathers(operation("payments.create")) is None
    assert reading.gathers(operation("orders.cancel")) is None
    assert reading.shown_states(operation("users.events")) == set()
    assert reading.takeable(operation("users.create")) == ""


@pytest.mark.parametrize(
    ("name", "names"),
    [("users.create", ["password"]), ("payments.create", ["cardNumber", "cvv"]), ("orders.create", [])],
)
def test_secrets_are_what_is_write_only(name: str, names: list[str]) -> None:
    assert list(reading.secrets(body(name))) == names
    shown = next(iter(operation(name).body.examples.values()))  # type: ignore[union-attr] # it has one
    found = list(reading.hidden(body(name), shown))
    assert [secret for _, secret, _ in found] == names
    assert all(secret in holder and part.write_only for holder, secret, part in found)


@pytest.mark.parametrize("value", [None, 3, "password", [], {"password_hint": "x"}, {"items": 3}])
def test_where_there_is_no_secret_none_is_found(value: Any) -> None:
    assert list(reading.hidden(body("users.create"), value)) == []
    assert list(reading.hidden(body("orders.create"), value)) == []


def test_secrets_within_lists_are_found() -> None:
    items = {"items": [{"quantity": 1}, {"quantity": 2}]}
    assert list(reading.hidden(body("orders.create"), items)) == []


@pytest.mark.parametrize(
    ("service", "names"),
    [("orders", ["health", "ready", "metrics"]), ("payments", ["circuit_breaker", "health", "ready", "metrics"])],
)
def test_monitors_are_what_everybody_may_ask(service: str, names: list[str]) -> None:
    found = reading.monitors(contract(), service)
    assert [o.name for o in found] == [f"{service}.{name}" for name in names]


@pytest.mark.parametrize(
    ("metric", "name", "counts", "adds_up"),
    [
        ("orders_created_total", "orders", True, False),
        ("user_registrations_total", "users", True, False),
        ("payments_processed_total", "payments", True, False),
        ("user_verifications_total", "users", False, False),
        ("orders_created_total", "payments", False, False),
        ("order_value_histogram", "orders", False, True),
        ("order_value_histogram", "payments", False, False),
        ("user_value", "users", False, False),
        ("database_queries_duration_seconds", "users", False, False),
    ],
)
def test_metrics_are_known_by_their_words(metric: str, name: str, counts: bool, adds_up: bool) -> None:  # noqa: FBT001 - parameters of the test
    assert reading.counts(metric, resource(name)) is counts
    assert reading.adds_up(metric, resource(name)) is adds_up


def test_refusals_are_the_codes_of_a_status() -> None:
    assert reading.refusals(operation("orders.cancel"), 409) == ["ORDER_004"]
    assert reading.refusals(operation("orders.cancel"), 418) == []


def test_an_example_is_one_that_the_schema_takes() -> None:
    assert set(reading.example(operation("users.create"))) >= {"email", "password"}
    assert reading.example(operation("orders.get")) is None
    assert reading.example(operation("users.create"), valid=False) is not None


def test_a_pointer_into_a_list_is_one_for_all_places() -> None:
    assert reading.generic("/orders/0/items/12/id") == "/orders/*/items/*/id"
