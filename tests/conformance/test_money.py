"""The law of money: it passes on the mock, and finds each way to lose or to find a cent."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import money
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.services.money import amount, cents
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting

Reckon = Callable[[list[dict[str, Any]]], Any]


def messages(operation: str, **changes: Any) -> list[str]:
    found = [finding for finding in findings(money.LAW, **changes) if finding.operation == operation]
    assert [finding.fault for finding in found if finding.fault] == []
    return [failure.message for finding in found for failure in finding.failures]


def answering(path: str, status: int, change: Callable[[Any, Any], Any], code: int | None = None) -> Any:
    """Answers to a POST with that status, with their JSON changed by what was sent, and with another status."""

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if request.method != "POST" or request.url.path != path or answered.status_code != status:
            return None
        told = change(answered.json(), json.loads(request.content))
        return None if told is None else httpx.Response(code or status, json=told)

    return rewriting(rewrite)


def totals(reckon: Reckon) -> Any:
    return answering("/api/orders", 201, lambda told, sent: {**told, "totalAmount": reckon(sent["items"])})


def test_the_mock_is_exact() -> None:
    found = findings(money.LAW)
    assert [(finding.operation, finding.verdict) for finding in found] == [
        ("orders.create", Verdict.PASSED),
        ("payments.create", Verdict.PASSED),
        ("payments.refund", Verdict.PASSED),
    ]


def exactly(items: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(repr(item["price"])) * item["quantity"] for item in items), Decimal(0))


@pytest.mark.parametrize(
    "reckon",
    [
        lambda items: sum(item["price"] * item["quantity"] for item in items),
        lambda items: int(float(exactly(items)) * 100) / 100,
        lambda items: round(float(exactly(items))),
        lambda items: round(float(exactly(items)), 1),
        lambda items: sum(item["price"] for item in items),
        lambda items: float(exactly(items[:1])),
        lambda items: str(exactly(items)),
        lambda _: None,
    ],
    ids=["doubles", "cut", "whole", "tenths", "no quantity", "the first", "text", "nothing"],
)
def test_a_total_that_is_not_exact_is_found_once(reckon: Reckon) -> None:
    assert messages("orders.create", wrapped=totals(reckon)) == ["totalAmount is the exact sum of quantity times price"]


def test_a_total_that_is_exact_is_none() -> None:
    assert messages("orders.create", wrapped=totals(lambda items: float(exactly(items)))) == []


def test_a_basket_that_is_refused_is_found() -> None:
    dear = answering("/api/orders", 201, lambda told, sent: told if sent["items"][0]["quantity"] == 100 else None, 422)
    assert messages("orders.create", wrapped=dear) == ["a basket of cents is taken"]


def test_an_answer_that_is_no_object_has_no_total() -> None:
    wrapped = answering("/api/orders", 201, lambda _told, _sent: ["order"])
    assert messages("orders.create", wrapped=wrapped) == ["totalAmount is the exact sum of quantity times price"]


def test_an_amount_that_is_not_compared_is_found() -> None:
    wrapped = answering("/api/payments", 422, lambda told, _: told, 201)
    assert messages("payments.create", wrapped=wrapped) == ["`amount` is exactly what it is for comes to"]


def test_a_refusal_of_an_amount_that_points_elsewhere_is_found() -> None:
    wrapped = answering("/api/payments", 422, lambda told, _: {**told, "errors": [{"pointer": "/currency"}]})
    assert messages("payments.create", wrapped=wrapped) == ["a wrong amount is pointed at"]


def test_an_order_that_a_wrong_amount_has_spoilt_is_found() -> None:
    wrapped = answering("/api/payments", 201, lambda told, _: told, 409)
    assert messages("payments.create", wrapped=wrapped) == ["the exact amount is taken, though a wrong one was tried"]


def test_an_amount_that_changes_on_the_way_is_found() -> None:
    wrapped = answering("/api/payments", 201, lambda told, sent: {**told, "amount": sent["amount"] + 0.01})
    assert messages("payments.create", wrapped=wrapped) == ["an amount is answered as it was sent"]


def test_totals_that_are_texts_leave_payments_untested() -> None:
    found = findings(money.LAW, wrapped=totals(lambda items: f"{exactly(items)} USD"))
    payment = next(finding for finding in found if finding.operation == "payments.create")
    assert payment.verdict is Verdict.UNREACHABLE
    assert "which is no number" in payment.missing[0][0]


def refunding(limit: int = 0, unit: int = 1, *, refuses: Callable[[int], bool] = lambda _: False) -> Any:
    """A refund that lets so many cents too much pass, counts in units of cents, and refuses some parts by mistake."""

    def refund(tx: Transaction, call: Call) -> Stored:
        stored = derived.find(tx, call)
        part, paid = cents(call.body["amount"]), cents(stored.value["amount"])
        done = cents(stored.value.get("refundedAmount", 0)) + part
        if done > paid + limit or refuses(part):
            raise Problem("PAY_004")
        state = "refunded" if done >= paid else "partially_refunded"
        return tx.save(stored, {"status": state, "refundedAmount": amount(min(done, paid) // unit * unit)})

    return refund


def refunded(rule: Any) -> list[str]:
    return messages("payments.refund", rules={"payments.refund": rule})


def test_a_refund_of_a_cent_too_much_is_found() -> None:
    assert refunded(refunding()) == []
    assert refunded(refunding(limit=1)) == ["more than there is cannot be taken"]


def test_a_refund_that_compares_each_part_alone_is_found() -> None:
    def alone(tx: Transaction, call: Call) -> Stored:
        stored = derived.find(tx, call)
        if call.body["amount"] > stored.value["amount"]:
            raise Problem("PAY_004")
        done = cents(stored.value.get("refundedAmount", 0)) + cents(call.body["amount"])
        return tx.save(stored, {"refundedAmount": amount(done)})

    assert refunded(alone) == ["not a cent more can be taken than remains"]


def test_a_refund_that_loses_cents_is_found() -> None:
    assert refunded(refunding(unit=10)) == ["refundedAmount is the exact sum of the parts"]


def test_a_part_that_is_refused_by_mistake_is_found() -> None:
    told = refunded(refunding(refuses=lambda _: True))
    assert len(told) == 1
    assert told[0].startswith("a part of ")


def test_a_refusal_that_is_counted_is_found() -> None:
    def counts(tx: Transaction, call: Call) -> Stored:
        try:
            done: Stored = refunding()(tx, call)
        except Problem as problem:
            stored = derived.find(tx, call)

            def add(after: Transaction) -> None:
                after.save(stored, {"refundedAmount": 0.5})

            problem.aftermath = add
            raise
        return done

    assert refunded(counts) == ["what is refused is not counted"]


def test_a_payment_that_tells_no_number_cannot_be_refunded() -> None:
    def texts(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        read = request.method == "GET" and request.url.path.startswith("/api/payments/")
        if not read or answered.status_code != 200:
            return None
        return httpx.Response(200, json={**answered.json(), "amount": "much"})

    found = findings(money.LAW, wrapped=rewriting(texts))
    refund = next(finding for finding in found if finding.operation == "payments.refund")
    assert refund.verdict is Verdict.UNREACHABLE
    assert refund.missing[0][0].endswith("comes to 'much', which is no number")
