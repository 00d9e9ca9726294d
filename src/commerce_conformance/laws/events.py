"""What an operation publishes: each time that it does something one event, that says what the resource is."""

from collections.abc import Iterable, Iterator
from functools import partial
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import happening, hearing, reading, telling
from commerce_conformance.exchange import Exchange
from commerce_conformance.happening import ElsewhereError, Happening
from commerce_conformance.identity import Identity
from commerce_conformance.law import Law
from commerce_conformance.tap.tapped import CAUSE
from commerce_conformance.trial import Trial
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation

_REFUSED: Final = range(400, 500)


def _applies(contract: Contract) -> Iterable[Operation]:
    return telling.tellers(contract)


def _check(trial: Trial, operation: Operation) -> None:
    since = trial.tap.heard
    wanted = telling.told_by(trial.contract, operation)
    if not wanted:
        trial.unreachable("no name says which resource the events tell of")
        return
    tried = trial.session.beside([partial(happening.attempt, trial.supply, operation, *each) for each in wanted])
    happened = [each for each in tried if isinstance(each, Happening)]
    lost = [each for each in tried if isinstance(each, UnreachableError)]
    if not _elsewhere(trial, operation, lost, alone=not happened):
        for reached in lost:
            trial.unreachable(reached.reason, reached.hook)
    refused = [asked for each in happened[:1] for asked in _refusals(trial, operation, each)]
    repeated = {asked.request_headers[happening.CAUSE] for asked in refused if asked.ok}
    for each in happened:
        hearing.await_one(trial, since, hearing.of(each.event, each.live, each.cause))
    if happened:
        hearing.quiet(monotonic())
    for each in happened:
        _judge(trial, operation, each, since, repeated)
    _nothing_of(trial, [asked for asked in refused if asked.status in _REFUSED], since)


def _elsewhere(trial: Trial, operation: Operation, lost: list[UnreachableError], *, alone: bool) -> bool:
    """Put down what was begun and did not come to the end that it should; whether there was such."""
    for each in lost:
        lifecycle = each.live.resource.lifecycle if isinstance(each, ElsewhereError) else None
        if not isinstance(each, ElsewhereError) or lifecycle is None:
            continue
        stays = alone and each.live.state == lifecycle.initial
        if each.told or stays:
            trial.fails(
                f"what {operation.name} begins comes to an end" if stays else "what is told to end so does",
                expected=f"to become {each.state}", got=str(each.live.state), at=lifecycle.location,
                exchanges=[each.live.made],
            )  # fmt: skip
            return True
    return False


def _judge(trial: Trial, operation: Operation, each: Happening, since: int, repeated: set[str]) -> None:
    event, shows = each.event, [each.asked, *each.again]
    wanted = hearing.of(event, each.live, each.cause)
    heard = [one for one in hearing.distinct(trial, since, wanted) if one.headers.get(CAUSE) not in repeated]
    what = f"{operation.name} tells {event.type}"
    if not heard:
        trial.fails(
            f"what happens is told: {what}", expected=f"one {event.type} on {event.channel}",
            got=f"none in {trial.settings.patience:g} s", at=event.location, exchanges=shows,
        )  # fmt: skip
        return
    trial.check(
        len(heard) == 1, f"what happens once is told once: {what}", expected="one event",
        got=f"{len(heard)}: {', '.join(map(hearing.told, heard))}", at=event.location, exchanges=shows,
    )  # fmt: skip
    own = [one for one in heard if str(one.says(telling.subject(each.live.resource))) == each.live.key]
    one = (own or heard)[0]
    trial.check(
        one.channel == event.channel, f"{event.type} is published on its channel", expected=event.channel,
        got=one.channel, at=event.location, exchanges=shows,
    )  # fmt: skip
    for part, known, said in hearing.differences(event, one, each.live, each.known):
        trial.fails(
            f"{event.type} says what its resource is: {part}", expected=str(known), got=str(said),
            at=event.location, exchanges=shows,
        )  # fmt: skip
    if event.headers is not None and CAUSE in event.headers.properties:
        trial.check(
            one.headers.get(CAUSE) == each.cause, f"{event.type} names the request that caused it",
            expected=each.cause, got=one.headers.get(CAUSE), at=event.headers.location, exchanges=shows,
        )  # fmt: skip
    names = hearing.leaked(operation, each.body, one)
    trial.check(
        not names, f"{event.type} shows no secret of the request", expected=f"no {', '.join(names)}",
        got="it is in the event", at=event.location, exchanges=shows,
    )  # fmt: skip


def _refusals(trial: Trial, operation: Operation, each: Happening) -> Iterator[Exchange]:
    """Requests that a service should refuse, each under an id of its own; the caller looks at which it did."""
    owner, path = each.live.owner, [] if operation.action is Action.CREATE else [each.live.key]
    body = each.body

    def ask(content: Any, by: Identity = owner) -> Exchange:
        headers = {happening.CAUSE: str(uuid4())}
        if body is None:
            return trial.session.call(operation, path, by=by, headers=headers)
        return trial.session.call(operation, path, content, by=by, headers=headers)

    if operation.action is not Action.UPDATE:  # which may be asked for again, and with less
        yield from [ask({})] if body is not None else []
        yield ask(body)
    try:
        if operation.secured:
            yield ask(body, trial.supply.user("another user"))
        named = reading.references(trial.contract, operation.body.schema) if operation.body is not None else {}
        for name, resource in named.items():
            if body is not None and name in body and operation.action is Action.CREATE:
                nobody = str(uuid4())
                by = trial.identities.user(nobody) if resource.owner == resource.key else owner
                yield ask({**body, name: nobody}, by)
    except UnreachableError as error:
        trial.unreachable(f"not every refusal can be tried: {error.reason}", error.hook)


def _nothing_of(trial: Trial, refused: list[Exchange], since: int) -> None:
    causes = {asked.request_headers[happening.CAUSE]: asked for asked in refused}
    for heard in trial.tap.events(since):
        asked = causes.pop(heard.headers.get(CAUSE, ""), None)
        if asked is not None:
            trial.fails(
                "of what is refused nothing is told", expected="no event", got=hearing.told(heard), exchanges=[asked]
            )
            return


LAW = Law(
    name="events",
    sentence="What an operation does is told once, as it is, and what it refuses, or only repeats, is not told.",
    derives="`x-emits` of the operation, the AsyncAPI messages, the names that a payload and its resource share.",
    applies=_applies,
    check=_check,
)
