"""What is only ever sent to a service: in no answer, header, problem, list, metric or event of it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson

from commerce_conformance import effects, reading
from commerce_conformance.canaries import Canary, plant
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Action, Contract, Operation, Schema

# How a service may call what it keeps of a secret.
_KEPT: Final = ("{}", "{}_hash", "{}_digest", "{}_salt", "hashed_{}", "encrypted_{}")
_SIGNATURE: Final = 20  # characters, fewer than any has
_TOO_LONG: Final = 60  # times a secret, longer than any may be


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    session, told = trial.session, set[str]()
    names = _names(trial.contract, operation.service)
    for exchange in [exchange for exchange in session.seen if exchange.operation == operation]:
        for what, form in (*_token(exchange), *_own(exchange), *_named(exchange, names)):
            _tell(trial, told, what, f"{operation.name} shows it {form}", [exchange])
    if operation.body is None or not any(reading.secrets(operation.body.schema)):
        return
    first, heard = len(session.seen), session.tap.heard if session.tap is not None else 0
    canaries, done = _probe(trial, operation)
    for exchange in session.seen[first:]:
        where = exchange.operation.name if exchange.operation is not None else exchange.url
        for what, form in (*_planted(exchange, canaries), *_own(exchange), *_token(exchange), *_named(exchange, names)):
            _tell(trial, told, what, f"{where} shows it {form}", [exchange])
    if operation.emits and done:
        _events(trial, operation, canaries, heard, told)


def _tell(trial: Trial, told: set[str], what: str, got: str, exchanges: Sequence[Exchange]) -> None:
    because = f"{what} is shown nowhere"
    if because not in told:
        told.add(because)
        trial.fails(because, expected=f"nothing of {what}", got=got, exchanges=exchanges)


def _text(exchange: Exchange) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in exchange.headers.items())
    return f"{headers}\n{exchange.body.decode('utf-8', 'replace')}"


def _token(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """The caller's token, or the signature that makes it one."""
    signature = (exchange.identity.header or "").rpartition(".")[2]
    if len(signature) >= _SIGNATURE and signature in _text(exchange):
        yield "the caller's token", "again"


def _own(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What the request itself had that no answer shows."""
    body = exchange.operation.body if exchange.operation is not None else None
    try:
        sent = orjson.loads(exchange.sent) if body is not None else None  # no recursion, however deep
    except ValueError:
        return
    for holder, name, _ in reading.hidden(body.schema, sent) if body is not None else ():
        canary = Canary(name, str(holder[name]))
        form = canary.shown(_text(exchange)) if canary.known else None
        if form is not None:
            yield f"`{name}`", form


def _planted(exchange: Exchange, canaries: Sequence[Canary]) -> Iterator[tuple[str, str]]:
    text = _text(exchange)
    for canary in canaries:
        mine = canary.known or canary.value.encode() in exchange.sent
        form = canary.shown(text) if mine else None
        if form is not None:
            yield f"`{canary.name}`", form


def _names(contract: Contract, service: str) -> frozenset[str]:
    """The names of all that a service's requests have and no answer shows."""
    bodies = (o.body for o in contract.services[service].operations if o.body is not None)
    return frozenset(name for body in bodies for name in reading.secrets(body.schema))


def _named(exchange: Exchange, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """A property that has a secret's name, or that of what is kept of it, and that no document declares."""
    value = exchange.json
    if value is MISSING or exchange.operation is None:
        return
    response = exchange.operation.responses.get(exchange.status)
    declared = set(_declared(response.schema)) if response is not None and response.schema is not None else set()
    shown = {reading.snake(name): name for name in set(_keys(value)) - declared}
    for name in names:
        for kept in _KEPT:
            spelled = shown.get(kept.format(reading.snake(name)))
            if spelled is not None:
                yield f"`{name}`", f"as the property `{spelled}`"


def _declared(schema: Schema, depth: int = 0) -> Iterator[str]:
    if depth > 8:  # noqa: PLR2004 - deeper than any answer
        return
    for name, part in schema.properties.items():
        yield name
        yield from _declared(part, depth + 1)
    if schema.items is not None:
        yield from _declared(schema.items, depth + 1)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(each)


def _probe(trial: Trial, operation: Operation) -> tuple[list[Canary], bool]:
    """Send canaries in every way that is taken or refused, then ask for all that might show them.

    Whether they were taken once comes with them.
    """
    effect = effects.prepare(trial.supply, operation)
    schema = operation.body.schema if operation.body is not None else None
    if schema is None or effect.body is None:
        return [], False
    body, canaries = plant(schema, effect.body)
    done = effect.ask(body=body)
    effect.ask(body=body)  # again: in use, done already
    effect.ask(by=ANONYMOUS, body=body)
    effect.ask({"content-type": "text/plain"}, body=body)
    for name in schema.required & body.keys():
        effect.ask(body={each: value for each, value in body.items() if each != name})
    for longer in (True, False):
        effect.ask(body=_spoilt(schema, body, longer=longer))
    path = [] if effect.live is None else [effect.live.key]
    cut = json.dumps(body).encode()[:-1]
    trial.session.call(operation, path, by=effect.owner, content=cut)
    live = effect.live or _made(trial, operation, done, effect)
    if live is not None:
        _look(trial, live)
    for service in trial.contract.services:
        for monitor in reading.monitors(trial.contract, service) if trial.session.reaches(service) else ():
            trial.session.call(monitor)
    return canaries, done.ok


def _spoilt(schema: Schema, body: Any, *, longer: bool) -> Any:
    """The body with its secrets of a length or a type that no service takes."""
    spoilt = json.loads(json.dumps(body))
    for holder, name, _ in list(reading.hidden(schema, spoilt)):
        holder[name] = holder[name] * _TOO_LONG if longer else [holder[name]]
    return spoilt


def _made(trial: Trial, operation: Operation, done: Exchange, effect: effects.Effect) -> Live | None:
    resource, value = operation.resource, done.json
    if not done.ok or resource is None or not isinstance(value, dict) or resource.key not in value:
        return None
    trial.supply.created.append(f"{resource.collection}/{value[resource.key]}")
    itself = resource.owner == resource.key and trial.identities.any_user
    owner = trial.identities.user(str(value[resource.key])) if itself else effect.owner
    return Live(resource, value, owner, done)


def _look(trial: Trial, live: Live) -> None:
    """Ask for a resource in every way that shows it."""
    for operation in trial.contract.operations.values():
        if operation.resource != live.resource or operation.method != "GET":
            continue
        if trial.session.reaches(operation.service):
            key = str(live.owner.user_id) if operation.action is Action.LIST else live.key
            trial.session.call(operation, [key], by=live.owner)


def _events(trial: Trial, operation: Operation, canaries: Sequence[Canary], heard: int, told: set[str]) -> None:
    """What was published since, once what the operation emits came, if it was done."""
    tap = trial.session.tap
    if tap is None:
        trial.unreachable("whether events show what they should not", "say where they are published: --events URL")
        return
    emitted = trial.until(lambda: next((e for e in tap.events(heard) if e.type in operation.emits), None))
    if emitted is None:
        trial.unreachable(f"{operation.name} was followed by no event that might show something")
    for event in tap.events(heard):
        text = json.dumps([event.payload, dict(event.headers)], ensure_ascii=False, default=str)
        for canary in canaries:
            form = canary.shown(text) if canary.known else None
            if form is not None:
                _tell(trial, told, f"`{canary.name}`", f"the event {event.type} shows it {form}", [])


LAW = Law(
    name="secrets",
    sentence="What is only ever sent is shown nowhere: in no answer, header, problem, list, metric or event.",
    derives="`writeOnly` properties of the request bodies, the bearer token, `x-emits` of the operation.",
    applies=_applies,
    check=_check,
    closing=True,
)
