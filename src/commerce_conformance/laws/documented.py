"""Every answer of the whole run, against the response that the document declares for its status."""

from collections.abc import Iterable

from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Contract, Operation


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    told: set[tuple[str, str]] = set()
    seen = [exchange for exchange in trial.session.seen if exchange.operation == operation]
    if not seen:
        trial.unreachable("no request of the run was one of this operation", "run more of the laws")
    for exchange in seen:
        for because, expected, got in _faults(operation, exchange):
            if (because, got) not in told:
                told.add((because, got))
                trial.fails(because, expected=expected, got=got, exchanges=[exchange])


def _faults(operation: Operation, exchange: Exchange) -> Iterable[tuple[str, str, str]]:
    declared = operation.responses.get(exchange.status)
    if declared is None:
        statuses = ", ".join(map(str, operation.responses))
        yield "an answer has a status that the operation declares", statuses, str(exchange.status)
        return
    if declared.media_type is None:
        return
    wanted = declared.media_type.partition(";")[0].strip().lower()
    if exchange.media_type != wanted:
        yield f"a {exchange.status} is {wanted}", wanted, exchange.media_type or "no content type"
    if declared.schema is None:
        return
    value = exchange.json
    if value is MISSING:
        yield f"a {exchange.status} is JSON", "JSON", exchange.answer()[:80]
        return
    for error in declared.schema.errors(value):
        yield f"a {exchange.status} is as its schema says", f"{error.pointer or '/'} as {error.location}", error.message


LAW = Law(
    name="documented",
    sentence="An answer has a status, a media type and a body that the document declares for its operation.",
    derives="`responses` of the operation, their `content` and schemas.",
    applies=_applies,
    check=_check,
    closing=True,
)
