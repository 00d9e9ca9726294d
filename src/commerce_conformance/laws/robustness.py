"""Requests that no client of good will sends: each is answered, none makes the service fail or changes what it has."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.hostile import Shot, shots
from commerce_conformance.identity import Identity
from commerce_conformance.law import Law
from commerce_conformance.session import filled
from commerce_conformance.supply import Live, Value
from commerce_conformance.trial import Trial
from commerce_contract import Action, Contract, Operation

HARMLESS: Final = ("HEAD", "OPTIONS")
_FAILED: Final = 500
_BAD: Final = 400
_SHOWN: Final = 5  # requests that a failure shows
# What the frameworks of the services' languages print of themselves.
_INSIDES: Final = re.compile(r"Traceback \(most recent|goroutine \d+ \[|\n\s+at .+:\d+:\d+\)|File \"[^\"]+\", line \d+")


@dataclass(frozen=True, slots=True)
class _Aim:
    """What an operation is tried on: a path's key, a body, who asks, and what is there to be harmed."""

    key: str
    body: Value | None
    by: Identity
    live: Live | None


def _applies(contract: Contract) -> Iterable[Operation]:
    return contract.operations.values()


def _check(trial: Trial, operation: Operation) -> None:
    aim = _aim(trial, operation)
    healthy = _health(trial, operation)
    before = _seen(trial, aim)
    tried: list[tuple[Shot, Exchange]] = []
    silent: list[tuple[Shot, str]] = []
    for method in HARMLESS:
        target = filled(operation.path, [aim.key] * operation.path.count("{"))
        _try(trial, aim, Shot(method, method, target), tried, silent)
    _unharmed(trial, aim, before, tried)
    for shot in shots(operation, aim.key, aim.body):
        _try(trial, aim, shot, tried, silent)
    _judge(trial, operation, tried, silent)
    now = _health(trial, operation)
    trial.check(
        now == healthy, "a service is as healthy after such requests as before", expected=healthy, got=now,
        exchanges=[exchange for _, exchange in tried[-1:]],
    )  # fmt: skip


def _aim(trial: Trial, operation: Operation) -> _Aim:
    owner = trial.supply.user()
    person = reading.person(trial.contract)
    if operation.action is Action.CREATE:
        return _Aim("", trial.supply.body(operation, owner), owner, None)
    about_person = operation.action is Action.LIST or operation.resource in (None, person)
    resource = None if about_person else operation.resource
    live = None if resource is None else trial.supply.fresh(resource.collection, owner)
    body = reading.example(operation)
    return _Aim(str(owner.user_id) if live is None else live.key, body, owner, live)


def _try(
    trial: Trial, aim: _Aim, shot: Shot, tried: list[tuple[Shot, Exchange]], silent: list[tuple[Shot, str]]
) -> None:
    operation = trial.operation
    try:
        answered = trial.session.raw(
            operation.service, shot.method, shot.target, shot.headers, shot.content, by=aim.by,
            operation=operation if shot.judged else None,
        )  # fmt: skip
    except httpx.HTTPError as error:
        silent.append((shot, type(error).__name__))
        return
    tried.append((shot, answered))
    resource, made = operation.resource, answered.json
    if answered.ok and operation.action is Action.CREATE and resource is not None and isinstance(made, dict):
        trial.supply.created.append(f"{resource.collection}/{made.get(resource.key)}")


def _health(trial: Trial, operation: Operation) -> dict[str, int]:
    monitors = reading.monitors(trial.contract, operation.service)
    return {monitor.name: trial.session.call(monitor).status for monitor in monitors}


def _seen(trial: Trial, aim: _Aim) -> object:
    """What is there to be harmed, None where nothing tells or where it changes by itself."""
    live = aim.live
    if live is None or reading.reader(trial.contract, live.resource) is None:
        return None
    if live.resource.lifecycle is not None and not reading.movers(trial.contract, live.resource):
        return None
    return trial.supply.read(live).json


def _unharmed(trial: Trial, aim: _Aim, before: object, tried: Sequence[tuple[Shot, Exchange]]) -> None:
    after = _seen(trial, aim)
    trial.check(
        after == before, "HEAD and OPTIONS change nothing", expected=before, got=after,
        exchanges=[exchange for _, exchange in tried],
    )  # fmt: skip


def _judge(
    trial: Trial, operation: Operation, tried: Sequence[tuple[Shot, Exchange]], silent: Sequence[tuple[Shot, str]]
) -> None:
    _none(
        trial, "no request makes a service fail", "an answer below 500",
        [each for each in tried if each[1].status >= _FAILED],
    )  # fmt: skip
    if silent:
        told = _listed([f"{why} for {shot.kind}" for shot, why in silent])
        trial.fails("every request is answered", expected="an answer", got=told)
    taken = [(shot, exchange) for shot, exchange in tried if shot.refused and exchange.status < _BAD]
    _none(trial, "what is no JSON is refused", "an answer from 400 on", taken)
    if _BAD in operation.responses:
        other = [(s, e) for s, e in tried if s.refused and _BAD < e.status < _FAILED]
        _none(trial, "what is no JSON is a bad request", "400", other)
    told_too_much = [(shot, e) for shot, e in tried if _INSIDES.search(e.body.decode("utf-8", "replace"))]
    _none(trial, "no answer tells of a service's insides", "no stack trace", told_too_much)


def _none(trial: Trial, because: str, expected: str, those: Sequence[tuple[Shot, Exchange]]) -> None:
    if those:
        told = _listed([f"{exchange.told()} for {shot.kind}" for shot, exchange in those])
        trial.fails(because, expected=expected, got=told, exchanges=[exchange for _, exchange in those[:_SHOWN]])


def _listed(each: Sequence[str]) -> str:
    more = f" and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
    return ", ".join(each[:_SHOWN]) + more


LAW = Law(
    name="robustness",
    sentence="Every request is answered, whatever it is, and none makes a service fail or do what nobody asked for.",
    derives="The paths, parameters and request bodies of the operations, and that none of them declares a failure.",
    applies=_applies,
    check=_check,
)
