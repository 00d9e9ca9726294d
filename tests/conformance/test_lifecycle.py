"""The law of lifecycles: it passes on the mock, and finds each way to break one."""

from typing import Any

import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import lifecycle
from commerce_mock import derived
from commerce_mock.call import Answer, Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings


def only(rules: Any) -> list[str]:
    return [failure.message for finding in findings(lifecycle.LAW, rules=rules) for failure in finding.failures]


def test_the_mock_moves_along_its_lifecycle_and_never_across_it() -> None:
    found = findings(lifecycle.LAW)
    assert [(finding.key, finding.verdict) for finding in found] == [
        ("lifecycle[orders.set_status]", Verdict.PASSED),
        ("lifecycle[orders.cancel]", Verdict.PASSED),
        ("lifecycle[payments.refund]", Verdict.PASSED),
    ]
    assert found[0].requests > 36 * 2  # six states, asked for six


def anywhere(tx: Transaction, call: Call) -> Stored:
    stored = derived.find(tx, call)
    return tx.move(stored, "cancelled", {})


def nowhere(_tx: Transaction, _call: Call) -> Stored:
    raise Problem("ORDER_004")


def said_only(tx: Transaction, call: Call) -> Answer:
    stored = derived.find(tx, call)
    derived.check_move(call.operation, stored, "cancelled")
    return Answer({"id": stored.key, "status": "cancelled", "cancelledAt": stored.value["createdAt"]})


def with_another_code(tx: Transaction, call: Call) -> Stored:
    try:
        return derived.move(tx, call)
    except Problem as problem:
        if problem.code == "ORDER_004":
            raise Problem("ORDER_003") from None
        raise


def and_moves_all_the_same(tx: Transaction, call: Call) -> Stored:
    stored = derived.find(tx, call)
    try:
        derived.check_move(call.operation, stored, "cancelled")
    except Problem as problem:

        def cancel(after: Transaction) -> None:
            after.save(stored, {"status": "cancelled"})

        problem.aftermath = cancel
        raise
    return derived.move(tx, call)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (anywhere, "an order that is shipped may not become cancelled"),
        (nowhere, "an order that is pending may become cancelled"),
        (said_only, "an order that is pending is cancelled once it was moved there"),
        (with_another_code, "an order that is delivered may not become cancelled"),
        (and_moves_all_the_same, "a move that is refused changes nothing"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_move_is_found(broken: Any, told: str) -> None:
    assert told in only({"orders.cancel": broken})


def test_what_cannot_be_reached_is_no_pass() -> None:
    def never(_tx: Transaction, _call: Call) -> Stored:
        raise Problem("ORDER_004")

    found = {f.operation: f for f in findings(lifecycle.LAW, rules={"orders.set_status": never})}
    assert found["orders.cancel"].verdict is Verdict.UNREACHABLE
    assert any("an order that is shipped cannot be had" in reason for reason, _ in found["orders.cancel"].missing)
    assert found["orders.set_status"].verdict is Verdict.FAILED


def test_a_refund_of_what_was_never_paid_is_found() -> None:
    def refunds_all(tx: Transaction, call: Call) -> Stored:
        stored = derived.find(tx, call)
        return tx.save(stored, {"status": "refunded", "refundedAmount": call.body["amount"]})

    told = only({"payments.refund": refunds_all})
    assert "of a payment that is failed nothing can be taken" in told
    assert "of a payment that is refunded nothing can be taken" in told
