"""What methods do beyond one call: lists that page, and waiting for a state. Both need the attributes of models."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from commerce_cli.generate.modelling import PrintedModels
from commerce_cli.generate.names import snake, unused
from commerce_cli.generate.shapes import ListOf, Model, Named, ObjectModel
from commerce_cli.generate.values import Method, Paging, Wait
from commerce_contract import Action, Contract, Operation
from commerce_contract import Resource as Stored
from commerce_sdk._operation import Paging as RuntimePaging

_NAMES = RuntimePaging(items="", key="")  # the names that pages have, as far as they are not said


@dataclass(frozen=True)
class ResourceReader:
    """Adds to methods what the shapes of their answers imply; lives for one run."""

    contract: Contract
    models: Mapping[Named, Model]
    printed: PrintedModels

    def with_page(self, method: Method) -> Method:
        """The method, with how its answers are pages if they are: a list of things, the total, `limit` and `offset`."""
        shape = method.returned.shape
        result = self.models.get(shape) if isinstance(shape, Named) else None
        asked = {each.wire for each in method.arguments if each.place == "query"}
        if not isinstance(shape, Named) or not isinstance(result, ObjectModel):
            return method
        lists = list(_lists(result))
        told = {member.wire for member in result.members}
        if not {_NAMES.limit, _NAMES.offset} <= asked or _NAMES.total not in told or len(lists) != 1:
            return method
        wire, entry = lists[0]
        key = self._key(method, entry)
        if key is None:
            return method
        page = Paging(self.printed.attribute(shape, wire), self.printed.attribute(entry, key), entry)
        return replace(method, page=page)

    def waits(self, methods: Sequence[Method]) -> Iterator[Wait]:
        """A method that waits for each thing whose first state is left, and that can be read."""
        taken = {method.name for method in methods}
        found = [(method, resource) for method in methods if (resource := self._awaited(method)) is not None]
        for method, resource in found:
            shape = method.returned.shape
            if resource.state is None or resource.lifecycle is None or not isinstance(shape, Named):
                continue
            name = unused("wait" if len(found) == 1 else f"wait_for_{snake(resource.name)}", taken)
            taken.add(name)
            yield Wait(name, method, self.printed.attribute(shape, resource.state), resource.lifecycle.initial)

    def _key(self, method: Method, entry: Named) -> str | None:
        """The property that tells the entries of a page apart."""
        resource = self._operation(method).resource
        model = self.models[entry]
        known = {member.wire for member in model.members} if isinstance(model, ObjectModel) else set()
        choices = [*([resource.key] if resource else []), "id"]
        return next((key for key in choices if key in known), None)

    def _awaited(self, method: Method) -> Stored | None:
        operation = self._operation(method)
        resource = operation.resource
        if operation.action is not Action.READ or resource is None or resource.lifecycle is None:
            return None
        return resource if resource.lifecycle.transitions.get(resource.lifecycle.initial) else None

    def _operation(self, method: Method) -> Operation:
        return self.contract.operations[method.operation]


def _lists(model: ObjectModel) -> Iterator[tuple[str, Named]]:
    """The properties of an object that are lists of things, with the class of an entry."""
    for member in model.members:
        if isinstance(member.shape, ListOf) and isinstance(member.shape.items, Named):
            yield member.wire, member.shape.items
