"""Every message of the whole run, against what its channel declares."""

from collections.abc import Iterable, Iterator
from typing import Final

from commerce_conformance import reading, telling
from commerce_conformance.law import Law
from commerce_conformance.tap.tapped import HEADER_TYPE, ID, TappedEvent
from commerce_conformance.trial import Trial
from commerce_contract import Contract, Event, Location, Operation

_SOURCE: Final = "ce-source"
Fault = tuple[str, Location, str, str]  # because, where it is said, expected, got


def _applies(contract: Contract) -> Iterable[Operation]:
    """The first operation that publishes on each channel."""
    first: dict[str, Operation] = {}
    for operation in telling.tellers(contract):
        for channel in _channels(contract, operation):
            first.setdefault(channel, operation)
    return {operation.name: operation for operation in first.values()}.values()


def _channels(contract: Contract, operation: Operation) -> Iterator[str]:
    return (contract.events[kind].channel for kind in operation.emits if kind in contract.events)


def _check(trial: Trial, operation: Operation) -> None:
    everything = trial.tap.events()
    for channel in dict.fromkeys(_channels(trial.contract, operation)):
        heard = [event for event in everything if event.channel == channel]
        if not heard:
            trial.unreachable(f"nothing was heard on {channel}", "run more of the laws")
            continue
        faults = [fault for event in heard for fault in _faults(trial.contract, channel, event)]
        faults += [*_used_twice(operation.location, heard), *_before_it_was(trial.contract, heard)]
        for because, place, expected, got in {fault[:3]: fault for fault in reversed(faults)}.values():
            trial.fails(because, expected=expected, got=got, at=place)


def _faults(contract: Contract, channel: str, heard: TappedEvent) -> Iterator[Fault]:
    declared = [event for event in contract.events.values() if event.channel == channel]
    event = next((event for event in declared if event.type == heard.type), None)
    if event is None:
        place, known = declared[0].location, ", ".join(event.type for event in declared)
        yield f"{channel} has only what it declares", place, known, heard.type or "a message without a type"
        return
    for error in event.payload.errors(heard.payload):
        where = f"{error.pointer or '/'} as {error.location}"
        yield f"{event.type} is as its schema says", event.payload.location, where, error.message
    if event.headers is None:
        return
    for error in event.headers.errors(dict(heard.headers)):
        where = f"{error.pointer or '/'} as {error.location}"
        yield f"what travels with {event.type} is as its schema says", event.headers.location, where, error.message
    for name, said in ((HEADER_TYPE, event.type), (_SOURCE, _source(event))):
        if name in event.headers.properties and said is not None and heard.headers.get(name, said) != said:
            yield f"{event.type} says by {name} what it is", event.location, said, heard.headers[name]


def _source(event: Event) -> str | None:
    """The `ce-source` that all examples of an event show."""
    shown = {str(example.headers.get(_SOURCE)) for example in event.examples if example.headers is not None}
    return shown.pop() if len(shown) == 1 else None


def _used_twice(place: Location, heard: Iterable[TappedEvent]) -> Iterator[Fault]:
    """Ids that two events have: one event may come again, but only as it was."""
    known: dict[str, TappedEvent] = {}
    for event in heard:
        identity = event.headers.get(ID)
        first = known.setdefault(identity, event) if identity else event
        if first.payload != event.payload:
            yield "an id is of one event only", place, f"an own {ID}", f"{event.type} has that of a {first.type}"


def _before_it_was(contract: Contract, heard: list[TappedEvent]) -> Iterator[Fault]:
    """Events that tell of a resource before the one of its creation does."""
    for resource in contract.resources.values():
        begun, name = telling.creation(contract, resource), telling.subject(resource)
        types = {event.type for event in contract.events.values() if telling.about(contract, event) == resource}
        own = [event for event in heard if event.type in types and event.says(name) is not None]
        early: dict[str, str] = {}
        for event in own:
            key = str(event.says(name))
            if event.type in begun and key in early:
                place = contract.events[event.type].location
                because = f"what becomes of {reading.one(resource)} is told after its creation"
                yield because, place, f"{event.type} first", f"{early[key]} before it"
            elif event.type not in begun:
                early.setdefault(key, event.type)


LAW = Law(
    name="messages",
    sentence="A channel has only what it declares, each as its schema says, under an id of its own, and in order.",
    derives="The channels, messages, payloads and headers of the AsyncAPI documents, and their examples.",
    applies=_applies,
    check=_check,
    closing=True,
)
