"""Who may call: every secured operation by everybody who may not, and by everybody who may."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation

ROLES: Final = ("service", "admin")
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
Ask = Callable[[Identity], Exchange]


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    if not operation.secured:
        _open(trial, operation)
        return
    owner = trial.supply.user()
    ask, live = _asking(trial, operation, owner)
    for who in _unbelieved(trial, owner):
        trial.expect(ask(who), _UNAUTHORIZED, because=f"{operation.name} is not for {who.label}")
    try:
        other = trial.supply.user("another user")
    except UnreachableError as error:
        trial.unreachable(error.reason, error.hook)
    else:
        if _FORBIDDEN in operation.responses and other.user_id != owner.user_id:
            trial.expect(ask(other), _FORBIDDEN, because="what one user owns is not another's to see or to change")
    _unchanged(trial, live)
    _allowed(trial, operation, owner)


def _open(trial: Trial, operation: Operation) -> None:
    """An operation without security answers everybody, also whom it cannot believe."""
    if operation.action is Action.NONE and operation.body is None and "{" not in operation.path:
        for who in (ANONYMOUS, Identity("a stranger", header="Bearer nonsense")):
            answered = trial.session.call(operation, by=who)
            trial.check(
                answered.status not in (_UNAUTHORIZED, _FORBIDDEN),
                "an operation without security asks nobody who they are",
                expected="an answer", got=answered.told(), exchanges=[answered],
            )  # fmt: skip
    elif operation.action is Action.CREATE:
        answered = trial.session.call(operation, body=trial.supply.body(operation))
        trial.expect(answered, operation.success.status, because="an operation without security needs no token")


def _unbelieved(trial: Trial, owner: Identity) -> Iterator[Identity]:
    """Callers whom nobody should believe, though all but the first say that they are the owner."""
    token = (owner.header or "").removeprefix("Bearer ")
    yield ANONYMOUS
    yield replace(owner, label="a token without its scheme", header=token)
    yield replace(owner, label="a token of another scheme", header=f"Basic {token}")
    yield replace(owner, label="a scheme without a token", header="Bearer")
    yield replace(owner, label="a token that is none", header="Bearer not.a.token")
    yield replace(owner, label="a token that was cut", header=f"Bearer {token[:-4]}")
    yield trial.identities.forged(owner)
    yield trial.identities.unsigned(owner)
    try:
        yield trial.identities.expired(owner)
    except UnreachableError as error:
        trial.unreachable(error.reason, error.hook)


def _allowed(trial: Trial, operation: Operation, owner: Identity) -> None:
    """The owner may, and so may those whose role may do everything."""
    for role in (None, *ROLES):
        ask, _ = _asking(trial, operation, owner)
        try:
            who = owner if role is None else trial.identities.role(role)
        except UnreachableError as error:
            trial.unreachable(error.reason, error.hook)
            return
        answered = ask(who)
        trial.check(
            answered.status not in (_UNAUTHORIZED, _FORBIDDEN), f"{operation.name} is for {who.label}",
            expected="neither 401 nor 403", got=answered.told(), exchanges=[answered],
        )  # fmt: skip


def _asking(trial: Trial, operation: Operation, owner: Identity) -> tuple[Ask, Live | None]:
    """How to ask the operation about something of the owner's, and what that is."""
    session, supply = trial.session, trial.supply
    if operation.action is Action.CREATE:
        body = supply.body(operation, owner)
        whose = operation.resource.owner if operation.resource is not None else None
        if whose is not None and operation.body is not None and whose in operation.body.schema.properties:
            body[whose] = owner.user_id  # also where the example leaves it out, so that it is the caller's
        return lambda who: session.call(operation, body=body, by=who), None
    person = reading.person(trial.contract)
    about_person = operation.action is Action.LIST or operation.resource in (None, person)
    resource = person if about_person else operation.resource
    live = None if about_person or resource is None else supply.fresh(resource.collection, owner)
    key = str(owner.user_id) if live is None else live.key
    body = _body(trial, operation, live)
    if body is None:
        return lambda who: session.call(operation, [key], by=who), live
    return lambda who: session.call(operation, [key], body, by=who), live


def _body(trial: Trial, operation: Operation, live: Live | None) -> Any:
    if operation.body is None:
        return None
    body = reading.example(operation)
    if operation.moves_by is not None and live is not None and live.resource.lifecycle is not None:
        possible = live.resource.lifecycle.transitions.get(str(live.state), ())
        body = {operation.moves_by: next(iter(possible), live.state)}
    return trial.supply.body(operation) if body is None else body


def _unchanged(trial: Trial, live: Live | None) -> None:
    if live is None or reading.reader(trial.contract, live.resource) is None:
        return
    state = live.resource.state or live.resource.key
    after = trial.supply.read(live)
    now = after.json.get(state) if isinstance(after.json, dict) else None
    start = live.resource.lifecycle.initial if live.resource.lifecycle else live.key
    came_by_itself = live.resource.lifecycle is not None and not reading.movers(trial.contract, live.resource)
    trial.check(
        now == start or came_by_itself, "who may not call changes nothing", expected=start, got=now, exchanges=[after]
    )


LAW = Law(
    name="auth",
    sentence="Nobody calls a secured operation without a good token, or one user's things by another's.",
    derives="`security` of the operation, its 401 and 403, `x-resource.owner`.",
    applies=_applies,
    check=_check,
)
