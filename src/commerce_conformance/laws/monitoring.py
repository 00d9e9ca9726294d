"""Health, readiness and the other open reads of how a service is, and its metrics, which count what happened."""

from collections.abc import Iterable

from commerce_conformance import metrics, reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.law import Law
from commerce_conformance.metrics import Families
from commerce_conformance.stating import judge
from commerce_conformance.tally import ROUNDS, Tally
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Operation


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
        judge(trial, operation, answered)


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
