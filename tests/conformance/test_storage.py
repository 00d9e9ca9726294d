"""The law of storage: it passes on the mock, and finds each way to lose, to mix up or to invent what was written."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import storage
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import changing, findings, rewriting, suite, told

SOMEBODY = "550e8400-e29b-41d4-a716-446655440001"


def test_the_mock_keeps_what_was_written() -> None:
    found = findings(storage.LAW)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert [finding.operation for finding in found] == [
        "orders.create",
        "payments.create",
        "users.create",
        "users.update",
    ]


def test_a_creation_that_answers_what_is_not_stored_is_found() -> None:
    wrapped = changing(lambda value, _: {**value, "totalAmount": 1.0}, "POST", "/api/orders")
    assert told(storage.LAW, "orders.create", wrapped=wrapped) == {"what a creation answers is what a read shows"}


def test_a_creation_that_forgets_a_part_is_found() -> None:
    def forgets(tx: Transaction, call: Call) -> Stored:
        call.body.pop("phone", None)
        return derived.create(tx, call)

    broken = told(storage.LAW, "users.create", rules={"users.create": forgets})
    assert broken == {"what a creation sends is what a read shows"}


def test_two_resources_under_one_identifier_are_found() -> None:
    first: dict[str, Any] = {}
    wrapped = changing(lambda value, _: first.setdefault("order", value), "POST", "/api/orders")
    assert "two resources have two identifiers" in told(storage.LAW, "orders.create", wrapped=wrapped)


def test_a_new_resource_that_is_not_in_its_first_state_is_found() -> None:
    wrapped = changing(lambda value, _: {**value, "status": "confirmed"}, "POST", "/api/orders")
    assert "a new resource is in its first state" in told(storage.LAW, "orders.create", wrapped=wrapped)


def test_a_new_resource_of_somebody_else_is_found() -> None:
    wrapped = changing(lambda value, _: {**value, "userId": SOMEBODY}, "POST", "/api/orders")
    assert "a new resource is its creator's" in told(storage.LAW, "orders.create", wrapped=wrapped)


@pytest.mark.parametrize("location", [None, "/api/orders/order-0", "/nowhere"])
def test_a_location_that_leads_elsewhere_is_found(location: str | None) -> None:
    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method == "POST" and answered.status_code == 201:
            del answered.headers["location"]
            if location:
                answered.headers["location"] = location
        return None

    broken = told(storage.LAW, "orders.create", wrapped=rewriting(rewrite))
    assert broken == {"the Location of a creation leads to what was created"}


def wants_all(tx: Transaction, call: Call) -> Stored:
    if len(call.body) < 2:
        raise Problem("VALIDATION_ERROR")
    return derived.update(tx, call)


def loses(tx: Transaction, call: Call) -> Stored:
    return derived.find(tx, call)


def forgets_the_rest(tx: Transaction, call: Call) -> Stored:
    return tx.save(derived.find(tx, call), {"last_name": "?", **call.body})


def replaces_objects(tx: Transaction, call: Call) -> Stored:
    return tx.save(derived.find(tx, call), call.body)


def wants_whole_objects(tx: Transaction, call: Call) -> Stored:
    if len(call.body.get("profile", "12")) < 2:
        raise Problem("VALIDATION_ERROR")
    return derived.update(tx, call)


def writes_to_everybody(tx: Transaction, call: Call) -> Stored:
    for other in list(tx.newest("users")):
        tx.save(other, call.body)
    return derived.update(tx, call)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (wants_all, "`first_name` can be updated alone"),
        (loses, "an update changes what it names and keeps what it does not"),
        (forgets_the_rest, "an update changes what it names and keeps what it does not"),
        (replaces_objects, "an update of a part of an object keeps its other parts"),
        (wants_whole_objects, "a part of `profile` can be updated alone"),
        (writes_to_everybody, "an update of one resource touches no other"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_update_is_found(broken: Any, message: str) -> None:
    assert message in told(storage.LAW, "users.update", rules={"users.update": broken})


def test_answers_that_are_no_objects_are_no_fault_of_the_suite() -> None:
    found = findings(storage.LAW, wrapped=changing(lambda _, __: ["?"], "GET", "/api/users"))
    assert {f.verdict for f in found if f.operation.startswith("users")} == {Verdict.FAILED}


def test_what_no_operation_reads_is_not_reachable() -> None:
    made = suite(storage.LAW)
    contract = made.session.contract
    create = contract.operations["orders.create"]
    made.session.contract = replace(
        contract, operations={n: o for n, o in contract.operations.items() if n != "orders.get"}
    )
    assert made.test(storage.LAW, create).missing == (("what it writes is read by no operation", ""),)
