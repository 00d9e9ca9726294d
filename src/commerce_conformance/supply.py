"""Fresh data: what a law needs is made by the operations of the contract, under names that tell whose they are."""

import copy
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final
from uuid import uuid4

from commerce_conformance import reading
from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identities, Identity
from commerce_conformance.session import Session
from commerce_conformance.settings import Settings
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Contract, Operation, Resource

FIRST_LOOK: Final = 0.01  # seconds between two looks, to begin with
LONGEST_LOOK: Final = 0.25
Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Live:
    """One resource of the service, as it was made; lives as long as the law that asked for it.

    `owner` may reach it, `made` is the exchange that made it.
    """

    resource: Resource
    value: Value
    owner: Identity
    made: Exchange

    @property
    def key(self) -> str:
        """Its identifier, as paths spell it."""
        return str(self.value.get(self.resource.key))

    @property
    def state(self) -> Any:
        """Where it was in its lifecycle when it was made or last moved."""
        return self.value.get(self.resource.state) if self.resource.state else None


class Supply:
    """Makes resources of one service platform; lives as long as the run.

    `created` notes all that was made, as `collection/key`. Every name it makes up begins with `prefix`.
    """

    def __init__(self, session: Session, identities: Identities, settings: Settings, prefix: str) -> None:
        self.session = session
        self.identities = identities
        self.settings = settings
        self.prefix = prefix
        self.created: list[str] = []
        self._contract: Contract = session.contract
        self._numbers = itertools.count(1)
        self._fixed = itertools.count(0)

    def user(self, label: str | None = None) -> Identity:
        """A caller whom no other law knows; with given tokens only, the users that those are of. UnreachableError."""
        resource = reading.person(self._contract)
        if resource is None and self.identities.any_user:  # the contract keeps no people: whoever has a token is one
            return self.identities.user(str(uuid4()), label)
        make = None if resource is None else reading.creator(self._contract, resource)
        if make is None or resource is None or not self.identities.any_user or not self.session.reaches(make.service):
            return self.identities.fixed(next(self._fixed) % 2)
        made = self._create(make, resource, self.body(make), ANONYMOUS)
        return self.identities.user(made.key, label)

    def fresh(self, collection: str, owner: Identity | None = None, **changes: Any) -> Live:
        """A new resource of an owner (a new one where none is named), with `changes` in the creating request.

        Raises UnreachableError where it cannot be made; why is what the law on creating it tells.
        """
        resource = self._contract.resources[collection]
        make = self._creator(resource)
        if resource.owner == resource.key:
            made = self._create(make, resource, {**self.body(make), **changes}, ANONYMOUS)
            return Live(resource, made.value, self.identities.user(made.key), made.made)
        owner = owner or self.user()
        return self._create(make, resource, {**self.body(make, owner), **changes}, owner)

    def body(self, operation: Operation, owner: Identity | None = None) -> Value:
        """A valid body for an operation: the document's example, with live ids, agreeing amounts and unique values."""
        body = copy.deepcopy(reading.example(operation))
        if not isinstance(body, dict):
            raise UnreachableError(f"{operation.name} shows no body", "give its request an example in the document")
        schema = operation.body.schema if operation.body is not None else None
        resource = operation.resource
        for name, about in (reading.references(self._contract, schema) if schema else {}).items():
            if name not in body:
                continue
            if about.owner == about.key:
                body[name] = (owner or self.user()).user_id
            elif about != resource:
                live = self.fresh(about.collection, owner)
                body[name] = live.value[about.key]
                self.agree(body, live)
        for name in resource.unique if resource is not None else ():
            if name in body:
                body[name] = self.unique(str(body[name]))
        return body

    def unique(self, like: str) -> str:
        """A text of the form of another (an address stays one), that nothing on the service has."""
        own = f"{self.prefix}{next(self._numbers)}"
        _, at, host = like.partition("@")
        return f"{own}@{host}" if at else own

    def read(self, live: Live, by: Identity | None = None) -> Exchange:
        """Read a resource again. Raises UnreachableError where no operation does."""
        operation = reading.reader(self._contract, live.resource)
        if operation is None:
            raise UnreachableError(f"no operation reads {live.resource.collection}")
        return self.session.call(operation, [live.key], by=by or live.owner)

    def now(self, live: Live) -> Live:
        """The resource as it is now."""
        answered = self.read(live)
        value = answered.json
        if not answered.ok or not isinstance(value, dict):
            raise UnreachableError(f"{live.resource.collection}/{live.key} cannot be read: {answered.told()}")
        return Live(live.resource, value, live.owner, live.made)

    def in_state(self, collection: str, state: str, owner: Identity | None = None) -> Live:
        """A new resource in that state, on the shortest way that the lifecycle and the operations allow.

        What changes by itself is waited for. Raises UnreachableError where no way leads there.
        """
        resource = self._contract.resources[collection]
        said = self.settings.states.get(f"{collection}.{state}", {})
        live = self.fresh(collection, owner, **said)
        if live.state == state:
            return live
        if said or self._comes_by_itself(resource, str(live.state), state):
            return self.wait(live, state)
        for step in self._way(resource, str(live.state), state):
            live = step(live)
        return live

    def wait(self, live: Live, state: str) -> Live:
        """The resource once it is in a state. Raises UnreachableError where it does not get there."""
        deadline, pause = monotonic() + self.settings.patience, FIRST_LOOK
        while True:
            live = self.now(live)
            if live.state == state:
                return live
            if monotonic() > deadline or not reading.leads(live.resource, live.state, state):
                where = f"{live.resource.collection}.{state}"
                raise UnreachableError(
                    f"{live.resource.name} {live.key} is {live.state} and does not become {state}",
                    f'say in conformance.toml what creates one that does: [states."{where}"]',
                )
            sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK)

    def move(self, live: Live, operation: Operation, target: str, headers: Mapping[str, str] | None = None) -> Exchange:
        """Ask for a move, as a caller who may; the answer is not judged."""
        by = live.owner
        body: Value | None = None
        if operation.moves_by is not None:
            body = {**(reading.example(operation) or {}), operation.moves_by: target}
            for name in reading.references(self._contract, operation.body.schema) if operation.body else ():
                body.pop(name, None)
        if body is None:
            return self.session.call(operation, [live.key], by=by, headers=headers)
        return self.session.call(operation, [live.key], body, by=by, headers=headers)

    def _creator(self, resource: Resource) -> Operation:
        make = reading.creator(self._contract, resource)
        if make is None:
            raise UnreachableError(f"no operation creates {resource.collection}")
        if not self.session.reaches(make.service):
            raise UnreachableError(f"{make.name} is not tested in this run", f"give --{make.service} URL")
        return make

    def _create(self, make: Operation, resource: Resource, body: Value, by: Identity) -> Live:
        answered = self.session.call(make, body=body, by=by)
        value = answered.json
        if not answered.ok or not isinstance(value, dict) or resource.key not in value:
            raise UnreachableError(f"{make.name} did not make {reading.one(resource)}: {answered.told()}")
        self.created.append(f"{resource.collection}/{value[resource.key]}")
        return Live(resource, value, by, answered)

    def agree(self, body: Value, live: Live) -> Value:
        """The body, its amount now what it is paid for comes to."""
        total = reading.total_of(live.resource)
        amount = next((name for name in body if reading.snake(name) == "amount"), None)
        if total is not None and amount is not None and total in live.value:
            body[amount] = live.value[total]
        return body

    def _comes_by_itself(self, resource: Resource, start: str, state: str) -> bool:
        """Whether a state follows the first one and no operation moves there."""
        targets = {move.moves_to for move in reading.movers(self._contract, resource)}
        free = any(move.moves_by for move in reading.movers(self._contract, resource))
        follows = resource.lifecycle is not None and resource.lifecycle.allows(start, state)
        taken = any(state in reading.shown_states(operation) for operation, _ in self._gatherers(resource))
        return follows and not free and not taken and state not in targets

    def _gatherers(self, resource: Resource) -> list[tuple[Operation, str]]:
        """The operations that take a part of a resource each time, with the property that adds it up."""
        about = (o for o in self._contract.operations.values() if o.resource == resource)
        return [(o, gathered) for o in about if (gathered := reading.gathers(o)) is not None]

    def _way(self, resource: Resource, start: str, state: str) -> list[Callable[[Live], Live]]:
        """The moves from one state to another, the fewest that do."""
        lifecycle = resource.lifecycle
        ways: dict[str, list[Callable[[Live], Live]]] = {start: []}
        queue = deque([start])
        while queue and lifecycle is not None:
            here = queue.popleft()
            if here == state:
                return ways[here]
            for target in lifecycle.transitions.get(here, ()):
                step = self._step(resource, here, target)
                if step is not None and target not in ways:
                    ways[target] = [*ways[here], step]
                    queue.append(target)
        where = f"{resource.collection}.{state}"
        raise UnreachableError(
            f"no operation leads {reading.one(resource)} to {state}",
            f'say in conformance.toml what creates one: [states."{where}"]',
        )

    def _step(self, resource: Resource, here: str, target: str) -> Callable[[Live], Live] | None:
        for operation in reading.movers(self._contract, resource):
            if operation.moves_to == target or (operation.moves_by and operation.moves_to is None):
                return lambda live: self._moved(live, operation, target)
        if self._comes_by_itself(resource, here, target):
            return lambda live: self.wait(live, target)
        for operation, gathered in self._gatherers(resource):
            if target in reading.shown_states(operation):
                return lambda live: self._taken(live, operation, gathered, target)
        return None

    def _moved(self, live: Live, operation: Operation, target: str) -> Live:
        answered = self.move(live, operation, target)
        if not answered.ok:
            raise UnreachableError(f"{operation.name} did not move {live.key} to {target}: {answered.told()}")
        return self.now(live)

    def _taken(self, live: Live, operation: Operation, gathered: str, target: str) -> Live:
        """What an operation takes moves a resource: a part of it, else all that remains."""
        total = float(live.value.get(reading.total_of(live.resource) or "", 0))
        amount = next(name for name in self.body(operation) if reading.snake(name) == "amount")
        for part in (4, 1):
            rest = round(total - float(live.value.get(gathered, 0)), 2)
            answered = self.session.call(operation, [live.key], {amount: round(rest / part, 2)}, by=live.owner)
            live = self.now(live)
            if live.state == target:
                return live
        raise UnreachableError(f"{operation.name} did not move {live.key} to {target}: {answered.told()}")
