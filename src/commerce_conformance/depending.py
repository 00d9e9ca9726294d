"""What a service needs of others, as the contract shows it: the dependencies of its health, and its breakers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from commerce_conformance import metrics, reading
from commerce_conformance.metrics import Families
from commerce_contract import Action, Contract, Operation, Schema

_UNAVAILABLE: Final = 503


@dataclass(frozen=True, slots=True)
class Need:
    """One service needs another; lives as long as a law wants.

    `health` says how the other one is, under its name in the table `member`.
    """

    service: str
    on: str
    health: Operation
    member: str


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker of a service before another one, as documents show it; lives as long as a law wants.

    `operation` shows it under `name`, with its `state` and how many calls failed in a row (`count`). It is `closed`
    until `threshold` did, and `opened` then. `gauge` is the metric that shows its state as one of `values`.
    """

    operation: Operation
    name: str
    state: str
    count: str
    closed: str
    opened: str
    threshold: int
    scrape: Operation | None = None
    gauge: str = ""
    values: Mapping[str, float] | None = None

    def shown(self, value: Any) -> tuple[str, int] | None:
        """State and count in an answer of the operation; None where it has none."""
        told = value.get(self.name) if isinstance(value, dict) else None
        if not isinstance(told, dict) or not isinstance(count := told.get(self.count), int):
            return None
        return str(told.get(self.state)), count

    def measured(self, families: Families) -> float | None:
        """What the gauge says in a scrape; None where it says nothing of this breaker."""
        values = metrics.samples(families.get(self.gauge))
        return next((value for (_, labels), value in values.items() if self.name in dict(labels).values()), None)


def needs(contract: Contract, service: str) -> list[Need]:
    """The services that a service needs: those that the example of its health names."""
    found = {}
    for health in reading.monitors(contract, service):
        for member, table in _objects(health):
            for on in table:
                if on in contract.services and on != service and _UNAVAILABLE in health.responses:
                    found[on] = Need(service, on, health, member)
    return list(found.values())


def touched(contract: Contract, down: str) -> frozenset[str]:
    """A service, and all that need it or one that does."""
    found = {down}
    while more := {s for s in contract.services if s not in found and any(n.on in found for n in needs(contract, s))}:
        found |= more
    return frozenset(found)


def callers(contract: Contract, need: Need) -> list[Operation]:
    """The operations that cannot be done without the other service: what they make refers to something of it."""
    return [
        o
        for o in contract.services[need.service].operations
        if o.action is Action.CREATE
        and o.body is not None
        and any(about.service == need.on for about in reading.references(contract, o.body.schema).values())
    ]


def breaker(contract: Contract, need: Need) -> Breaker | None:
    """The breaker before the other service; None where no document shows one."""
    known = {f"{reading.snake(r.name)}_service" for r in contract.resources.values() if r.service == need.on}
    for operation in reading.monitors(contract, need.service):
        schema = operation.success.schema
        for name, part in schema.properties.items() if schema is not None else ():
            if name in known | {need.on, f"{need.on}_service"} and (made := _breaker(operation, name, part)):
                return _measured(contract, made)
    return None


def _breaker(operation: Operation, name: str, schema: Schema) -> Breaker | None:
    """A breaker whose states the examples show: closed with no failure, open with the most."""
    state = next((each for each, part in schema.properties.items() if part.enum), None)
    count = next((each for each, part in schema.properties.items() if "integer" in part.types), None)
    if state is None or count is None:
        return None
    shown = [(told[count], str(told[state])) for _, told in _objects(operation) if {state, count} <= told.keys()]
    (least, closed), (most, opened) = min(shown, default=(0, "")), max(shown, default=(0, ""))
    if least or closed == opened:
        return None
    return Breaker(operation, name, state, count, closed, opened, most)


def _measured(contract: Contract, found: Breaker) -> Breaker:
    """The breaker with its gauge, where the example of a scrape shows one by the same names."""
    states = {name: str(told[found.state]) for name, told in _objects(found.operation) if found.state in told}
    for scrape in reading.monitors(contract, found.operation.service):
        for text in (each for each in scrape.success.examples.values() if isinstance(each, str)):
            for family in metrics.parsed(text).values():
                values = {
                    states[word]: sample.value
                    for sample in family.samples
                    for word in sample.labels.values()
                    if word in states
                }
                if family.type == "gauge" and values:
                    return Breaker(
                        found.operation, found.name, found.state, found.count, found.closed, found.opened,
                        found.threshold, scrape, family.name, values,
                    )  # fmt: skip
    return found


def _objects(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """The members of an operation's examples that are objects themselves."""
    for example in operation.success.examples.values():
        for name, value in example.items() if isinstance(example, dict) else ():
            if isinstance(value, dict):
                yield name, value
