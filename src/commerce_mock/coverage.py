"""How much of a contract was exercised: its operations, declared answers, problem codes, moves and events.

Nothing is counted for it but what the meters count anyway, and the codes of refusals and moves between states.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from commerce_contract import Contract, Location
from commerce_mock.controls import PREFIX
from commerce_mock.metrics import Meters

if TYPE_CHECKING:
    from commerce_mock.worlds import Worlds

Key = tuple[str, ...]  # a kind, and what names one of it
Counts = Counter[Key]


class Kind(StrEnum):
    """What of a contract is counted."""

    OPERATION = "operation"
    RESPONSE = "response"
    PROBLEM = "problem"
    TRANSITION = "transition"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a contract declares; `key` is its kind and what names it."""

    key: Key
    name: str
    service: str
    location: Location


def declared(contract: Contract) -> Iterator[Item]:
    """Everything that can be exercised, in the order of the documents. The mock's own controls are not meant."""
    for operation in contract.operations.values():
        if operation.path.startswith(PREFIX):
            continue
        name, service = operation.name, operation.service
        yield Item((Kind.OPERATION, name), name, service, operation.location)
        for status, response in operation.responses.items():
            yield Item((Kind.RESPONSE, name, str(status)), f"{name} {status}", service, response.location)
        for code, problem in operation.problems.items():
            yield Item((Kind.PROBLEM, name, code), f"{name} {code}", service, problem.location)
    for collection, resource in contract.resources.items():
        if resource.lifecycle is None:
            continue
        for state, targets in resource.lifecycle.transitions.items():
            for target in targets:
                words = f"{collection} {state} -> {target}"
                key = (Kind.TRANSITION, collection, state, target)
                yield Item(key, words, resource.service, resource.lifecycle.location)
    for event in contract.events.values():
        yield Item((Kind.EVENT, event.type), event.type, event.service, event.location)


def exercised(meters: Meters) -> Counts:
    """What one world's clients have exercised since the coverage began, and how often."""
    counts: Counts = Counter()
    for (name, status), histogram in list(meters.requests.items()):
        times = sum(histogram.counts)
        counts[Kind.OPERATION, name] += times
        counts[Kind.RESPONSE, name, str(status)] += times
    for pair, times in list(meters.refused.items()):
        counts[Kind.PROBLEM, *pair] += times
    for move, times in list(meters.moved.items()):
        counts[Kind.TRANSITION, *move] += times
    for event, times in list(meters.published.items()):
        counts[Kind.EVENT, event] += times
    return counts - meters.before


def of_all(worlds: "Worlds") -> Counts:
    """What the clients of all worlds have exercised, also of those that are no longer there."""
    counts: Counts = Counter(worlds.past)
    for world in worlds:
        counts.update(exercised(world.meters))
    return counts


def begin_anew(worlds: "Worlds") -> None:
    """Count from now on, in all worlds."""
    worlds.past.clear()
    for world in worlds:
        world.meters.before.update(exercised(world.meters))


def report(contract: Contract, counts: Counts) -> dict[str, Any]:
    """The coverage as the control document shows it."""
    items = list(declared(contract))
    kinds = [{"kind": kind, **_share([i for i in items if i.key[0] == kind], counts)} for kind in Kind]
    return {
        **_share(items, counts),
        "kinds": [share for share in kinds if share["total"]],
        "items": [_shown(item, counts) for item in items],
    }


def _share(items: Iterable[Item], counts: Counts) -> dict[str, Any]:
    marks = [counts[item.key] > 0 for item in items]
    covered, total = sum(marks), len(marks)
    # Rounded down, so that 100 is all.
    return {"percent": covered * 1000 // total / 10 if total else 100.0, "covered": covered, "total": total}


def _shown(item: Item, counts: Counts) -> dict[str, Any]:
    place = item.location
    return {
        "kind": item.key[0],
        "name": item.name,
        "service": item.service,
        "count": counts[item.key],
        "location": {"file": place.file, "line": place.line, "pointer": place.pointer},
    }
