"""Every operation that moves a resource, in every state that the resource can be in."""

from collections.abc import Iterable
from functools import partial

from commerce_conformance import effects, reading
from commerce_conformance.law import Law
from commerce_conformance.session import MOST_AT_ONCE
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Lifecycle, Operation, Resource


def _applies(contract: Contract) -> Iterable[Operation]:
    about = (o for o in contract.operations.values() if o.resource is not None and o.resource.lifecycle is not None)
    return (o for o in about if o.action is Action.MOVE or reading.gathers(o) is not None)


def _check(trial: Trial, operation: Operation) -> None:
    resource = operation.resource
    lifecycle = resource.lifecycle if resource is not None else None
    if resource is None or lifecycle is None:
        return
    wanted = [(state, target) for state in lifecycle.transitions for target in _targets(operation, resource)]
    for first in range(0, len(wanted), MOST_AT_ONCE):  # what comes by itself is waited for together
        part = wanted[first : first + MOST_AT_ONCE]
        trial.session.beside([partial(_try, trial, resource, lifecycle, *each) for each in part])
    trial.failures.sort(key=lambda failure: failure.message)


def _try(trial: Trial, resource: Resource, lifecycle: Lifecycle, state: str, target: str) -> None:
    try:
        live = trial.supply.in_state(resource.collection, state)
    except UnreachableError as error:
        trial.unreachable(f"{reading.one(resource)} that is {state} cannot be had: {error.reason}", error.hook)
        return
    if trial.operation.action is Action.MOVE:
        _move(trial, trial.operation, lifecycle, live, target)
    else:
        _take(trial, trial.operation, lifecycle, live)


def _targets(operation: Operation, resource: Resource) -> tuple[str, ...]:
    """The states that an operation may be asked to move to."""
    if operation.moves_to is not None:
        return (operation.moves_to,)
    if operation.action is not Action.MOVE:
        return ("",)  # what it takes decides where it leads
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


def _take(trial: Trial, operation: Operation, lifecycle: Lifecycle, live: Live) -> None:
    """What takes a part of a resource is refused in every state from which none of those follow that it leads to."""
    if reading.shown_states(operation) & set(lifecycle.transitions[str(live.state)]):
        return  # how much may be taken is the law of money's
    asked = effects.taking(trial.supply, operation, live).ask()
    if asked.ok and not _lasts(trial, live):
        trial.unreachable(f"{reading.one(live.resource)} does not stay {live.state} for as long as a request takes")
        return
    codes = [code for code in reading.refusals(operation, 409) if code != "CONFLICT"]
    refused = trial.expect(
        asked, 409, codes, because=f"of {reading.one(live.resource)} that is {live.state} nothing can be taken",
        at=lifecycle.location, after=[live.made],
    )  # fmt: skip
    if refused and lifecycle.transitions[str(live.state)] == ():
        after = trial.supply.read(live)
        trial.check(
            after.json == live.value, "what is refused changes nothing", expected=live.value, got=after.json,
            at=lifecycle.location, exchanges=[live.made, asked, after],
        )  # fmt: skip


def _lasts(trial: Trial, live: Live) -> bool:
    """Whether another one is still in that state when it is asked for: what changes by itself may change too soon."""
    if live.resource.lifecycle is None or live.state != live.resource.lifecycle.initial:
        return True
    another = trial.supply.now(trial.supply.fresh(live.resource.collection))
    return bool(another.state == live.state)


LAW = Law(
    name="lifecycle",
    sentence="A resource moves along its lifecycle and never across it: what may not move is refused and stays.",
    derives="`x-transitions` of the status, `x-moves-to` (or the body's status) of the operation, its 409 codes.",
    applies=_applies,
    check=_check,
)
