"""A scenario laid in a new world: its resources stored, its events told, and that state kept for `reset`."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from commerce_contract import Fault, Resource, SchemaError
from commerce_contract.pointer import join
from commerce_mock.clock import parse_time
from commerce_mock.controls import PREFIX
from commerce_mock.delivery_rules import rule_of
from commerce_mock.faults import fault_of
from commerce_mock.problems import Problem
from commerce_mock.scenario import PRIVATE, Scenario, ScenarioError
from commerce_mock.settlement import set_delay
from commerce_mock.transaction import Breach, Transaction

if TYPE_CHECKING:
    from commerce_mock.world import World

_OWN_RULE = "Say it as the documents do"


def populate(world: "World", scenario: Scenario) -> None:
    """Let a new world begin with a scenario, and remember that state for `reset`.

    Raises ScenarioError with every fault of the resources, or that of the first event that cannot have happened.
    """
    world.delivery_rules.clear()  # what is told happened under none
    with world.transaction("scenario") as tx:
        faults = [
            fault for collection, items in scenario.resources.items() for fault in _lay(tx, scenario, collection, items)
        ]
        if faults:
            raise ScenarioError(*faults)
    for index in range(len(scenario.events)):
        _tell(world, scenario, index)
    _arrange(world, scenario)
    world.origin = world.store.state
    world.reschedule()


def _arrange(world: "World", scenario: Scenario) -> None:
    """What is to go wrong, also on the way of events, and what payments wait for."""
    if scenario.settlement is not None:
        with world.transaction("scenario") as tx:
            try:
                set_delay(tx, scenario.settlement)
            except ValueError as error:
                raise ScenarioError(scenario.fault("/settlement", str(error), "Write it in quotes")) from None
    behaviour = world.behaviour
    wrong = [
        *_wrong(world, scenario, "faults", scenario.faults, lambda order: fault_of(order, behaviour.contract)),
        *_wrong(world, scenario, "delivery-rules", scenario.delivery_rules, lambda order: rule_of(order, behaviour)),
    ]
    if wrong:
        raise ScenarioError(*wrong)
    world.faults.begin(scenario.faults, behaviour.contract)
    world.delivery_rules.begin(scenario.delivery_rules, behaviour)


def _wrong(
    world: "World",
    scenario: Scenario,
    segment: str,
    orders: Iterable[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], object],
) -> Iterable[Fault]:
    """What is wrong with what a control of that path would be asked for."""
    name, path = segment.replace("-", "_"), f"{PREFIX}/{segment}"
    operations = world.behaviour.contract.operations.values()
    asked = next((o for o in operations if (o.method, o.path) == ("POST", path)), None)
    for index, document in enumerate(orders):
        pointer = join("", name, index)
        if asked is None or asked.body is None:
            called = name.replace("_", " ")
            yield scenario.fault(pointer, f"the contract has no {called}", f"Add {path} to it, or leave them out")
        elif errors := asked.body.schema.errors(document):
            yield from _broken(scenario, pointer, errors)
        else:
            try:
                read(document)
            except Problem as problem:
                for place, message in problem.errors:
                    yield scenario.fault(pointer + place, f"`{place[1:]}` {message.rstrip('.')}", _OWN_RULE)


def _lay(tx: Transaction, scenario: Scenario, collection: str, items: list[dict[str, Any]]) -> Iterable[Fault]:
    resource = tx.world.behaviour.resources.get(collection)
    if resource is None:
        known = ", ".join(sorted(tx.world.behaviour.resources)) or "nothing"
        yield scenario.fault(join("", collection), f"the contract stores no {collection}", f"It stores {known}")
        return
    seeded = tx.world.behaviour.seeded.get(collection)
    for index, item in enumerate(items):
        pointer = join("", collection, index)
        value = {name: part for name, part in item.items() if name != PRIVATE}
        faults = list(_faults(tx, scenario, resource, pointer, value))
        yield from faults
        if faults:
            continue
        try:
            stored = tx.create(resource, value, item.get(PRIVATE))
            if seeded is not None:
                seeded(tx, stored)
        except Breach as breach:
            yield from _broken(scenario, pointer, breach.errors)
        except Problem as problem:
            for place, message in problem.errors:
                hint = "Correct it" if place.startswith(f"/{PRIVATE}/") else "Give each its own"
                yield scenario.fault(pointer + place, message.removesuffix("."), hint)


def _faults(
    tx: Transaction, scenario: Scenario, resource: Resource, pointer: str, value: dict[str, Any]
) -> Iterable[Fault]:
    """What is wrong with the properties of a resource, each by itself."""
    for name, part in value.items():
        schema = resource.schema.properties.get(name)
        if schema is None:
            known = ", ".join([*resource.schema.properties, PRIVATE])
            yield scenario.fault(join(pointer, name), f"{resource.name} has no `{name}`", f"It may have {known}")
        else:
            yield from _broken(scenario, join(pointer, name), schema.errors(part))
    key = value.get(resource.key)
    if isinstance(key, str) and tx.get(resource.collection, key) is not None:
        yield scenario.fault(join(pointer, resource.key), f"there is a {key} before this one", "Give each its own")


def _broken(scenario: Scenario, pointer: str, errors: tuple[SchemaError, ...]) -> Iterable[Fault]:
    for error in errors:
        place = pointer + error.pointer
        what = place.rpartition("/")[2]
        yield scenario.fault(place, f"`{what}` {error.message}", f"{_OWN_RULE}: {error.location}")


def _tell(world: "World", scenario: Scenario, index: int) -> None:
    event, pointer = scenario.events[index], join("", "events", index)
    collection, _, key = event["resource"].partition("/")
    kind = event["type"]
    if kind not in world.behaviour.contract.events:
        known = ", ".join(world.behaviour.contract.events) or "nothing"
        raise ScenarioError(
            scenario.fault(join(pointer, "type"), f"the contract publishes no {kind}", f"It publishes {known}")
        )
    with world.transaction("scenario", now=parse_time(event["time"])) as tx:
        about = tx.get(collection, key)
        if about is None:
            message = f"the event is about {event['resource']}, which is not there"
            hint = "Write the collection, a slash and the id of a resource of this scenario"
            raise ScenarioError(scenario.fault(join(pointer, "resource"), message, hint))
        try:
            tx.emit(kind, about, **event.get("data", {}))
        except Breach as breach:
            hint = "Put what no property of the resource says under `data`"
            raise ScenarioError(scenario.fault(pointer, str(breach), hint)) from None
    world.deliver(tx.emitted)
