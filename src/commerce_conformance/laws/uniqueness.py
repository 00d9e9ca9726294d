"""Values that only one resource may have: also in other letters, also when they come or stay by an update."""

from collections.abc import Iterable
from typing import Final

from commerce_conformance import reading
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation

_CONFLICT: Final = 409


def _applies(contract: Contract) -> Iterable[Operation]:
    return (
        o
        for o in contract.operations.values()
        if o.action in (Action.CREATE, Action.UPDATE)
        and (o.resource is not None and o.body is not None)
        and not o.resource.unique.keys().isdisjoint(o.body.schema.properties)
    )


def _check(trial: Trial, operation: Operation) -> None:
    resource = operation.resource
    properties = operation.body.schema.properties if operation.body is not None else {}
    if resource is None:
        return
    taken = trial.supply.fresh(resource.collection)
    for name, code in resource.unique.items():
        value = taken.value.get(name)
        if name not in properties or not isinstance(value, str):
            continue
        for shown, text in (("as it is", value), ("in other letters", value.swapcase())):
            if not properties[name].is_valid(text):
                continue  # other letters may be of another form, and that is the law of validation's
            if operation.action is Action.CREATE:
                _created(trial, operation, taken, name, code, text, shown)
            else:
                _updated(trial, operation, taken, name, code, text, shown)
    if operation.action is Action.CREATE and (changed := _changed(trial, taken)) is not None:
        for name, code in resource.unique.items():
            if name in properties and isinstance(value := taken.value.get(name), str):
                _created(trial, operation, changed, name, code, value, "also once something else of one was changed")


def _changed(trial: Trial, taken: Live) -> Live | None:
    """The resource once something of it was changed that need not be unique; None where nothing can be."""
    about = (o for o in trial.contract.operations.values() if o.resource == taken.resource)
    update = next((o for o in about if o.action is Action.UPDATE), None)
    shown = reading.example(update) if update is not None else None
    if update is None or not isinstance(shown, dict) or not trial.session.reaches(update.service):
        return None
    body = {name: value for name, value in shown.items() if name not in taken.resource.unique}
    if not body or update.body is None or not update.body.schema.is_valid(body):
        return None
    answered = trial.session.call(update, [taken.key], body, by=taken.owner)
    return Live(taken.resource, taken.value, taken.owner, answered) if answered.ok else None


def _created(  # noqa: PLR0913, PLR0917 - one case
    trial: Trial, operation: Operation, taken: Live, name: str, code: str, text: str, shown: str
) -> None:
    owner = None if taken.resource.owner == taken.resource.key else taken.owner
    body = {**trial.supply.body(operation, owner), name: text}
    answered = trial.session.call(operation, body=body, by=taken.owner)
    trial.expect(
        answered, _CONFLICT, code, because=f"no two have the same {name}, {shown}", at=taken.resource.location,
        after=[taken.made],
    )  # fmt: skip
    again = trial.session.call(operation, body={**body, name: trial.supply.unique(text)}, by=taken.owner)
    trial.expect(
        again, operation.success.status, because="what was refused for one value took none of the others",
        after=[answered],
    )  # fmt: skip


def _updated(  # noqa: PLR0913, PLR0917 - one case
    trial: Trial, operation: Operation, taken: Live, name: str, code: str, text: str, shown: str
) -> None:
    other = trial.supply.fresh(taken.resource.collection)
    answered = trial.session.call(operation, [other.key], {name: text}, by=other.owner)
    trial.expect(
        answered, _CONFLICT, code, because=f"no two come to have the same {name}, {shown}",
        at=taken.resource.location, after=[taken.made, other.made],
    )  # fmt: skip
    if reading.reader(trial.contract, taken.resource) is not None:
        now = trial.supply.read(other)
        trial.check(
            now.json == other.value, "an update that is refused changes nothing",
            expected=other.value, got=now.json, exchanges=[answered, now],
        )  # fmt: skip


LAW = Law(
    name="uniqueness",
    sentence="What must be unique is refused with its code where it is taken, in whatever letters it is written.",
    derives="`x-resource.unique`, property to problem code.",
    applies=_applies,
    check=_check,
)
