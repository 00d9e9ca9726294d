"""The law of unique values: it passes on the mock, and finds each way to let two have the same."""

from dataclasses import replace
from typing import Any

import httpx

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.laws import uniqueness
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting, suite, told

LETTERS = "no two have the same email, in other letters"
EXACT = "no two have the same email, as it is"


def test_the_mock_lets_no_two_have_the_same() -> None:
    found = findings(uniqueness.LAW)
    assert [(finding.key, finding.verdict) for finding in found] == [("uniqueness[users.create]", Verdict.PASSED)]


def another_code(tx: Transaction, call: Call) -> Stored:
    try:
        return derived.create(tx, call)
    except Problem as problem:
        if problem.code == "USER_001":
            raise Problem("USER_002") from None
        raise


def taking(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    """Takes what is taken."""
    return httpx.Response(201, json={"id": "x"}) if answered.status_code == 409 else None


def taking_other_letters(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
    return (
        httpx.Response(201, json={"id": "x"}) if answered.status_code == 409 and b"EXAMPLE" in request.content else None
    )


def test_a_value_that_is_taken_and_given_again_is_found() -> None:
    assert {EXACT, LETTERS} <= told(uniqueness.LAW, "users.create", wrapped=rewriting(taking))


def test_a_value_that_is_given_again_in_other_letters_is_found() -> None:
    assert told(uniqueness.LAW, "users.create", wrapped=rewriting(taking_other_letters)) == {LETTERS}


def test_a_refusal_with_the_code_of_another_property_is_found() -> None:
    assert {EXACT, LETTERS} <= told(uniqueness.LAW, "users.create", rules={"users.create": another_code})


def test_a_refusal_that_keeps_the_other_values_is_found() -> None:
    seen: list[Any] = []

    def keeps(_: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        if answered.status_code == 409:
            seen.append(answered)
        return seen[-1] if seen and answered.status_code == 201 else None

    broken = told(uniqueness.LAW, "users.create", wrapped=rewriting(keeps))
    assert broken == {"what was refused for one value took none of the others"}


def about(operation: str, **unique: str) -> Finding:
    """What the law finds on an operation of the mock whose resource has other unique properties."""
    made = suite(uniqueness.LAW)
    found = made.session.contract.operations[operation]
    assert found.resource is not None
    return made.test(uniqueness.LAW, replace(found, resource=replace(found.resource, unique=unique)))


def test_what_an_operation_does_not_take_is_not_asked_of_it() -> None:
    assert about("users.update", email="USER_001").verdict is Verdict.PASSED


def test_other_letters_of_another_form_are_no_duplicate() -> None:
    found = about("payments.create", currency="PAY_003")
    assert not any("in other letters" in failure.message for failure in found.failures)
    assert [failure.message for failure in found.failures][:1] == ["no two have the same currency, as it is"]
