"""The law of races: it passes on the mock, and finds who wins twice, who is told wrongly and what is done twice."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import races
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting

ONE = "of several at the same moment exactly one is done"
TOLD = "who came too late is told so"
ONCE = "what several ask for at the same moment is done once"


def messages(operation: str, **changes: Any) -> list[str]:
    found = [finding for finding in findings(races.LAW, **changes) if finding.operation == operation]
    assert [finding.fault for finding in found if finding.fault] == []
    return [failure.message for finding in found for failure in finding.failures]


def test_on_the_mock_one_wins() -> None:
    found = findings(races.LAW)
    assert {finding.verdict for finding in found} == {Verdict.PASSED}
    assert {finding.operation for finding in found} == {
        "orders.set_status",
        "orders.cancel",
        "payments.create",
        "payments.refund",
        "users.create",
    }


def always(tx: Transaction, call: Call) -> Stored:
    return tx.move(derived.find(tx, call), "cancelled", {})


def with_another_code(tx: Transaction, call: Call) -> Stored:
    try:
        return derived.move(tx, call)
    except Problem as problem:
        problem.code = "CONFLICT" if problem.code == "ORDER_004" else problem.code
        raise


def never(_tx: Transaction, _call: Call) -> Stored:
    raise Problem("ORDER_004")


@pytest.mark.parametrize(
    ("rule", "told"), [(always, [ONE]), (with_another_code, [TOLD]), (never, [ONE])], ids=["always", "code", "never"]
)
def test_a_move_that_is_raced_is_found_once(rule: Any, told: list[str]) -> None:
    assert messages("orders.cancel", rules={"orders.cancel": rule}) == told


def answering(method: str, path: str, change: Callable[[Any], Any], status: int) -> Any:
    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method != method or not request.url.path.startswith(path) or answered.status_code != status:
            return None
        told = change(answered.json())
        return httpx.Response(told.get("status", status) if status >= 400 else status, json=told)

    return rewriting(rewrite)


def test_two_users_of_one_address_are_found() -> None:
    wrapped = answering("POST", "/api/users", lambda told: {**told, "status": 201}, 409)
    assert messages("users.create", wrapped=wrapped) == [ONE]


def test_a_loser_that_is_told_of_a_failure_is_found() -> None:
    wrapped = answering("POST", "/api/users", lambda told: {**told, "status": 500}, 409)
    assert messages("users.create", wrapped=wrapped) == [TOLD]


def test_a_payment_that_is_made_twice_though_one_is_told_of_is_found() -> None:
    wrapped = answering("GET", "/api/payments/user/", lambda told: {**told, "total": 2 * told["total"]}, 200)
    assert messages("payments.create", wrapped=wrapped) == [ONCE]


def test_a_move_that_is_only_told_is_found() -> None:
    wrapped = answering("GET", "/api/orders/", lambda told: {**told, "status": "pending"}, 200)
    assert messages("orders.cancel", wrapped=wrapped) == [ONCE]


def test_a_refund_that_is_counted_double_is_found() -> None:
    def doubles(told: Any) -> Any:
        return {**told, **({"refundedAmount": 2 * told["refundedAmount"]} if "refundedAmount" in told else {})}

    assert messages("payments.refund", wrapped=answering("GET", "/api/payments/", doubles, 200)) == [ONCE]


def test_what_no_operation_counts_is_not_counted() -> None:
    def silent(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        listed = request.url.path.startswith("/api/payments/user/")
        return httpx.Response(200, content=json.dumps([])) if listed else None

    assert messages("payments.create", wrapped=rewriting(silent)) == []
