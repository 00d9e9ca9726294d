"""The contract's documents as plain values that a test may change, and ways to find one's way in them."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from commerce_contract import Contract, load
from commerce_contract.discover import LANGUAGES, own_documents
from commerce_contract.parse import parse_yaml
from commerce_contract.pointer import split, step
from commerce_mock.controls import DOCUMENT

Place = tuple[str, str]  # a file, and a JSON pointer into it

PROBLEM: Final = "application/problem+json"
COMMON: Final = "openapi/common.yaml"
_METHODS: Final = ("get", "put", "post", "delete", "patch")


@cache
def _texts() -> dict[str, str]:
    """The services' documents as JSON texts, by their paths below the contract's root.

    The mock's controls, which are longer than all of these, are none of a client's: the mock puts its own beside them.
    """
    root = own_documents()
    paths = sorted(path for language in LANGUAGES for path in (root / language).glob("*.yaml"))
    names = {path: name for path in paths if (name := path.relative_to(root).as_posix()) != DOCUMENT}
    return {name: json.dumps(parse_yaml(path.read_text("utf-8"), name)[0]) for path, name in names.items()}


class Documents:
    """One copy of the documents; lives for one mutation, which changes `data` in place."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {name: json.loads(text) for name, text in _texts().items()}

    def load(self, directory: Path) -> Contract:
        """Write the documents down and read them as a contract. Raises `ContractError` where they are not valid."""
        for name, document in self.data.items():
            path = directory / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(json.dumps(document), "utf-8")
        return load(directory)

    def at(self, place: Place) -> Any:
        """What stands at a place."""
        file, pointer = place
        value: Any = self.data[file]
        for key in split(pointer):
            value = step(value, key)
        return value

    def follow(self, file: str, node: Any, pointer: str = "") -> tuple[str, str, Any]:
        """The file, pointer and value at the end of a node's `$ref`s; those of the node itself where it has none."""
        while isinstance(node, dict) and isinstance(reference := node.get("$ref"), str):
            target, _, pointer = reference.partition("#")
            file = _beside(file, target) if target else file
            node = self.at((file, pointer))
        return file, pointer, node

    def schema(self, file: str, node: Any, pointer: str = "") -> tuple[str, str, Any]:
        """The same, also through an `allOf` of one, as stands where nothing may stand beside a `$ref`."""
        file, pointer, node = self.follow(file, node, pointer)
        members: list[Any] = node.get("allOf", []) if isinstance(node, dict) else []
        if len(members) == 1 and "properties" not in node:
            return self.schema(file, members[0], f"{pointer}/allOf/0")
        return file, pointer, node

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each operation of the services, with its file."""
        for file, document in self.data.items():
            for item in document.get("paths", {}).values():
                yield from ((file, item[method]) for method in _METHODS if method in item)

    def operation(self, name: str) -> tuple[str, dict[str, Any]]:
        """An operation by its name, with its file."""
        return next((file, each) for file, each in self.operations() if each["operationId"] == name)

    def answers(self) -> Iterator[tuple[str, str, str, Any]]:
        """Each JSON answer that is no problem: operation, file, status, media object."""
        for file, operation in self.operations():
            for status, response in operation["responses"].items():
                home, _, found = self.follow(file, response)
                if "application/json" in found.get("content", {}):
                    yield operation["operationId"], home, status, found["content"]["application/json"]

    def objects(self) -> dict[Place, dict[str, Any]]:
        """The named schemas of objects that answers hold, at any depth."""
        found: dict[Place, dict[str, Any]] = {}
        for _, file, _, media in self.answers():
            self._gather(file, media["schema"], found)
        return found

    def parts_of_resources(self) -> dict[Place, dict[str, Any]]:
        """The named schemas of objects that stored resources hold."""
        found: dict[Place, dict[str, Any]] = {}
        for place, schema in self.objects().items():
            if "x-resource" in schema:
                for part in schema["properties"].values():
                    self._gather(place[0], part, found)
        return found

    def told_by_events(self) -> set[str]:
        """The entries that the data of some event always has."""
        messages = [
            (file, message)
            for file, document in self.data.items()
            for message in document.get("components", {}).get("messages", {}).values()
        ]
        payloads = [self.follow(file, message["payload"])[2] for file, message in messages]
        return {name for payload in payloads for name in payload["properties"]["data"]["required"]}

    def asked(self) -> dict[Place, dict[str, Any]]:
        """The same of what requests hold."""
        found: dict[Place, dict[str, Any]] = {}
        for file, operation in self.operations():
            if "requestBody" in operation:
                self._gather(file, operation["requestBody"]["content"]["application/json"]["schema"], found)
        return found

    def _gather(self, file: str, node: Any, found: dict[Place, dict[str, Any]], pointer: str = "") -> None:
        file, pointer, node = self.schema(file, node, pointer)
        if (file, pointer) in found:
            return
        if "properties" in node and pointer.startswith("/components/schemas/"):
            found[file, pointer] = node
        for name, part in node.get("properties", {}).items():
            self._gather(file, part, found, f"{pointer}/properties/{name}")
        for branch in (*node.get("oneOf", ()), *node.get("allOf", ())):
            self._gather(file, branch, found)
        if "items" in node:
            self._gather(file, node["items"], found, f"{pointer}/items")

    def shown(self, place: Place) -> Iterator[dict[str, Any]]:
        """Every value of the schema at a place within the examples of requests, answers and messages."""
        for file, schema, value in self._examples():
            yield from self._within(place, file, schema, value)

    def _examples(self) -> Iterator[tuple[str, Any, Any]]:
        for file, document in self.data.items():
            for media, home in self._media(file, document.get("paths", {})):
                for example in media.get("examples", {}).values():
                    yield home, media["schema"], self.follow(home, example)[2]["value"]
            for message in document.get("components", {}).get("messages", {}).values():
                yield from ((file, message["payload"], example["payload"]) for example in message["examples"])

    def _media(self, file: str, node: Any) -> Iterator[tuple[dict[str, Any], str]]:
        if isinstance(node, dict):
            for kind, media in node.get("content", {}).items():
                if kind == "application/json":
                    yield media, file
            for member in node.values():
                yield from self._media(file, member)

    def _within(self, place: Place, file: str, schema: Any, value: Any, pointer: str = "") -> Iterator[dict[str, Any]]:
        file, pointer, schema = self.schema(file, schema, pointer)
        if isinstance(value, dict):
            if (file, pointer) == place:
                yield value
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    yield from self._within(place, file, part, value[name], f"{pointer}/properties/{name}")
        elif isinstance(value, list) and "items" in schema:
            for element in value:
                yield from self._within(place, file, schema["items"], element, f"{pointer}/items")


def _beside(file: str, target: str) -> str:
    folder = file.partition("/")[0]
    return target.removeprefix("../") if target.startswith("../") else f"{folder}/{target}"


def name_of(place: Place) -> str:
    """The name of the schema at a place, which is its class's name too."""
    return place[1].rpartition("/")[2]
