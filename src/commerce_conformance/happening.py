"""Something that an operation does and a service tells of: how to let it happen, and what is known of it then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import effects, hooks, reading, telling
from commerce_conformance.exchange import Exchange
from commerce_conformance.supply import Live, Supply, Value
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Event, Operation, Resource

CAUSE: Final = "x-request-id"
KEY: Final = "idempotency-key"
HOOK: Final = "verification_code"


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened; lives as long as a law wants.

    `live` is what it happened to, as it is now, `known` all that its resource was shown to be. `asked` is the request
    that caused it, `again` the same once more under its key, `body` what was asked.
    """

    event: Event
    live: Live
    asked: Exchange
    known: tuple[Value, ...] = field(repr=False)
    body: Value | None = field(repr=False)
    again: tuple[Exchange, ...] = ()

    @property
    def cause(self) -> str:
        """The id of the request that caused it."""
        return self.asked.request_headers[CAUSE]


class ElsewhereError(UnreachableError):
    """Something was begun and did not get to `state`; `live` is what it is now.

    `told` is whether the team told what of a request leads there.
    """

    def __init__(self, reason: str, hook: str, live: Live, state: str, *, told: bool) -> None:
        super().__init__(reason, hook)
        self.live = live
        self.state = state
        self.told = told


def let(supply: Supply, operation: Operation, event: Event, resource: Resource) -> Happening:
    """Let something happen of which an event tells. Raises UnreachableError."""
    headers = {CAUSE: str(uuid4())}
    if operation.action is Action.CREATE:
        return _made(supply, operation, event, resource, headers)
    if operation.action is Action.MOVE:
        return _moved(supply, operation, event, resource, headers)
    live = supply.fresh(resource.collection)
    body = _body(supply, operation, live)
    if body is None:
        asked = supply.session.call(operation, [live.key], by=live.owner, headers=headers)
    else:
        asked = supply.session.call(operation, [live.key], body, by=live.owner, headers=headers)
    return _happened(supply, event, live, asked, body)


def attempt(supply: Supply, operation: Operation, event: Event, resource: Resource) -> Happening | UnreachableError:
    """The same as `let`; why it cannot be is a value, for several that are done at once."""
    try:
        return let(supply, operation, event, resource)
    except UnreachableError as error:
        return error


def code(supply: Supply, live: Live) -> str:
    """The code that a person was sent. Raises UnreachableError without the hook that knows it."""
    hook = supply.settings.hooks.get(HOOK)
    if hook is None:
        raise UnreachableError(
            f"the code that {reading.one(live.resource)} is sent cannot be known",
            f"say in conformance.toml what tells it: [hooks.{HOOK}]",
        )
    known = {name: str(value) for name, value in live.value.items() if isinstance(value, (str, int, float))}
    return hooks.ask(hook, {**known, telling.subject(live.resource): live.key}, supply.settings.patience)


def _body(supply: Supply, operation: Operation, live: Live) -> Value | None:
    name = telling.code_of(supply.session.contract, operation)
    shown = reading.example(operation)
    body = dict(shown) if isinstance(shown, dict) else None
    return body if name is None else {**(body or {}), name: code(supply, live)}


def _made(
    supply: Supply, operation: Operation, event: Event, resource: Resource, headers: Mapping[str, str]
) -> Happening:
    outcome = telling.outcome(event, resource)
    effect = effects.prepare(supply, operation)
    said = supply.settings.states.get(f"{resource.collection}.{outcome.value}", {}) if outcome is not None else {}
    body = {**(effect.body or {}), **said}
    keyed = dict(headers)
    if any(p.place == "header" and p.name.lower() == KEY for p in operation.parameters):
        keyed[KEY] = str(uuid4())
    asked = effect.ask(keyed, body=body)
    value = asked.json
    if not asked.ok or not isinstance(value, dict) or resource.key not in value:
        raise UnreachableError(f"{operation.name} did not make {reading.one(resource)}: {asked.told()}")
    again = (effect.ask(keyed, body=body),) if KEY in keyed else ()
    supply.created.append(f"{resource.collection}/{value[resource.key]}")
    owner = effect.owner
    if resource.owner == resource.key:
        owner = supply.identities.user(str(value[resource.key]))
    live = Live(resource, value, owner, asked)
    if outcome is not None and outcome.property == resource.state:
        try:
            now = supply.wait(live, outcome.value)
        except UnreachableError as error:
            raise ElsewhereError(
                error.reason, error.hook, supply.now(live), str(outcome.value), told=bool(said)
            ) from None
        return Happening(event, now, asked, (value, now.value), body, again)
    return Happening(event, live, asked, (value,), body, again)


def _moved(
    supply: Supply, operation: Operation, event: Event, resource: Resource, headers: Mapping[str, str]
) -> Happening:
    outcome, lifecycle = telling.outcome(event, resource), resource.lifecycle
    target = operation.moves_to or (str(outcome.value) if outcome is not None else "")
    if lifecycle is None or target not in lifecycle.transitions:
        raise UnreachableError(f"no move is known of which {event.type} tells")
    why: list[UnreachableError] = []
    for state in (state for state in lifecycle.transitions if lifecycle.allows(state, target)):
        try:
            live = supply.in_state(resource.collection, state)
        except UnreachableError as error:
            why.append(error)
            continue
        body = {operation.moves_by: target} if operation.moves_by is not None else None
        return _happened(supply, event, live, supply.move(live, operation, target, headers), body)
    raise why[0] if why else UnreachableError(f"nothing becomes {target}")


def _happened(supply: Supply, event: Event, live: Live, asked: Exchange, body: Value | None) -> Happening:
    if not asked.ok:
        name = asked.operation.name if asked.operation is not None else "it"
        raise UnreachableError(f"{name} was refused: {asked.told()}")
    now = supply.now(live)
    answered: Any = asked.json
    shown = (answered,) if isinstance(answered, dict) else ()
    return Happening(event, now, asked, (*shown, now.value), body)
