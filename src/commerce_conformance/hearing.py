"""Listening for an event: how often it came, and what is wrong with the one that did."""

import json
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any, Final

from commerce_conformance import reading, telling
from commerce_conformance.supply import Live, Value
from commerce_conformance.tap.tapped import CAUSE, TappedEvent
from commerce_conformance.trial import Trial
from commerce_contract import MISSING, Event, Operation

_LONG: Final = 8  # characters
QUIET: Final = 0.2  # seconds in which a second event would come that should not
Wanted = Callable[[TappedEvent], bool]


def of(event: Event, live: Live, cause: str | None = None) -> Wanted:
    """What says whether an event is of that type and about that resource, or caused by that request."""
    subject = telling.subject(live.resource)

    def wanted(heard: TappedEvent) -> bool:
        return heard.type == event.type and (
            str(heard.says(subject)) == live.key or (cause is not None and heard.headers.get(CAUSE) == cause)
        )

    return wanted


def await_one(trial: Trial, since: int, wanted: Wanted) -> TappedEvent | None:
    """The first of the wanted events, waited for; None where none came in time."""
    return trial.until(lambda: next(filter(wanted, trial.tap.events(since)), None))


def quiet(moment: float) -> None:
    """Let the time after a moment pass in which what should not come would."""
    sleep(max(0.0, moment + QUIET - monotonic()))


def distinct(trial: Trial, since: int, wanted: Wanted) -> list[TappedEvent]:
    """The wanted events, each once: one may be delivered several times, under one id."""
    return list({heard.identity: heard for heard in filter(wanted, trial.tap.events(since))}.values())


def told(heard: TappedEvent) -> str:
    """An event in a few words."""
    return f"{heard.type} {' '.join(filter(None, heard.identity))} on {heard.channel}"


def differences(
    event: Event, heard: TappedEvent, live: Live, known: tuple[Value, ...]
) -> Iterator[tuple[str, Any, Any]]:
    """Where an event says something else than its resource: the part, what the resource has, what the event says."""
    for path, name in telling.parts(event, live.resource):
        said = telling.at(heard.payload, path)
        values = [value[name] for value in known if name in value] or [None]
        if said is not MISSING and not any(telling.same(said, value) for value in values):
            yield "/" + "/".join(path), values[-1], said


def leaked(operation: Operation, body: Value | None, heard: TappedEvent) -> list[str]:
    """The names of secrets of a request (`writeOnly`) whose values an event shows."""
    schema = operation.body.schema if operation.body is not None else None
    if schema is None or body is None:
        return []
    names = set(reading.secrets(schema))
    shown = list(_texts([heard.payload, dict(heard.headers)]))
    found = ((name, str(value)) for name, value in _named(body) if name in names)
    return sorted({name for name, value in found if any(_shows(text, value) for text in shown)})


def _shows(text: str, secret: str) -> bool:
    """Whether a text is a secret or has it; what is short is found everywhere by chance."""
    return text == secret or (len(secret) >= _LONG and secret in text)


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """Every property of a body that is no object or list, with its value."""
    if isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, (dict, list)):
                yield from _named(part)
            else:
                yield name, part
    elif isinstance(value, list):
        for part in value:
            yield from _named(part)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield value if isinstance(value, str) else json.dumps(value)
