"""A world filled with a generated scenario: as if that had been laid, but many times faster."""

import gc
from typing import TYPE_CHECKING, Final

from commerce_contract import Resource
from commerce_mock.beginning import begin_with
from commerce_mock.encoding import kept_json
from commerce_mock.scenario import ScenarioError
from commerce_mock.services.generating import Wanted, generate
from commerce_mock.store.memory import Row
from commerce_mock.stored import Stored, Value
from commerce_mock.transaction import Transaction

if TYPE_CHECKING:
    from commerce_mock.world import World

_BATCH: Final = 100_000  # so that of a user's orders several are stored at once
_SAMPLE: Final = 16


def fill(world: "World", wanted: Wanted) -> None:
    """Let a world begin anew with what is generated.

    Raises ScenarioError where the contract's users, orders and payments are others than those that can be made.
    """
    collecting = gc.isenabled()
    gc.disable()  # nothing here has cycles, and to look for some in all that is made takes a fifth of the time
    try:
        begin_with(world, wanted.now, lambda fresh: _fill(fresh, wanted))
    finally:
        if collecting:
            gc.enable()


def _fill(world: "World", wanted: Wanted) -> None:
    """Store what is generated. Of each collection the first resource is judged by its schema, then one of so many.

    That all are valid is shown by tests; here it would be another contract, with other things under these names.
    """
    world.faults.begin((), world.behaviour.contract)
    world.delivery_rules.begin((), world.behaviour)
    kinds = {name: _Kind(world, resource) for name, resource in world.behaviour.resources.items()}
    with world.transaction("scenario") as tx:
        for collection, made, hidden in generate(wanted):
            kind = kinds.get(collection)
            if kind is None or (len(kind.rows) % _SAMPLE == 0 and not kind.judge(made)):
                raise ScenarioError(f"the contract's {collection} are not such as can be generated")
            kind.add(tx, made, hidden)
            if len(kind.rows) == _BATCH:
                kind.lay(tx)
        for kind in kinds.values():
            kind.lay(tx)
    world.origin = world.store.state
    world.reschedule()


class _Kind:
    """One collection while it is filled, a batch at a time: what `Transaction.create` does for one resource."""

    def __init__(self, world: "World", resource: Resource) -> None:
        self.resource = resource
        self.judge = world.behaviour.judge(resource, frozenset())
        self.rows: dict[str, Row] = {}
        self._names = world.behaviour.plans[resource.collection].names
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._key, self._owner, self._state = resource.key, resource.owner, resource.state
        self._seeded = world.behaviour.seeded.get(resource.collection)
        self._claims: dict[str, dict[str, str]] = {name: {} for name in resource.unique}

    def add(self, tx: Transaction, made: Value, hidden: Value | None) -> None:
        """Take one resource into the batch, and store at once what it brings along."""
        given = (*made,)
        order = self._orders.get(given) or self._ordered(given)
        value = made if order == given else {name: made[name] for name in order}
        key = made[self._key]
        row = self.rows[key] = (
            kept_json(value),
            made[self._owner] if self._owner else None,
            made[self._state] if self._state else None,
            kept_json(hidden) if hidden else None,
        )
        if self._seeded is not None:
            self._seeded(tx, Stored(self.resource, row, value))
        for name, claims in self._claims.items():
            claims[made[name].casefold()] = key

    def _ordered(self, given: tuple[str, ...]) -> tuple[str, ...]:
        """The names of a resource in the contract's order, found once for all that have the same."""
        order = self._orders[given] = tuple(name for name in self._names if name in given)
        return order

    def lay(self, tx: Transaction) -> None:
        """Store the batch."""
        collection = self.resource.collection
        tx.store.insert_all(collection, self.rows)
        for name, claims in self._claims.items():
            for value, key in claims.items():
                tx.store.claim(f"{collection}.{name}", value, key)
            claims.clear()
        self.rows.clear()
