"""The law of codes: it passes on the mock, and finds each way to take a wrong one."""

from typing import Any

import pytest

from commerce_conformance.law import Verdict
from commerce_conformance.laws import verification
from commerce_mock import derived
from commerce_mock.call import Answer, Call
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction
from harness.listening import listening, messages


def test_the_mock_takes_a_code_from_whose_it_is_and_once() -> None:
    (found,) = listening(verification.LAW)
    assert (found.key, found.verdict) == ("verification[users.verify]", Verdict.PASSED)


def test_without_the_hook_only_a_wrong_code_is_tried() -> None:
    (found,) = listening(verification.LAW, hooks={})
    assert (found.verdict, found.requests) == (Verdict.UNREACHABLE, 3)
    assert found.missing[0][1] == "say in conformance.toml what tells it: [hooks.verification_code]"


def every_code(tx: Transaction, call: Call) -> Stored:
    return tx.save(derived.find(tx, call), {"is_verified": True})


def no_code(_tx: Transaction, _call: Call) -> Stored:
    raise Problem("USER_003")


def another_refusal(_tx: Transaction, _call: Call) -> Stored:
    raise Problem("BAD_REQUEST")


def says_so_only(tx: Transaction, call: Call) -> Answer:
    if call.body["verification_token"].startswith("cf"):
        raise Problem("USER_003")
    return Answer({**derived.find(tx, call).value, "is_verified": True})


def refuses_and_does(tx: Transaction, call: Call) -> Stored:
    stored, refusal = derived.find(tx, call), Problem("USER_003")

    def verify(after: Transaction) -> None:
        after.save(stored, {"is_verified": True})

    refusal.aftermath = verify
    raise refusal


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (every_code, "a code that nobody was sent is refused"),
        (every_code, "a code is of the one who was sent it, and of nobody else"),
        (every_code, "a code is taken once"),
        (no_code, "the code that was sent is taken"),
        (another_refusal, "a code that nobody was sent is refused"),
        (says_so_only, "who shows the right code has is_verified"),
        (refuses_and_does, "a code that is refused changes nothing"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_takes_a_wrong_code_is_found(broken: Any, told: str) -> None:
    assert told in messages(listening(verification.LAW, rules={"users.verify": broken}))
