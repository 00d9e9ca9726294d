"""What an operation does, as its method, path and schemas imply."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from commerce_contract.model import Action, Operation, Resource
from commerce_contract.responses import FIRST_ERROR
from commerce_contract.schema import Schema

_CREATED: Final = 201
_UPDATES: Final = frozenset({"PUT", "PATCH"})
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


def fold(name: str) -> str:
    """A name without case and separators: `user_id`, `userId` and `UserID` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def segments(path: str) -> list[str]:
    """The segments of a path template."""
    return [segment for segment in path.split("/") if segment]


def parameter_of(segment: str) -> str | None:
    """The parameter that a whole segment is, None for a literal one."""
    found = _PARAMETER.fullmatch(segment)
    return found and found[1]


@dataclass(frozen=True, slots=True)
class Conventions:
    """The resources of a contract by schema, and where each is read by its key; lives while the contract is loaded.

    `loose` are services of foreign documents, where a creation may answer any success. `places` are the resources that
    their paths imply, by service and path: that of the collection, and that of one in it.
    """

    resources: Mapping[str, Resource]
    homes: Mapping[str, str]
    loose: frozenset[str]
    places: Mapping[tuple[str, str], Resource]

    @classmethod
    def of(
        cls,
        resources: Iterable[Resource],
        operations: Iterable[Operation],
        implied: Iterable[tuple[Resource, Operation]] = (),
    ) -> "Conventions":
        """Find the path under which each resource is read. `implied` resources come with the operation that does it."""
        known = {resource.schema.uri: resource for resource in resources}
        homes: dict[str, str] = {}
        for operation in operations:
            shown = shown_schema(operation)
            resource = known.get(shown.uri) if shown else None
            if resource and resource.service == operation.service and operation.method == "GET":
                last = (segments(operation.path) or [""])[-1]
                if names_key(last, resource):
                    homes.setdefault(resource.collection, operation.path)
        places: dict[tuple[str, str], Resource] = {}
        for resource, operation in implied:
            known[resource.schema.uri] = resource
            places[resource.service, collection_path(operation)] = resource
            if operation.method == "GET":
                homes[resource.collection] = operation.path
                places[resource.service, operation.path] = resource
        return cls(known, homes, frozenset(resource.service for resource, _ in implied), places)

    def apply(self, operation: Operation) -> Operation:
        """The operation with its resource and action."""
        shown = shown_schema(operation)
        direct = (self.resources.get(shown.uri) or self._placed(operation, shown)) if shown else None
        listed = None if direct or shown is None else self._listed(operation, shown)
        resource = direct or listed or self._beneath(operation)
        if resource is None:
            return operation
        action, moves_by = self._action(operation, resource, direct=direct is not None, listed=listed is not None)
        if action is Action.NONE and direct is None:
            return operation
        return replace(operation, resource=resource, action=action, moves_by=moves_by)

    def _placed(self, operation: Operation, shown: Schema) -> Resource | None:
        """The resource that belongs to the operation's path and has its key in the answer, described anew in it."""
        placed = self.places.get((operation.service, operation.path))
        return placed if placed and operation.method != "GET" and placed.key in shown.properties else None

    def _listed(self, operation: Operation, shown: Schema) -> Resource | None:
        """The resource that an answer lists: the elements of the array that it is, or of an array in it."""
        members: Sequence[Schema | None] = [shown.items, *(member.items for member in shown.properties.values())]
        arrays = [items for items in members if items is not None]
        found = next(filter(None, (self.resources.get(items.uri) for items in arrays)), None)
        if found is None and operation.method == "GET" and arrays:
            return self.places.get((operation.service, operation.path))
        return found

    def _beneath(self, operation: Operation) -> Resource | None:
        """The resource that the operation's path continues, where the answer shows it through another schema."""
        for resource in self.resources.values():
            home = self.homes.get(resource.collection)
            if home and resource.service == operation.service and f"{operation.path}/".startswith(f"{home}/"):
                return resource
        return None

    def _action(
        self, operation: Operation, resource: Resource, *, direct: bool, listed: bool
    ) -> tuple[Action, str | None]:
        home = self.homes.get(resource.collection)
        at_home, beneath = operation.path == home, home and operation.path.startswith(f"{home}/")
        body = operation.body.schema.properties if operation.body else {}
        action, moves_by = Action.NONE, None
        if operation.moves_to:
            action = Action.MOVE
        elif operation.method == "GET" and direct and at_home:
            action = Action.READ
        elif operation.method == "GET" and listed:
            action = Action.LIST
        elif operation.method == "POST" and direct and self._creates(operation, resource):
            action = Action.CREATE
        elif resource.state in body and (beneath or (at_home and operation.method in _UPDATES)):
            action, moves_by = Action.MOVE, resource.state
        elif operation.method in _UPDATES and direct and at_home:
            action = Action.UPDATE
        return action, moves_by

    def _creates(self, operation: Operation, resource: Resource) -> bool:
        if operation.service in self.loose:
            home = self.homes.get(resource.collection, f"{operation.path}/")
            one = operation.body is None or operation.body.schema.items is None
            return one and home.rpartition("/")[0] == operation.path
        parts = segments(operation.path)
        named = bool(parts) and fold(parts[-1]) == fold(resource.collection)
        return named and _CREATED in operation.responses


def collection_path(operation: Operation) -> str:
    """The path without the parameter that it may end in."""
    before, _, last = operation.path.rpartition("/")
    return before if parameter_of(last) else operation.path


def names_key(segment: str, resource: Resource) -> bool:
    """Whether a path segment is the parameter that stands for the resource's key: `order_id`, `orderId` or `id`."""
    name = parameter_of(segment)
    return name is not None and fold(name) in {fold(resource.key), fold(resource.name + resource.key)}


def shown_schema(operation: Operation) -> Schema | None:
    """The schema of the first declared success that has one."""
    declared = (operation.responses[status] for status in sorted(operation.responses) if status < FIRST_ERROR)
    return next((response.schema for response in declared if response.schema is not None), None)
