"""The same thing asked for at the same moment: one wins, the others are told why, and it is done once."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from commerce_conformance import effects, reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
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
        if trial.failures:
            return  # another round would tell the same again
        before = _done(effect)
        answers = trial.session.together([effect.ask] * AT_ONCE)
        won = [answer for answer in answers if answer.ok]
        trial.check(
            len(won) == 1, "of several at the same moment exactly one is done", expected="1 success",
            got=f"{len(won)}: {_told(answers)}", exchanges=answers,
        )  # fmt: skip
        lost = [answer for answer in answers if not answer.ok]
        taken = _of_claim(trial, effect) or codes
        odd = [answer for answer in lost if answer.status != _CONFLICT or answer.code not in taken]
        for answer in odd[:1]:
            trial.expect(answer, _CONFLICT, taken, because="who came too late is told so", after=won)
        if before is not None and len(won) == 1:
            wanted, done = before + _once_more(effect), _done(effect)
            trial.check(
                done == wanted, "what several ask for at the same moment is done once", expected=wanted, got=done,
                exchanges=answers,
            )  # fmt: skip


def _of_claim(trial: Trial, effect: effects.Effect) -> list[str]:
    """The codes of a creation that say that there is one already; empty where others might be meant.

    What it refers to is moved by operations whose codes say that its state forbids something: while it is in its first
    state, a creation that comes too late has another one.
    """
    operation = effect.operation
    codes, schema = _claims(operation), operation.body.schema if operation.body is not None else None
    if operation.action is not Action.CREATE or schema is None or effect.body is None:
        return []
    for name, resource in reading.references(trial.contract, schema).items():
        reader, lifecycle = reading.reader(trial.contract, resource), resource.lifecycle
        if lifecycle is None or reader is None or not trial.session.reaches(reader.service):
            continue
        now = trial.session.call(reader, [str(effect.body.get(name))], by=effect.owner).json
        if not isinstance(now, dict) or now.get(resource.state) != lifecycle.initial:
            return []
        movers = reading.movers(trial.contract, resource)
        codes = [code for code in codes if not any(code in reading.refusals(m, _CONFLICT) for m in movers)]
    return codes


def _done(effect: effects.Effect) -> Decimal | None:
    """How much was done, None where no operation tells."""
    try:
        return effect.done()
    except UnreachableError:
        return None


def _once_more(effect: effects.Effect) -> Decimal:
    """What it adds to what was done: all that there is where it takes parts, else one."""
    if effect.live is None or reading.gathers(effect.operation) is None:
        return Decimal(1)
    return reading.amount(effect.live.value.get(reading.total_of(effect.live.resource) or "")) or Decimal(0)


def _told(answers: Iterable[Exchange]) -> str:
    return ", ".join(answer.told() for answer in answers)


LAW = Law(
    name="races",
    sentence="Of several that ask for the same thing at the same moment one gets it, and the others are told so.",
    derives="`x-resource.unique`, `x-transitions`, what a creation refers to, and the 409 codes of the operation.",
    applies=_applies,
    check=_check,
)
