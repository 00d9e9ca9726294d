"""How a request that breaks one rule of its schema has to be refused."""

from dataclasses import dataclass
from typing import Final

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.trial import Trial
from commerce_contract import Operation, SchemaError

BAD: Final = 400
INVALID: Final = 422
_NUL: Final = b"\\u0000"


@dataclass(frozen=True, slots=True)
class Case:
    """A rule that a request breaks; lives as long as a law wants.

    `pointer` is where, as problems write it, `codes` are the `x-problem` of that place and of those around it.
    """

    error: SchemaError
    pointer: str
    codes: tuple[str, ...] = ()


def judge(trial: Trial, case: Case, answered: Exchange) -> bool:
    """Expect the refusal that the operation declares, and that it points at what is wrong."""
    operation, where = trial.operation, case.pointer or "the body"
    codes, statuses = _refusal(trial, operation, case)
    if _NUL in answered.sent:  # some readers of JSON take no NUL: to them the whole body is malformed
        codes |= set(reading.refusals(operation, BAD)) if codes else set()
        statuses |= {BAD}
    because = f"{where} {case.error.message}, or the request is refused"
    if not trial.expect(answered, statuses, codes, because=because, at=case.error.location):
        return False
    return not _points(operation, answered.status) or trial.check(
        case.pointer in answered.pointers, f"a refusal points at what is wrong: {where} {case.error.message}",
        expected=case.pointer or "the whole body", got=", ".join(answered.pointers) or "nothing",
        at=case.error.location, exchanges=[answered],
    )  # fmt: skip


def general(trial: Trial, operation: Operation, status: int) -> set[str]:
    """The codes of an operation for a status that every operation shares, else all that it has for it."""
    declared = set(reading.refusals(operation, status))
    return declared & trial.contract.problems.keys() or declared


def _refusal(trial: Trial, operation: Operation, case: Case) -> tuple[set[str], set[int]]:
    """The codes and statuses with which a broken rule may be answered.

    A property that has a code of its own is told by it; one inside such a property also by the general code.
    """
    own = case.codes[:1] if case.error.code else case.codes
    codes = {code for code in own if code in operation.problems}
    if not case.error.code or not codes:
        codes |= general(trial, operation, INVALID)
    statuses = {operation.problems[code].status for code in codes}
    declared = {status for status in (BAD, INVALID) if status in operation.responses}
    return codes, statuses or declared or {BAD, INVALID}


def _points(operation: Operation, status: int) -> bool:
    """Whether a refusal with that status says where."""
    response = operation.responses.get(status)
    errors = response.schema.properties.get("errors") if response is not None and response.schema else None
    return status == INVALID and errors is not None and errors.items is not None
