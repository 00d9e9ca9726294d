"""The law of unique values: it passes on the mock, and finds each way to let two have the same."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from commerce_conformance.law import Finding, Verdict
from commerce_conformance.laws import uniqueness
from commerce_mock import derived
from commerce_mock.call import Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.conforming import findings, rewriting, suite, told
from harness.platform import contract

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


def test_a_value_that_is_free_once_something_else_was_changed_is_found() -> None:
    changed: list[str] = []

    def forgets(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        changed.extend(["x"] if request.method == "PUT" else [])
        return httpx.Response(201, json={"id": "x"}) if changed and answered.status_code == 409 else None

    assert told(uniqueness.LAW, "users.create", wrapped=rewriting(forgets)) == {
        "no two have the same email, also once something else of one was changed",
        "no two have the same username, also once something else of one was changed",
    }


@pytest.mark.parametrize("status", [200, 500])
def test_what_cannot_be_changed_is_tested_as_it_was_made(status: int) -> None:
    def refuses(request: httpx.Request, _: httpx.Response) -> httpx.Response | None:
        return httpx.Response(500) if request.method == "PUT" and status != 200 else None

    assert told(uniqueness.LAW, "users.create", wrapped=rewriting(refuses)) == set()


@pytest.mark.parametrize("shown", [{}, {"email": "new@example.com"}, {"first_name": ""}])
def test_where_no_example_changes_something_else_nothing_is_changed(shown: Any) -> None:
    whole = contract()
    update = whole.operations["users.update"]
    assert update.body is not None
    other = replace(update, body=replace(update.body, examples={"only": shown}))
    changed = replace(whole, operations={**whole.operations, "users.update": other})
    made = suite(uniqueness.LAW)
    made.session.contract = changed
    assert made.test(uniqueness.LAW, changed.operations["users.create"]).verdict is Verdict.PASSED
    assert [each for each in made.session.seen if each.method == "PUT"] == []


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
