"""Every answer of the whole run, against the response that the document declares for its status."""

from collections.abc import Iterable

from commerce_conformance.declared import answer_faults
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Operation


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    told: set[tuple[str, str]] = set()
    seen = [exchange for exchange in trial.session.seen if exchange.operation == operation]
    if not seen:
        trial.unreachable("no request of the run was one of this operation", "run more of the laws")
    for exchange in seen:
        for because, expected, got in answer_faults(operation, exchange):
            if (because, got) not in told:
                told.add((because, got))
                trial.fails(because, expected=expected, got=got, exchanges=[exchange])


LAW = Law(
    name="documented",
    sentence="An answer has a status, a media type and a body that the document declares for its operation.",
    derives="`responses` of the operation, their `content` and schemas.",
    applies=_applies,
    check=_check,
    closing=True,
)
