"""Codes that a person is sent: only theirs is taken, and only once."""

from collections.abc import Iterable
from typing import Final

from commerce_conformance import happening, reading, telling
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Operation

_BAD: Final = 400


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if telling.code_of(contract, o) is not None)


def _check(trial: Trial, operation: Operation) -> None:
    person, name = operation.resource, telling.code_of(trial.contract, operation)
    if person is None or name is None:
        return
    live, other = trial.supply.fresh(person.collection), trial.supply.fresh(person.collection)
    codes = [code for code in reading.refusals(operation, _BAD) if code not in trial.contract.problems]

    def ask(code: str) -> Exchange:
        body = {**(reading.example(operation) or {}), name: code}
        return trial.session.call(operation, [live.key], body, by=live.owner)

    wrong = ask(trial.supply.unique("wrong"))
    trial.expect(wrong, _BAD, codes, because="a code that nobody was sent is refused")
    foreign = ask(happening.code(trial.supply, other))
    trial.expect(foreign, _BAD, codes, because="a code is of the one who was sent it, and of nobody else")
    if not wrong.ok and not foreign.ok:
        _unchanged(trial, live, [wrong, foreign])
    own = happening.code(trial.supply, live)
    right = ask(own)
    if not trial.expect(right, operation.success.status, because="the code that was sent is taken", after=[live.made]):
        return
    again = ask(own)
    trial.expect(again, _BAD, codes, because="a code is taken once", after=[right])
    _reached(trial, operation, live, right)


def _unchanged(trial: Trial, live: Live, asked: list[Exchange]) -> None:
    after = trial.supply.read(live)
    trial.check(
        after.json == live.value, "a code that is refused changes nothing", expected=live.value, got=after.json,
        exchanges=[*asked, after],
    )  # fmt: skip


def _reached(trial: Trial, operation: Operation, live: Live, right: Exchange) -> None:
    """What the operation's events say of the person is so once the code was taken."""
    after = trial.supply.read(live)
    now = after.json if isinstance(after.json, dict) else {}
    for kind in operation.emits:
        event = trial.contract.events.get(kind)
        outcome = telling.outcome(event, live.resource) if event is not None else None
        if event is not None and outcome is not None:
            trial.check(
                outcome.holds(now), f"who shows the right code has {outcome.property}", expected=outcome.value,
                got=now.get(outcome.property), at=event.location, exchanges=[right, after],
            )  # fmt: skip


LAW = Law(
    name="verification",
    sentence="A code that a person is sent is taken from that person, once; every other one is refused.",
    derives="Operations on one person whose body has a `writeOnly` code, their own 400 code, and what they emit.",
    applies=_applies,
    check=_check,
)
