"""One thing that an operation does: how to ask for it, and how to count that it was done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.supply import Live, Supply, Value
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Action, Contract, Operation, Schema

_SAME: Final[Any] = object()


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that has not been done yet, and is ready to be; lives as long as a law wants.

    `live` is what it is done to, None where it makes something new; `body` is what is asked.
    """

    supply: Supply
    operation: Operation
    owner: Identity
    live: Live | None
    body: Value | None

    def ask(
        self, headers: Mapping[str, str] | None = None, *, by: Identity | None = None, body: Any = _SAME
    ) -> Exchange:
        """Ask for it, as its owner and with its own body where nothing else is said."""
        content = self.body if body is _SAME else body
        path = [] if self.live is None else [self.live.key]
        session, who = self.supply.session, by or self.owner
        if content is None:
            return session.call(self.operation, path, by=who, headers=headers)
        return session.call(self.operation, path, content, by=who, headers=headers)

    def done(self) -> Decimal:
        """How much of it was done: resources in the owner's list, what was taken, or the state that was left.

        Raises UnreachableError where no operation tells.
        """
        if self.live is None:
            return Decimal(self._listed())
        now = self.supply.now(self.live)
        gathered = reading.gathers(self.operation)
        if gathered is not None:
            taken = reading.amount(now.value.get(gathered, 0))
            if taken is None:
                raise UnreachableError(f"{gathered} of {now.key} is {now.value.get(gathered)!r}, which is no number")
            return taken
        return Decimal(int(now.state != self.live.state))

    def _listed(self) -> int:
        resource, contract = self.operation.resource, self.supply.session.contract
        lister = None if resource is None else reading.lister(contract, resource)
        if lister is None or not self.supply.session.reaches(lister.service):
            raise UnreachableError(f"no operation lists what {self.operation.name} makes")
        page = self.supply.session.call(lister, [str(self.owner.user_id)], by=self.owner)
        total = page.json.get("total") if isinstance(page.json, dict) else None
        if not isinstance(total, int):
            raise UnreachableError(f"{lister.name} tells no total: {page.told()}")
        return total

    def other(self) -> Value | None:
        """Another valid body for the same operation; None where there is none to tell from the first."""
        if self.operation.body is None or self.body is None:
            return None
        return _otherwise(self.supply.session.contract, self.operation.body.schema, self.body)


def prepare(supply: Supply, operation: Operation) -> Effect:
    """Something for an operation to do, on data of its own. Raises UnreachableError."""
    owner, resource = supply.user(), operation.resource
    if resource is None:
        raise UnreachableError(f"{operation.name} is about nothing that is stored")
    if operation.action is Action.CREATE:
        return Effect(supply, operation, owner, None, supply.body(operation, owner))
    if reading.gathers(operation) is not None:
        return taking(supply, operation, supply.in_state(resource.collection, reading.takeable(operation), owner))
    live = supply.fresh(resource.collection, owner)
    lifecycle = resource.lifecycle
    if operation.moves_by is not None and lifecycle is not None:
        follows = lifecycle.transitions.get(str(live.state), ())
        return Effect(supply, operation, live.owner, live, {operation.moves_by: next(iter(follows), live.state)})
    return Effect(supply, operation, live.owner, live, reading.example(operation))


def taking(supply: Supply, operation: Operation, live: Live) -> Effect:
    """To take all of a resource that there is, whatever state it is in."""
    amount = _amount(operation) or "amount"
    return Effect(supply, operation, live.owner, live, {amount: live.value.get(reading.total_of(live.resource) or "")})


def several(supply: Supply, operation: Operation, number: int) -> list[Effect]:
    """So many things to do, made at once: what comes by itself is waited for only once. Raises UnreachableError."""
    return supply.session.beside([lambda: prepare(supply, operation)] * number)


def _amount(operation: Operation) -> str | None:
    properties = operation.body.schema.properties if operation.body is not None else {}
    return next((name for name in properties if reading.snake(name) == "amount"), None)


def _otherwise(contract: Contract, schema: Schema, body: Value) -> Value | None:
    """The body with one property changed, so that it is still valid and of the same things; an amount last."""
    same = reading.references(contract, schema)
    parts = [(name, part) for name, part in schema.properties.items() if name in body and name not in same]
    for name, part in sorted(parts, key=lambda each: reading.is_money(each[1])):
        for candidate in _others(contract, part, body[name]):
            changed = {**body, name: candidate}
            if candidate != body[name] and schema.is_valid(changed):
                return changed
    return None


def _others(contract: Contract, schema: Schema, value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield _otherwise(contract, schema, value)
    elif isinstance(value, list) and value:
        yield [*value, value[0]]
    elif reading.is_money(schema) and isinstance(value, (int, float)):
        yield round(value / 2, 2)
    yield from (*schema.enum, *schema.examples)
