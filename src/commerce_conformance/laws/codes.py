"""Problem codes mean what they say: what each stands for is provoked, and what never came is told."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import effects, reading
from commerce_conformance.effects import Effect
from commerce_conformance.identity import Identity
from commerce_conformance.judging import BAD, INVALID, general
from commerce_conformance.law import Law
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation, Resource, Schema

_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_MEDIA_TYPE: Final = 415
_FAILURE: Final = 500
_MALFORMED: Final = (b'{"a":', b"no JSON", b"{} {}", b"\xff")
_OTHER_TYPES: Final = ("text/plain", "application/x-www-form-urlencoded", "application/xml")
_UNREADABLE: Final = "odd=%zz"


def _applies(contract: Contract) -> Iterable[Operation]:
    return (o for o in contract.operations.values() if o.problems)


def _check(trial: Trial, operation: Operation) -> None:
    for provoke in (_unreadable, _unknown, _asked):
        try:
            provoke(trial, operation)
        except UnreachableError as error:
            trial.unreachable(error.reason, error.hook)
    _never_seen(trial, operation)


def _asked(trial: Trial, operation: Operation) -> None:
    """What only a body can be wrong about."""
    if operation.body is None:
        return
    effect = effects.prepare(trial.supply, operation)
    path = [] if effect.live is None else [effect.live.key]
    codes = general(trial, operation, BAD)
    for content in _MALFORMED if codes else ():
        answered = trial.session.call(operation, path, by=effect.owner, content=content)
        trial.expect(answered, BAD, codes, because="a body that is no JSON is malformed", at=operation.body.location)
    codes = general(trial, operation, _MEDIA_TYPE)
    for media_type in _OTHER_TYPES if codes else ():
        headers = {"content-type": media_type}
        answered = trial.session.call(operation, path, effect.body, by=effect.owner, headers=headers)
        because = f"the body is {operation.body.media_type} and nothing else"
        trial.expect(answered, _MEDIA_TYPE, codes, because=because, at=operation.body.location)
    if effect.body is not None and operation.action is Action.CREATE:
        _references(trial, effect, operation.body.schema)
        _ended(trial, effect, operation.body.schema)
        _said(trial, operation)
        _twice(trial, effect)


def _references(trial: Trial, effect: Effect, schema: Schema) -> None:
    """A body that names what is not there: told by the property's own code, or by what its reader calls not found."""
    operation, body = effect.operation, effect.body or {}
    for name, about in reading.references(trial.contract, schema).items():
        if name not in body or about == operation.resource:
            continue
        by = _anybody(trial, effect.owner)
        if by == effect.owner and about == reading.person(trial.contract):
            trial.unreachable("nobody may name a user that is not there", "give --jwt-secret or --token-command")
            continue
        answered = effect.ask(by=by, body={**body, name: _nobody(about)})
        reader = reading.reader(trial.contract, about)
        missing = set(reading.refusals(reader, _NOT_FOUND)) if reader is not None else set()
        codes = {str(schema.properties[name].problem), *missing} & operation.problems.keys()
        statuses = {operation.problems[code].status for code in codes}
        statuses |= {s for s in (BAD, _NOT_FOUND, _CONFLICT, INVALID) if s in operation.responses and not codes}
        because = f"`{name}` names {reading.one(about)} that there is"
        trial.expect(answered, statuses, codes, because=because, at=schema.properties[name].location)


def _ended(trial: Trial, effect: Effect, schema: Schema) -> None:
    """A body that names what has come to its end, where the operation has the code with which that is not moved."""
    operation, body = effect.operation, effect.body or {}
    for name, about in reading.references(trial.contract, schema).items():
        movers = reading.movers(trial.contract, about)
        refused = {code for mover in movers for code in reading.refusals(mover, _CONFLICT)}
        codes = refused & set(reading.refusals(operation, _CONFLICT)) - trial.contract.problems.keys()
        if codes and name in body and about.lifecycle is not None:
            ends = [state for state, follows in about.lifecycle.transitions.items() if not follows]
            final = next((mover.moves_to for mover in movers if mover.moves_to in ends), ends[0] if ends else None)
            if final is None:
                continue
            live = trial.supply.in_state(about.collection, final, effect.owner)
            answered = effect.ask(body=trial.supply.agree({**body, name: live.value[about.key]}, live))
            because = f"`{name}` names {reading.one(about)} that is not {final}"
            trial.expect(answered, _CONFLICT, codes, because=because, at=about.lifecycle.location, after=[live.made])


def _said(trial: Trial, operation: Operation) -> None:
    """What `conformance.toml` says that leads to a code."""
    for code, kind in operation.problems.items():
        said = trial.settings.states.get(_key(operation, code))
        if said is not None:
            effect = effects.prepare(trial.supply, operation)
            answered = effect.ask(body={**(effect.body or {}), **said})
            trial.expect(answered, kind.status, code, because=f"{kind.title}: conformance.toml says what leads there")


def _key(operation: Operation, code: str) -> str:
    return f"{operation.resource.collection if operation.resource else operation.name}.{code}"


def _twice(trial: Trial, effect: Effect) -> None:
    """What is asked for once more, wrongly priced or after it was done, is refused as the operation declares it."""
    operation, body = effect.operation, effect.body
    amount = next((n for n in body or () if reading.snake(n) == "amount"), None)
    if body is None or amount is None:
        return
    value = body[amount]
    wrong = effect.ask(body={**body, amount: round(value + reading.CENT, 2)})
    because = "an amount is what there is to pay, to the cent"
    if trial.expect(wrong, {_CONFLICT, INVALID}, because=because) and effect.ask().ok:
        because = "what is paid is not paid again"
        trial.expect(effect.ask(), _CONFLICT, set(reading.refusals(operation, _CONFLICT)), because=because)


def _unreadable(trial: Trial, operation: Operation) -> None:
    """A query that is no URL's. Many routers read over it: whatever the operation declares is right."""
    if general(trial, operation, BAD) and operation.body is None:
        path = [str(uuid4())] * operation.path.count("{")
        target = f"{'/'.join(_filled(operation, path))}?{_UNREADABLE}"
        trial.session.raw(operation.service, operation.method, target, by=trial.somebody(), operation=operation)


def _filled(operation: Operation, values: list[str]) -> list[str]:
    return [values[0] if part.startswith("{") else part for part in operation.path.split("/")]


def _unknown(trial: Trial, operation: Operation) -> None:
    """An identifier of the right form that nothing has."""
    codes = set(reading.refusals(operation, _NOT_FOUND))
    resource = operation.resource or reading.person(trial.contract)
    if not codes or "{" not in operation.path or resource is None:
        return
    owner = trial.supply.user()
    by, path = _anybody(trial, owner), [_nobody(resource)]
    because = f"{reading.one(resource)} that nobody made is not found"
    if operation.body is None:
        answered = trial.session.call(operation, path, by=by)
    else:
        answered = trial.session.call(operation, path, reading.example(operation), by=by)
    trial.expect(answered, _NOT_FOUND, codes, because=because)


def _anybody(trial: Trial, owner: Identity) -> Identity:
    """Somebody who may see everything, so that what is not there is not somebody else's first."""
    try:
        return trial.identities.role("admin")
    except UnreachableError:
        return owner


def _nobody(resource: Resource) -> Any:
    """An identifier of a resource's form that none has."""
    pattern = resource.id_pattern
    if resource.numeric:
        return 2**31 - 1
    return pattern.replace("{n}", str(2**31 - 1)) if "{n}" in pattern else str(uuid4())


def _never_seen(trial: Trial, operation: Operation) -> None:
    """What is declared and never came in the whole run, but for the service's own failures."""
    seen = {(e.status, e.code) for e in trial.session.seen if e.operation == operation}
    keyed = any(parameter.place == "header" for parameter in operation.parameters)
    for code, kind in operation.problems.items():
        timed = keyed and kind.status == _CONFLICT and code in trial.contract.problems  # two requests under one key
        if kind.status < _FAILURE and not timed and (kind.status, code) not in seen:
            hook = "run all laws on all services"
            if operation.action is Action.CREATE and code not in trial.contract.problems:
                hook += (
                    f', or say in conformance.toml what of a request leads there: [states."{_key(operation, code)}"]'
                )
            trial.unreachable(f"no request of the run was answered with {kind.status} {code}", hook)


LAW = Law(
    name="codes",
    sentence="A problem code is answered for what it stands for, and none is declared that never comes.",
    derives="The codes of each response, path ids, references and the 404 of what they name, the body's media type.",
    applies=_applies,
    check=_check,
    closing=True,
)
