"""What the contract says of the services that a service needs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from commerce_conformance import depending
from commerce_conformance.depending import Breaker, Need
from commerce_contract import Contract, Operation, load
from harness.platform import contract

FIFTH = Path(__file__).parents[1] / "fifth_service" / "contract"


def need(service: str, on: str) -> Need:
    (found,) = [each for each in depending.needs(contract(), service) if each.on == on]
    return found


def changed(name: str, examples: Any) -> Contract:
    """The platform's contract, with other examples of the success of one operation."""
    whole = contract()

    def change(operation: Operation) -> Operation:
        if operation.name != name:
            return operation
        success = replace(operation.success, examples={"other": examples})
        return replace(operation, responses={**operation.responses, success.status: success})

    services = {
        each.name: replace(each, operations=tuple(map(change, each.operations))) for each in whole.services.values()
    }
    return replace(whole, services=services)


def test_a_service_needs_those_that_its_health_names() -> None:
    needs = {service: [each.on for each in depending.needs(contract(), service)] for service in contract().services}
    assert {service: on for service, on in needs.items() if on} == {
        "orders": ["users"],
        "payments": ["users", "orders"],
    }


def test_an_outage_touches_all_that_need_what_is_down() -> None:
    assert depending.touched(contract(), "users") == {"users", "orders", "payments"}
    assert depending.touched(contract(), "orders") == {"orders", "payments"}


def test_what_makes_something_that_refers_to_a_service_cannot_be_done_without_it() -> None:
    assert [each.name for each in depending.callers(contract(), need("payments", "users"))] == ["payments.create"]
    assert [each.name for each in depending.callers(contract(), need("orders", "users"))] == ["orders.create"]


def test_a_breaker_is_as_the_examples_show_it() -> None:
    found = depending.breaker(contract(), need("payments", "orders"))
    assert found is not None
    assert (found.name, found.closed, found.opened, found.threshold) == ("order_service", "closed", "open", 5)
    assert (found.gauge, found.values) == ("circuit_breaker_state", {"closed": 0, "open": 1})
    assert found.shown({"order_service": {"state": "open", "failure_count": 6}}) == ("open", 6)
    assert depending.breaker(contract(), need("orders", "users")) is None


def test_a_breaker_that_no_example_shows_open_is_none_that_can_be_judged() -> None:
    told = {"state": "closed", "failure_count": 0, "last_failure": None}
    other = changed("payments.circuit_breaker", {"user_service": told, "order_service": told})
    assert depending.breaker(other, need("payments", "orders")) is None


def test_a_breaker_may_have_no_gauge() -> None:
    other = changed("payments.metrics", "# TYPE requests counter\nrequests_total 1\n")
    found = depending.breaker(other, need("payments", "orders"))
    assert isinstance(found, Breaker)
    assert (found.scrape, found.values) == (None, None)


def test_a_contract_may_have_neither() -> None:
    fifth = load(FIFTH)
    assert [each for service in fifth.services for each in depending.needs(fifth, service)] == []
