"""Every operation that moves a resource, in every state that the resource can be in."""

from collections.abc import Iterable

from commerce_conformance import reading
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Lifecycle, Operation, Resource


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if o.action is Action.MOVE and o.resource and o.resource.lifecycle)


def _check(trial: Trial, operation: Operation) -> None:
    resource = operation.resource
    lifecycle = resource.lifecycle if resource is not None else None
    if resource is None or lifecycle is None:
        return
    for state in lifecycle.transitions:
        for target in _targets(operation, resource):
            try:
                live = trial.supply.in_state(resource.collection, state)
            except UnreachableError as error:
                trial.unreachable(f"{reading.one(resource)} that is {state} cannot be had: {error.reason}", error.hook)
                break
            _move(trial, operation, lifecycle, live, target)


def _targets(operation: Operation, resource: Resource) -> tuple[str, ...]:
    """The states that an operation may be asked to move to."""
    if operation.moves_to is not None:
        return (operation.moves_to,)
    states = operation.body.schema.properties[operation.moves_by].enum if operation.body and operation.moves_by else ()
    known = tuple(resource.lifecycle.transitions) if resource.lifecycle else ()
    return tuple(str(state) for state in states) or known


def _move(trial: Trial, operation: Operation, lifecycle: Lifecycle, live: Live, target: str) -> None:
    state, name = str(live.state), live.resource.state or ""
    asked = trial.supply.move(live, operation, target)
    after = trial.supply.read(live)
    now = after.json if isinstance(after.json, dict) else {}
    which = f"{reading.one(live.resource)} that is {state}"
    if lifecycle.allows(state, target):
        trial.expect(
            asked, operation.success.status, because=f"{which} may become {target}", at=lifecycle.location,
            after=[live.made],
        )  # fmt: skip
        if asked.ok:
            trial.check(
                now.get(name) == target, f"{which} is {target} once it was moved there", expected=target,
                got=now.get(name), at=lifecycle.location, exchanges=[live.made, asked, after],
            )  # fmt: skip
        return
    refused = trial.expect(
        asked, 409, reading.refusals(operation, 409), because=f"{which} may not become {target}",
        at=lifecycle.location, after=[live.made],
    )  # fmt: skip
    if refused:
        trial.check(
            now == live.value, "a move that is refused changes nothing", expected=live.value, got=now,
            at=lifecycle.location, exchanges=[live.made, asked, after],
        )  # fmt: skip


LAW = Law(
    name="lifecycle",
    sentence="A resource moves along its lifecycle and never across it: what may not move is refused and stays.",
    derives="`x-transitions` of the status, `x-moves-to` (or the body's status) of the operation, its 409 codes.",
    applies=_applies,
    check=_check,
)
