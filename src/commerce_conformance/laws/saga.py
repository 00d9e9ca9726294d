"""What services do when they hear of each other: the whole platform, as far as HTTP and the events show it."""

from collections.abc import Iterable
from functools import partial

from commerce_conformance import happening, hearing, reading, telling
from commerce_conformance.happening import Happening
from commerce_conformance.law import Law
from commerce_conformance.supply import Live, Value
from commerce_conformance.tap.tapped import CAUSE
from commerce_conformance.telling import Reaction
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation, Resource


def _applies(contract: Contract) -> Iterable[Operation]:
    return (
        o
        for o in telling.tellers(contract)
        if any(telling.reactions(contract, event) for event, _ in telling.told_by(contract, o))
    )


def _check(trial: Trial, operation: Operation) -> None:
    since = trial.session.tap.heard if trial.session.tap is not None else 0
    told = telling.told_by(trial.contract, operation)
    tried = trial.session.beside([partial(happening.attempt, trial.supply, operation, *each) for each in told])
    followed = {r.resource.collection: r for event, _ in told for r in telling.reactions(trial.contract, event)}
    for each in tried:
        if isinstance(each, UnreachableError):
            trial.unreachable(each.reason, each.hook)
            continue
        followers = telling.reactions(trial.contract, each.event)
        for reaction in followers:
            _followed(trial, each, reaction, since)
        if not followers:
            for reaction in followed.values():
                _not_followed(trial, operation, each, reaction)
    if trial.session.tap is None:
        trial.unreachable("what the services tell each other is not heard", "say by --events where they publish")


def _named(trial: Trial, each: Happening, resource: Resource) -> Live | None:
    """The resource of another service that something happened with names; None where it cannot be read."""
    name = telling.named_by(each.live.resource, resource)
    reader = reading.reader(trial.contract, resource)
    key = each.live.value.get(name) if name is not None else None
    if key is None or reader is None or not trial.session.reaches(reader.service):
        trial.unreachable(f"{reading.one(resource)} cannot be read", f"give --{resource.service} URL")
        return None
    owner = trial.identities.user(str(key)) if resource.owner == resource.key else each.live.owner
    return Live(resource, {resource.key: key}, owner, each.asked)


def _followed(trial: Trial, each: Happening, reaction: Reaction, since: int) -> None:
    live = _named(trial, each, reaction.resource)
    if live is None:
        return
    outcome = reaction.outcome
    last: list[Live] = []

    def look() -> Live | None:
        last[:] = [trial.supply.now(live)]
        return last[0] if outcome.holds(last[0].value) else None

    what = f"{reading.one(reaction.resource)} of which {each.event.type} tells"
    now = trial.until(look)
    if now is None:
        trial.fails(
            f"{what} becomes {outcome.property} {outcome.value}", expected=str(outcome.value),
            got=f"{last[0].value.get(outcome.property)} after {trial.settings.patience:g} s",
            at=reaction.end.location, exchanges=[each.asked, trial.supply.read(live)],
        )  # fmt: skip
        return
    link = telling.named_by(reaction.resource, each.live.resource)
    if link is not None:
        trial.check(
            str(now.value.get(link)) == each.live.key, f"{what} names it by {link}", expected=each.live.key,
            got=now.value.get(link), at=reaction.end.location, exchanges=[each.asked, trial.supply.read(live)],
        )  # fmt: skip
    if trial.session.tap is not None:
        _told_of(trial, each, reaction, now, since)


def _told_of(trial: Trial, each: Happening, reaction: Reaction, now: Live, since: int) -> None:
    """The event of the one who followed: one, as the resource is, and caused by the first request."""
    told, wanted = reaction.told, hearing.of(reaction.told, now)
    first = hearing.await_one(trial, since, wanted)
    if first is not None:
        hearing.quiet(first.when)
    heard = hearing.distinct(trial, since, wanted)
    if not trial.check(
        len(heard) == 1, f"who follows {each.event.type} tells {told.type} once", expected="one event",
        got=f"{len(heard)}: {', '.join(map(hearing.told, heard))}" if heard else "none",
        at=told.location, exchanges=[each.asked],
    ):  # fmt: skip
        return
    for part, known, said in hearing.differences(told, heard[0], now, (now.value,)):
        trial.fails(
            f"{told.type} says what its resource is: {part}", expected=str(known), got=str(said), at=told.location,
            exchanges=[each.asked],
        )  # fmt: skip
    if told.headers is not None and CAUSE in told.headers.properties:
        trial.check(
            heard[0].headers.get(CAUSE) == each.cause,
            f"{told.type} names the request that caused what it follows",
            expected=each.cause, got=heard[0].headers.get(CAUSE), at=told.headers.location,
            exchanges=[each.asked],
        )  # fmt: skip


def _not_followed(trial: Trial, operation: Operation, each: Happening, reaction: Reaction) -> None:
    """Of what no service follows, what it names stays as it was, and the same can be asked again."""
    name = telling.named_by(each.live.resource, reaction.resource)
    if reaction.resource.owner == reaction.resource.key or name is None or operation.action is not Action.CREATE:
        return  # a person may have become something before
    live = _named(trial, each, reaction.resource)
    if live is None:
        return
    now, outcome = trial.supply.now(live), reaction.outcome
    what = f"{reading.one(reaction.resource)} of which {each.event.type} tells"
    trial.check(
        not outcome.holds(now.value), f"{what} does not become {outcome.property} {outcome.value}",
        expected=f"not {outcome.value}", got=now.value.get(outcome.property), at=each.event.location,
        exchanges=[each.asked],
    )  # fmt: skip
    body = _once_more(trial, operation, each)
    again = trial.session.call(operation, body=body, by=each.live.owner)
    trial.expect(
        again, operation.success.status, because=f"after {each.event.type} the same can be asked again",
        at=each.event.location, after=[each.asked],
    )  # fmt: skip


def _once_more(trial: Trial, operation: Operation, each: Happening) -> Value:
    """A body that succeeds, about what the first one was about."""
    body = trial.supply.body(operation, each.live.owner)
    known = {name: part for name, part in each.live.value.items() if not isinstance(part, (dict, list))}
    return {**body, **{name: known[name] for name in body if name in known}}


LAW = Law(
    name="saga",
    sentence="What one service tells is followed by those that hear of it, and told by them; else all stays as it was.",
    derives="The `receive` operations of the AsyncAPI documents, and what the events of who receives say of resources.",
    applies=_applies,
    check=_check,
)
