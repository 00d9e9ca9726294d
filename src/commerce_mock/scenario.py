"""Scenarios: the resources, events and time that a world begins with, as a YAML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commerce_contract.parse import parse_yaml
from commerce_mock.clock import parse_time
from commerce_mock.identifiers import number_of
from commerce_mock.problems import Problem
from commerce_mock.transaction import Breach

if TYPE_CHECKING:
    from commerce_mock.world import World

PRIVATE = "private"


class ScenarioError(Exception):
    """A scenario cannot be loaded; the message names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a world begins with. `resources` maps a collection to its resources, as their answers show them.

    A resource's `private` part is what the mock knows and no answer shows. `clock` is in milliseconds since the epoch.
    `events` happened before: `{type, resource: "users/<key>", time}`.
    """

    name: str = "empty"
    clock: int | None = None
    resources: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    path: Path | None = None


def scenario_path(name: str) -> Path:
    """The file of a scenario that ships with the mock, or the path itself. Raises ScenarioError."""
    shipped = Path(str(files("commerce_mock"))) / "scenarios" / f"{name}.yaml"
    path = shipped if shipped.is_file() else Path(name)
    if not path.is_file():
        names = sorted(found.stem for found in shipped.parent.glob("*.yaml"))
        message = f"there is no scenario {name!r}: name one of {', '.join(names)}, or a YAML file"
        raise ScenarioError(message)
    return path


def load_scenario(name: str) -> Scenario:
    """Read a scenario by its name or path. Raises ScenarioError."""
    path = scenario_path(name)
    content, _, faults = parse_yaml(path.read_text(encoding="utf-8"), str(path))
    if faults:
        message = "\n".join(map(str, faults))
        raise ScenarioError(message)
    if content is None:
        content = {}
    if not isinstance(content, dict):
        message = f"{path}: a scenario is a mapping of collections to lists of resources"
        raise ScenarioError(message)
    resources = {key: value for key, value in content.items() if key not in ("clock", "events", "description")}
    for key, value in resources.items():
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            message = f"{path}: {key} is not a list of resources"
            raise ScenarioError(message)
    try:
        clock = parse_time(content["clock"]) if "clock" in content else None
    except (TypeError, ValueError) as error:
        message = f"{path}: clock: {error}"
        raise ScenarioError(message) from None
    return Scenario(name, clock, resources, tuple(content.get("events", ())), path)


def populate(world: "World", scenario: Scenario) -> None:
    """Let a new world begin with a scenario, and remember that state for `reset`. Raises ScenarioError."""
    try:
        with world.transaction("scenario") as tx:
            for collection, items in scenario.resources.items():
                resource = world.behaviour.resources.get(collection)
                if resource is None:
                    message = f"{scenario.path}: the contract stores no {collection}"
                    raise ScenarioError(message)
                for item in items:
                    value = {name: part for name, part in item.items() if name != PRIVATE}
                    stored = tx.create(resource, value, item.get(PRIVATE))
                    tx.store.reach(collection, number_of(resource, stored.key))
                    seeded = world.behaviour.seeded.get(collection)
                    if seeded is not None:
                        seeded(tx, stored)
        for event in scenario.events:
            collection, _, key = event["resource"].partition("/")
            with world.transaction("scenario", now=parse_time(event["time"])) as tx:
                about = tx.get(collection, key)
                if about is None:
                    message = (
                        f"{scenario.path}: the event {event['type']} is about {event['resource']}, which is not there"
                    )
                    raise ScenarioError(message)
                tx.emit(event["type"], about, **event.get("data", {}))
            world.deliver(tx.emitted)
    except (Problem, Breach, KeyError) as error:
        message = f"{scenario.path}: {error}"
        raise ScenarioError(message) from error
    world.origin = world.store.state
    world.reschedule()
