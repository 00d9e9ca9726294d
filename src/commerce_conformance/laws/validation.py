"""Each rule of each request schema and parameter, broken alone while all else is right, and kept at its very bound."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from commerce_conformance import effects, parameters, reading
from commerce_conformance.boundaries import Bound, at_bounds, highest, longest_beyond_ascii, lowest
from commerce_conformance.effects import Effect
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.judging import Case, judge
from commerce_conformance.law import Law
from commerce_conformance.supply import Live
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_conformance.violations import Violation, violations
from commerce_contract import MISSING, Action, Contract, Operation, Parameter, Schema, SchemaError

_BOUNDS: Final[tuple[Bound, ...]] = (lowest, highest, longest_beyond_ascii)
_FEWEST: Final = 1  # more request of what succeeds: without all that may be left out


def _applies(contract: Contract) -> Iterable[Operation]:
    return (
        o for o in contract.operations.values() if o.body is not None or any(True for _ in parameters.constrained(o))
    )


def _check(trial: Trial, operation: Operation) -> None:
    made: list[Effect] = []
    if operation.body is not None:
        made = effects.several(trial.supply, operation, 1 + (len(_BOUNDS) + _FEWEST if _succeeds(operation) else 0))
        _refused(trial, made[0])
        for effect, bound in zip(made[1:], _BOUNDS, strict=False):
            _taken(trial, effect, bound)
        for effect in made[1 + len(_BOUNDS) :]:
            _barely(trial, effect)
    for parameter, wrong in parameters.constrained(operation):
        _parameter(trial, parameter, wrong, next(iter(made), None))


def _refused(trial: Trial, effect: Effect) -> None:
    """Every broken body, and then whether one of them left something behind."""
    cases = list(_violations(effect))
    before = _seen(effect)
    asked = [effect.ask(body=each.value) for each in cases]
    for each, answered in zip(cases, asked, strict=True):
        judge(trial, Case(each.error, each.error.pointer, each.codes), answered)
    if any(answered.ok for answered in asked):
        return  # what was taken by mistake may be stored: that is told already
    after, shown = _seen(effect), asked
    if after == before:
        return
    for each in cases:
        again = effect.ask(body=each.value)
        if (now := _seen(effect)) != after:
            before, after, shown = after, now, [again]
            break
    trial.fails("what is refused is not stored", expected=before, got=after, exchanges=shown[-1:])


def _violations(effect: Effect) -> Iterator[Violation]:
    body = effect.operation.body
    told: set[str] = set()
    for valid in _bodies(effect):
        for each in violations(body.schema, valid) if body is not None else ():
            shown = f"{each.error.pointer} {each.error.message} {each.value!r}"
            if shown not in told and each.value is not None:  # without a body there is nothing to point at
                told.add(shown)
                yield each


def _bodies(effect: Effect) -> Iterator[Any]:
    """The live body, and the same with what other examples of the document have besides plain values."""
    body = effect.operation.body
    if body is None or effect.body is None:
        return
    yield effect.body
    for shown in body.examples.values():
        parts = {n: v for n, v in shown.items() if isinstance(v, dict)} if isinstance(shown, dict) else {}
        if parts and body.schema.is_valid(whole := {**effect.body, **parts}):
            yield whole


def _seen(effect: Effect) -> str:
    """What there is of it on the service: the owner's list, or the resource without what time changes by itself."""
    try:
        if effect.live is None:
            return str(effect.done())
        now = effect.supply.now(effect.live)
    except UnreachableError:
        return ""  # nothing shows it: a value that must be unique tells, when the same body is taken afterwards
    moved = reading.movers(effect.supply.session.contract, now.resource) or reading.gathers(effect.operation)
    return str({name: value for name, value in now.value.items() if moved or name != now.resource.state})


def _succeeds(operation: Operation) -> bool:
    """Whether what `effects` asks for can be done: where only a name tells what it is, that may need a secret."""
    return operation.action in {Action.CREATE, Action.UPDATE} or reading.gathers(operation) is not None


def _barely(trial: Trial, effect: Effect) -> None:
    """What need not be said is not asked for."""
    body = effect.operation.body
    if body is None or effect.body is None:
        return
    value = {name: part for name, part in effect.body.items() if name in body.schema.required}
    if value != effect.body and body.schema.is_valid(value):
        left = ", ".join(name for name in effect.body if name not in value)
        trial.expect(
            effect.ask(body=value),
            effect.operation.success.status,
            because=f"what may be left out is not asked: {left}",
        )


def _taken(trial: Trial, effect: Effect, bound: Bound) -> None:
    """What is at its bound is within it, and is kept whole."""
    operation, body = effect.operation, effect.operation.body
    resource = operation.resource
    if body is None or effect.body is None or resource is None:
        return
    skipped = {*reading.references(trial.contract, body.schema), str(operation.moves_by)}
    skipped |= {name for name in body.schema.properties if reading.snake(name) == "amount"}
    skipped |= set(resource.unique) if bound is lowest else set()
    shown = reading.example(operation) or {}
    value, changed = at_bounds(body.schema, {**_optional(body.schema, shown), **effect.body}, bound, skipped)
    if not changed or not body.schema.is_valid(value):
        return
    answered = effect.ask(body=value)
    names = ", ".join(changed)
    if not trial.expect(answered, operation.success.status, because=f"what is at its bound is taken: {names}"):
        return
    for shows in (answered, *_read(trial, effect, answered)):
        now = shows.json if isinstance(shows.json, dict) else {}
        kept = [n for n in value if f"/{n}" in changed and isinstance(value[n], str) and n in now]
        wrong = [name for name in kept if now[name] != value[name]]
        if not trial.check(
            not wrong, "what is at its bound is kept whole", expected={name: value[name] for name in wrong},
            got={name: now[name] for name in wrong}, exchanges=[answered, shows],
        ):  # fmt: skip
            return


def _read(trial: Trial, effect: Effect, answered: Exchange) -> Iterator[Exchange]:
    """What a read shows of what an operation answered, where one does."""
    resource, value = effect.operation.resource, answered.json
    if resource is None or reading.reader(trial.contract, resource) is None or not isinstance(value, dict):
        return
    key = value.get(resource.key)
    if key is not None:
        owner = trial.identities.user(str(key)) if resource.owner == resource.key else effect.owner
        yield trial.supply.read(Live(resource, value, owner, answered))


def _optional(schema: Schema, shown: Any) -> dict[str, Any]:
    """Texts for properties that may be there: a bound is made from what the schema shows."""
    said = {n: next((v for v in part.examples if isinstance(v, str)), MISSING) for n, part in schema.properties.items()}
    return {**{name: value for name, value in said.items() if value is not MISSING}, **shown}


def _parameter(trial: Trial, parameter: Parameter, wrong: Mapping[str, SchemaError], effect: Effect | None) -> None:
    operation, name = trial.operation, parameter.name
    owner, path = _about(trial, operation, effect)

    body = effect.body if effect is not None else None

    def ask(text: str) -> Exchange:
        values = [text] * len(path) if parameter.place == "path" else path
        query = {name: text} if parameter.place == "query" else None
        headers = {name: text} if parameter.place == "header" else None
        if operation.body is None:
            return trial.session.call(operation, values, by=owner, query=query, headers=headers)
        return trial.session.call(operation, values, body, by=owner, query=query, headers=headers)

    for text, error in wrong.items():
        judge(trial, Case(error, f"/{parameter.place}/{name}"), ask(text))
    if parameter.place == "query":
        for text in parameters.right(parameter.schema):
            because = f"{text} is within the bounds of {name}"
            trial.expect(ask(text), operation.success.status, because=because, at=parameter.location)


def _about(trial: Trial, operation: Operation, effect: Effect | None) -> tuple[Identity, list[str]]:
    """Who asks about what: something that would be answered."""
    if effect is not None:
        return effect.owner, [] if effect.live is None else [effect.live.key]
    owner, resource = trial.supply.user(), operation.resource
    if "{" not in operation.path:
        return owner, []
    if resource is None or operation.action is Action.LIST:
        return owner, [str(owner.user_id)]
    live = trial.supply.fresh(resource.collection, owner)
    return live.owner, [live.key]


LAW = Law(
    name="validation",
    sentence="What breaks a rule of a schema is refused, told where, and changes nothing; what is at a bound is taken.",
    derives="Each rule of the request body's schema and of the parameters, `x-problem`, the operation's 422 codes.",
    applies=_applies,
    check=_check,
)
