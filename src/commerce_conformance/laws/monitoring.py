"""Health, readiness and the other open reads of how a service is, and its metrics, which count what happened."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from commerce_conformance import metrics, reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.metrics import Families
from commerce_conformance.tally import ROUNDS, Tally
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Contract, Operation


def _applies(contract: Contract) -> Iterable[Operation]:
    return (monitor for service in contract.services for monitor in reading.monitors(contract, service))


def _check(trial: Trial, operation: Operation) -> None:
    answered = trial.session.call(operation)
    if not trial.expect(answered, operation.success.status, because=f"{operation.name} answers everybody"):
        return
    shown = operation.success.examples
    text = next((value for value in shown.values() if isinstance(value, str)), None)
    if text is not None:
        _metrics(trial, answered, metrics.parsed(text))
    else:
        _said(trial, operation, answered)


def _said(trial: Trial, operation: Operation, answered: Exchange) -> None:
    """A JSON answer is as its schema says, of this service, and says nothing that only another status may say."""
    schema, value = operation.success.schema, answered.json
    for error in schema.errors(value) if schema is not None and value is not MISSING else ():
        at = f"{error.pointer or '/'} as {error.location}"
        trial.fails("an answer is as its schema says", expected=at, got=error.message, exchanges=[answered])
        return
    if not trial.check(
        isinstance(value, dict), "an answer is a JSON object", expected="an object", got=answered.answer()[:80],
        exchanges=[answered],
    ):  # fmt: skip
        return
    mine = [each for each in operation.success.examples.values() if isinstance(each, dict)]
    others = [
        each
        for status, response in operation.responses.items()
        if status != operation.success.status and response.media_type == operation.success.media_type
        for each in response.examples.values()
        if isinstance(each, dict)
    ]
    for name, shown in mine[0].items() if mine else ():
        if shown == operation.service:
            trial.check(
                value.get(name) == shown, f"`{name}` names the service", expected=shown, got=value.get(name),
                exchanges=[answered],
            )  # fmt: skip
    for where, said in _words(value):
        here, elsewhere = (
            {word for each in some for at, word in _words(each) if at == where} for some in (mine, others)
        )
        trial.check(
            said not in elsewhere - here, f"a {answered.status} says in {where} what a {answered.status} says",
            expected=" or ".join(sorted(here)), got=said, exchanges=[answered],
        )  # fmt: skip


def _words(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of an answer; those of a member that is a table stand all in one place."""
    for name, each in value.items():
        if isinstance(each, str):
            yield f"`{name}`", each
        elif isinstance(each, dict):
            yield from ((f"`{name}`", word) for word in each.values() if isinstance(word, str))


def _metrics(trial: Trial, answered: Exchange, shown: Families) -> None:
    tally = Tally(trial, shown)
    if tally.read(answered) is None:
        return
    for number in ROUNDS:
        tally.round(number)
        if tally.exact:
            break
    tally.judge()
    tally.refusals()
    last = trial.session.call(trial.operation)
    now = tally.read(last)
    for because, expected, got in metrics.faults(shown, now) if now is not None else ():
        trial.fails(because, expected=expected, got=got, exchanges=[last])


LAW = Law(
    name="monitoring",
    sentence="A service says how it is to everybody who asks, and its metrics count each thing that happened once.",
    derives="Open reads without a path parameter, their examples by status, the families and labels of the example of "
    "metrics, `x-emits`.",
    applies=_applies,
    check=_check,
    alone=True,
)
