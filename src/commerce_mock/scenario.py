"""Scenarios: the resources, events and time that a world begins with, as a YAML file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from commerce_contract import Fault, Location
from commerce_contract.parse import Marks, parse_json, parse_yaml
from commerce_contract.pointer import join
from commerce_mock.clock import parse_time

PRIVATE = "private"
_TEXTS = ("description", "settlement")
_LISTS = ("events", "faults", "delivery_rules")
_NO_COLLECTIONS = ("clock", *_TEXTS, *_LISTS)
_LARGE = 1_000_000  # characters
_EVENT = {"type", "resource", "time", "data"}


class ScenarioError(Exception):
    """A scenario cannot be laid; the message has a line for each fault, with file, line and JSON pointer."""

    def __init__(self, *faults: Fault | str) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a world begins with. `resources` maps a collection to its resources, as their answers show them.

    A resource's `private` part is what the mock knows and no answer shows. `clock` is in milliseconds since the epoch.
    `events` happened before: `{type, resource: "users/<key>", time, data?}`. `faults` and `delivery_rules` are as the
    control document has them, `settlement` is what new payments wait for. `marks` say where it stands in the file.
    """

    name: str = "empty"
    clock: int | None = None
    resources: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)  # private parts too
    events: tuple[Mapping[str, Any], ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()
    delivery_rules: tuple[Mapping[str, Any], ...] = ()
    settlement: str | None = None
    path: Path | None = None
    marks: Marks = field(default_factory=dict, repr=False)

    def fault(self, pointer: str, message: str, hint: str) -> Fault:
        """What is wrong at a place; what is missing in the file is looked for where it should be."""
        place = pointer
        while place and place not in self.marks:
            place = place.rpartition("/")[0]
        return Fault(Location(str(self.path or self.name), pointer, *self.marks.get(place, (1, 1))), message, hint)


def scenario_path(name: str) -> Path:
    """The file of a scenario that ships with the mock, or the path itself. Raises ScenarioError."""
    shipping = Path(str(files("commerce_mock"))) / "scenarios"
    shipped = shipping / f"{name}.yaml"
    path = shipped if shipped.is_file() else Path(name)
    if not path.is_file():
        # Not the shipped file's parent: an absolute name replaces all that stands before it.
        names = sorted(found.stem for found in shipping.glob("*.yaml"))
        raise ScenarioError(f"there is no scenario {name!r}: name one of {', '.join(names)}, or a YAML file")
    return path


def load_scenario(name: str) -> Scenario:
    """Read a scenario by its name or path. Raises ScenarioError with every fault of its form."""
    path = scenario_path(name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    content, marks, faults = _parsed(text, path)
    if faults:
        raise ScenarioError(*faults)
    return read_scenario(content, name, path, marks)


def read_scenario(content: Any, name: str, path: Path | None = None, marks: Marks | None = None) -> Scenario:
    """A scenario from what its file says, None for nothing. Raises ScenarioError with every fault of its form."""
    scenario = Scenario(name, path=path, marks={} if marks is None else marks)
    if content is None:
        return scenario
    faults = list(_form(scenario, content))
    if faults:
        raise ScenarioError(*faults)
    return Scenario(
        name,
        parse_time(content["clock"]) if "clock" in content else None,
        {key: value for key, value in content.items() if key not in _NO_COLLECTIONS},
        tuple(content.get("events", ())),
        tuple(content.get("faults", ())),
        tuple(content.get("delivery_rules", ())),
        content.get("settlement"),
        path,
        scenario.marks,
    )


def _parsed(text: str, path: Path) -> tuple[Any, Marks, list[Fault]]:
    """What a file says. A large one in JSON is read a hundred times faster, and its places when something is wrong."""
    if path.suffix != ".json" or len(text) < _LARGE:
        return parse_yaml(text, str(path))
    try:
        return orjson.loads(text), _Places(text, path), []
    except orjson.JSONDecodeError:
        return parse_json(text, str(path))


class _Places(Mapping[str, tuple[int, int]]):
    """The marks of a JSON file, found when the first is asked for; live as long as its scenario."""

    def __init__(self, text: str, path: Path) -> None:
        self._text, self._path = text, path

    @cached_property
    def _marks(self) -> Marks:
        return parse_json(self._text, str(self._path))[1]

    def __getitem__(self, pointer: str) -> tuple[int, int]:
        return self._marks[pointer]

    def __iter__(self) -> Iterator[str]:
        return iter(self._marks)

    def __len__(self) -> int:
        return len(self._marks)


def _form(scenario: Scenario, content: Any) -> Iterable[Fault]:
    """What is wrong with a scenario whatever the contract is."""
    if not isinstance(content, dict):
        yield scenario.fault("", "a scenario is a mapping", "Name collections, each with a list of resources")
        return
    if "clock" in content:
        yield from _time(scenario, "/clock", content["clock"])
    for name, items in content.items():
        if name in _TEXTS:
            if not isinstance(items, str):
                yield scenario.fault(join("", name), f"`{name}` is not a text", "Write it in quotes")
        elif name != "clock":
            yield from _entries(scenario, name, items)


def _entries(scenario: Scenario, name: str, items: Any) -> Iterable[Fault]:
    """What is wrong with a list of resources, events, faults or delivery rules."""
    if not isinstance(items, list):
        yield scenario.fault(join("", name), f"`{name}` is not a list", "Write each entry after a dash")
        return
    for index, item in enumerate(items):
        pointer = join("", name, index)
        if not isinstance(item, dict):
            yield scenario.fault(pointer, "this entry is not a mapping", "Write its properties as `name: value`")
        elif name == "events":
            yield from _event(scenario, pointer, item)
        elif name not in _LISTS and not isinstance(item.get(PRIVATE, {}), dict):
            yield scenario.fault(join(pointer, PRIVATE), f"`{PRIVATE}` is not a mapping", "Write `name: value`")


def _event(scenario: Scenario, pointer: str, event: Mapping[str, Any]) -> Iterable[Fault]:
    for name in ("type", "resource", "time"):
        if not isinstance(event.get(name), str):
            yield scenario.fault(join(pointer, name), f"an event needs `{name}`, a text", "Add it to the event")
    for name in sorted(event.keys() - _EVENT):
        yield scenario.fault(
            join(pointer, name), f"an event has no `{name}`", f"It may have {', '.join(sorted(_EVENT))}"
        )
    if not isinstance(event.get("data", {}), dict):
        yield scenario.fault(join(pointer, "data"), "`data` is not a mapping", "Write its entries as `name: value`")
    if isinstance(event.get("time"), str):
        yield from _time(scenario, join(pointer, "time"), event["time"])


def _time(scenario: Scenario, pointer: str, text: Any) -> Iterable[Fault]:
    try:
        parse_time(text)
    except (TypeError, ValueError, OverflowError):
        yield scenario.fault(pointer, f"{text!r} is not an ISO 8601 time", "Write it like '2023-01-01T00:00:00Z'")
