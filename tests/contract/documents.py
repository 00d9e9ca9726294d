"""The documents as plain data with a `$ref` resolver and the `jsonschema` library: a reading of the tests' own.

Nothing of `commerce_contract` is used here, so that a mistake in it cannot hide in the tests of what it reads.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
OPENAPI = tuple(sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("openapi/*.yaml")))
ASYNCAPI = tuple(sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("asyncapi/*.yaml")))
SERVICES = tuple(file for file in OPENAPI if file != "openapi/common.yaml")
KEYS = frozenset({"x-resource", "x-transitions", "x-moves-to", "x-emits", "x-problem"})
METHODS = ("get", "put", "post", "patch", "delete")
HOME = "https://contract.example/"  # where `$ref` between documents is resolved; nothing is fetched
JSON = "application/json"
PROBLEM = "application/problem+json"


class Loader(yaml.CSafeLoader):
    """Reads decimal numbers as they are written, so that cents stay exact and `15.50` stays `15.50`."""


Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(str(node.value)))


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a document, reached through its `$ref`s; `file` and `pointer` say where it stands."""

    file: str
    pointer: str
    value: Any

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}"

    def __truediv__(self, key: str | int) -> "Place":
        escaped = str(key).replace("~", "~0").replace("/", "~1")
        return follow(Place(self.file, f"{self.pointer}/{escaped}", self.value[key]))

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def items(self) -> Iterator[tuple[str, "Place"]]:
        """Name and place of each member; an element's name is its index."""
        keys = range(len(self.value)) if isinstance(self.value, list) else list(self.value)
        return ((str(key), self / key) for key in keys)

    def values(self) -> Iterator["Place"]:
        """The place of each member or element."""
        return (place for _, place in self.items())

    def get(self, key: str) -> "Place | None":
        """The member, None where there is none."""
        return self / key if key in self.value else None


@cache
def document(file: str) -> Any:
    """The content of a document or another YAML file, `file` relative to the checkout."""
    return yaml.load((ROOT / file).read_text(encoding="utf-8"), Loader)  # noqa: S506 - Loader is a safe loader


def at(file: str, pointer: str = "") -> Place:
    """The place at a JSON pointer of a document."""
    place = Place(file, "", document(file))
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        place = place / (int(key) if isinstance(place.value, list) else key)
    return place


def follow(place: Place) -> Place:
    """What a `$ref` at the place leads to; the place itself where there is none, or where more stands beside it."""
    if isinstance(place.value, dict) and set(place.value) == {"$ref"}:
        file, pointer = urldefrag(urljoin(place.file, place.value["$ref"]))
        return at(file, pointer)
    return place


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an OpenAPI document, with its route."""

    method: str
    path: str
    place: Place

    @property
    def name(self) -> str:
        """The operationId."""
        return str(self.place.value["operationId"])

    @property
    def parameters(self) -> tuple[Place, ...]:
        """The parameters of the operation and of its path."""
        item = at(self.place.file, self.place.pointer.rpartition("/")[0])
        lists = (holder.get("parameters") for holder in (item, self.place))
        return tuple(place for found in lists if found for place in found.values())

    @property
    def responses(self) -> Mapping[int, Place]:
        """The responses by status."""
        return {int(status): place for status, place in (self.place / "responses").items()}

    @property
    def success(self) -> Place:
        """The 2xx response."""
        return next(place for status, place in self.responses.items() if status // 100 == 2)

    @property
    def secured(self) -> bool:
        """Whether a token is needed."""
        return bool(self.place.value.get("security", document(self.place.file)["security"]))


def operations() -> Iterator[Operation]:
    """Every operation of every service."""
    for file in SERVICES:
        for path, item in at(file, "/paths").items():
            for method, place in item.items():
                if method in METHODS:
                    yield Operation(method.upper(), path, place)


def messages() -> Iterator[tuple[str, str, Place]]:
    """Document, channel and message of every event, from where its channel stands."""
    for file in ASYNCAPI:
        for channel in document(file).get("channels", {}):
            for message in (at(file) / "channels" / channel / "messages").values():
                yield file, channel, message


def media(holder: Place) -> Iterator[Place]:
    """The contents of a request body or response."""
    content = holder.get("content")
    return content.values() if content else iter(())


def examples(holder: Place) -> Mapping[str, Place]:
    """The values of the examples that a content or a parameter has, by name; a single one is named `default`."""
    if "example" in holder:
        return {"default": holder / "example"}
    found = holder.get("examples")
    return {name: example / "value" for name, example in found.items()} if found else {}


def contents(operation: Operation) -> Iterator[Place]:
    """The contents of an operation's request and of all its answers."""
    body = operation.place.get("requestBody")
    for holder in ([body] if body else []) + list(operation.responses.values()):
        yield from media(holder)


def branches(schema: Place) -> Iterator[Place]:
    """A schema and all that it is put together from."""
    yield schema
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            for branch in (schema / key).values():
                yield from branches(branch)
    if "$ref" in schema:
        yield from branches(Place(schema.file, schema.pointer, {"target": {"$ref": schema.value["$ref"]}}) / "target")


def fields(schema: Place) -> dict[str, list[Place]]:
    """The properties of a schema by name, each as often as a branch has it."""
    found: dict[str, list[Place]] = defaultdict(list)
    for branch in branches(schema):
        for name, field in (branch / "properties").items() if "properties" in branch else ():
            found[name].append(field)
    return found


def reachable(schema: Place, seen: set[str]) -> Iterator[Place]:
    """A schema and all that is below it, each once."""
    for branch in branches(schema):
        if str(branch) not in seen:
            seen.add(str(branch))
            yield branch
            below = [place for places in fields(branch).values() for place in places]
            below += [
                branch / key for key in ("items", "additionalProperties") if isinstance(branch.value.get(key), dict)
            ]
            for place in below:
                yield from reachable(place, seen)


@cache
def _registry() -> Registry[Any]:
    files = (*OPENAPI, *ASYNCAPI)
    return Registry().with_resources([(f"{HOME}{file}", DRAFT202012.create_resource(document(file))) for file in files])


def errors(schema: Place, value: Any) -> Sequence[str]:
    """What the `jsonschema` library finds wrong with a value, formats asserted."""
    reference = {"$ref": f"{HOME}{schema.file}#{schema.pointer}"}
    validator = Draft202012Validator(reference, registry=_registry(), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def parse(text: str) -> Any:
    """JSON with decimal numbers as they are written."""
    return json.loads(text, parse_float=Decimal)


def verbatim(value: Any) -> Any:
    """A form in which two values are equal only if they would be written alike: order of members, decimals, types."""
    if isinstance(value, dict):
        return [(key, verbatim(member)) for key, member in value.items()]
    if isinstance(value, list):
        return ["list", *map(verbatim, value)]
    return (type(value).__name__, str(value))
