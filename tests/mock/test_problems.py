"""Every problem code and every status that the contract declares is reached, and what is refused leaves no trace."""

import pytest

from harness.platform import contract
from harness.provocations import GENERAL, SPECIFIC, Declared, declared, provocation

DECLARED = list(declared(contract()))


def named(answer: Declared) -> str:
    return " ".join(str(part) for part in answer if part is not None)


@pytest.mark.parametrize("answer", DECLARED, ids=named)
def test_a_declared_answer_is_given(answer: Declared) -> None:
    name, status, code = answer
    provoke = provocation(answer)
    assert provoke is not None, "write in provocations.py how this answer is provoked"
    given = provoke(name)
    assert (given.status, given.code) == (status, code)


def test_nothing_is_provoked_that_no_operation_declares() -> None:
    assert SPECIFIC.keys() <= set(DECLARED)
    assert GENERAL.keys() <= {(status, code) for _, status, code in DECLARED}
