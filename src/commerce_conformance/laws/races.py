"""The same thing asked for at the same moment: one wins, the others are told why, and it is done once."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from commerce_conformance import effects, reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation

ROUNDS: Final = 4
AT_ONCE: Final = 8
_CONFLICT: Final = 409


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if _once(o))


def _once(operation: Operation) -> bool:
    """Whether an operation can be done only once to the same thing, and says by a 409 that it was."""
    resource = operation.resource
    if resource is None or _CONFLICT not in operation.responses:
        return False
    if operation.action is Action.CREATE:
        return bool(resource.unique) or bool(_claims(operation))
    return reading.gathers(operation) is not None or operation.action is Action.MOVE


def _claims(operation: Operation) -> list[str]:
    """The codes by which a creation says that what it is about has one already; `CONFLICT` is that of keys."""
    return [code for code in reading.refusals(operation, _CONFLICT) if code != "CONFLICT"]


def _check(trial: Trial, operation: Operation) -> None:
    codes = _claims(operation) or reading.refusals(operation, _CONFLICT)
    for effect in effects.several(trial.supply, operation, ROUNDS):
        answers = trial.session.together([effect.ask] * AT_ONCE)
        won = [answer for answer in answers if answer.ok]
        if not trial.check(
            len(won) == 1, "of several at the same moment exactly one is done", expected="1 success",
            got=f"{len(won)}: {_told(answers)}", exchanges=answers,
        ):  # fmt: skip
            return
        for lost in (answer for answer in answers if not answer.ok):
            trial.expect(lost, _CONFLICT, codes, because="who came too late is told so", after=won)
        if effect.live is not None:
            done = effect.done()
            wanted = effect.done() if reading.gathers(operation) is None else _whole(effect)
            trial.check(
                done == wanted, "what several ask for at the same moment is done once", expected=wanted, got=done,
                exchanges=answers,
            )  # fmt: skip


def _whole(effect: effects.Effect) -> object:
    total = reading.total_of(effect.live.resource) if effect.live is not None else None
    return Decimal(repr(effect.live.value[total])) if effect.live is not None and total else None


def _told(answers: Iterable[Exchange]) -> str:
    return ", ".join(answer.told() for answer in answers)


LAW = Law(
    name="races",
    sentence="Of several that ask for the same thing at the same moment one gets it, and the others are told so.",
    derives="`x-resource.unique`, `x-transitions`, what a creation refers to, and the 409 codes of the operation.",
    applies=_applies,
    check=_check,
)
