"""What rules work with: one consistent state of all services, changed as a whole or not at all."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from commerce_contract import Resource, SchemaError
from commerce_mock.clock import timestamp
from commerce_mock.encoding import kept_json
from commerce_mock.events import LOG, Emitted, append
from commerce_mock.identifiers import go_on_after, new_key
from commerce_mock.naming import snake
from commerce_mock.problems import at
from commerce_mock.store.sequences import ALL
from commerce_mock.stored import Stored, Value

if TYPE_CHECKING:
    from commerce_mock.world import World


class Breach(Exception):  # noqa: N818 - it is the contract that is breached, by the mock: always a 500
    """A rule made something that the contract does not allow; `errors` name pointer and rule, as the message does."""

    def __init__(self, what: str, errors: tuple[SchemaError, ...]) -> None:
        super().__init__(what, errors)
        self.what = what
        self.errors = errors

    def __str__(self) -> str:
        rules = (f"{error.pointer or '/'} {error.message} ({error.location})" for error in self.errors)
        return ": ".join(filter(None, (self.what, "; ".join(rules))))


class Transaction:
    """Reads and writes of one request, reaction or timer. Leaving it by an exception undoes every write.

    `now` is in milliseconds since the epoch; `emitted` are the events to deliver after the commit,
    `scheduled` says whether a timer was set.
    """

    __slots__ = ("_moved", "correlation_id", "emitted", "now", "scheduled", "store", "traceparent", "world")

    def __init__(self, world: "World", now: int, correlation_id: str, traceparent: str | None = None) -> None:
        self.world = world
        self.now = now
        self.correlation_id = correlation_id
        self.traceparent = traceparent
        self.emitted: list[Emitted] = []
        self.scheduled = False
        self._moved: list[tuple[str, str, str]] | None = None
        self.store = world.store.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()

    def commit(self) -> None:
        """Keep every write, and count what moved. Without it, or leaving the transaction well, none is kept."""
        self.store.commit()
        if self.scheduled:
            self.world.reschedule()
        if self._moved is not None:
            self.world.meters.moved.update(self._moved)

    def get(self, collection: str, key: str) -> Stored | None:
        """The resource of a collection with that key."""
        row = self.store.get(collection, key)
        return None if row is None else Stored(self.world.behaviour.resources[collection], row)

    def newest(self, collection: str, owner: str | None = None, skip: int = 0) -> Iterator[Stored]:
        """Resources of a collection or of one owner, newest first."""
        resource = self.world.behaviour.resources[collection]
        return (Stored(resource, row) for row in self.store.newest(collection, owner or ALL, skip))

    def create(
        self,
        resource: Resource,
        value: Value,
        hidden: Mapping[str, Any] | None = None,
        judged: frozenset[str] = frozenset(),
    ) -> Stored:
        """Store a new resource; key, initial state, time of creation and defaults are filled in where they are missing.

        `judged` are the properties that the resource's own schema has judged already, in the request.

        Raises Problem with the code of `x-resource.unique` where a unique property is taken.
        """
        plan = self.world.behaviour.plans[resource.collection]
        given = key = value.get(resource.key)
        if given is None:
            key = new_key(resource, self.store, self.world.settings.seed)
        given_all: Value = {**plan.defaults, **value, resource.key: key}
        for name in plan.created:
            if name not in given_all:
                given_all[name] = timestamp(self.now)
        complete = {name: given_all[name] for name in plan.names if name in given_all}
        for name in resource.unique:
            self._claim(resource, name, complete, str(key))
        stored = self._stored(resource, complete, kept_json(hidden) if hidden else None, judged)
        self.store.insert(resource.collection, str(key), stored.row)
        if given is not None:
            go_on_after(resource, self.store, str(key))
        return stored

    def save(self, stored: Stored, changes: Mapping[str, Any], hidden: Mapping[str, Any] | None = None) -> Stored:
        """Store a changed resource: `changes` over what it was, and the time of the change."""
        resource = stored.resource
        plan = self.world.behaviour.plans[resource.collection]
        before = stored.value
        key = stored.key
        complete: Value = {**before, **changes}
        for name in plan.updated:
            complete[name] = timestamp(self.now)
        complete = {name: complete[name] for name in plan.names if name in complete}
        for name in resource.unique:
            if _folded(before.get(name)) != _folded(complete.get(name)):
                self._claim(resource, name, complete, key)
                self.store.release(f"{resource.collection}.{name}", _folded(before.get(name)))
        secret = stored.row[3] if hidden is None else kept_json(hidden)
        changed = self._stored(resource, complete, secret)
        self.store.replace(resource.collection, key, changed.row)
        state, entered = stored.state, changed.state
        if state != entered and state is not None and entered is not None:
            self._moved = [*(self._moved or ()), (resource.collection, state, entered)]
        return changed

    def move(self, stored: Stored, target: str, changes: Mapping[str, Any], **said: Any) -> Stored:
        """Let a resource become `target`: state, `<target>At`, and the event that is named after it, if there is one.

        The caller has asked `lifecycle.allows`. `said` are entries of the event's data that no property names.
        """
        resource = stored.resource
        plan = self.world.behaviour.plans[resource.collection]
        moved: Value = {**changes, str(resource.state): target}
        entered = plan.entered.get(target)
        if entered is not None:
            moved[entered] = timestamp(self.now)
        changed = self.save(stored, moved)
        event = f"{snake(resource.name)}_{target}"
        if event in self.world.behaviour.contract.events:
            self.emit(event, changed, **said)
        return changed

    def emit(self, event_type: str, about: Stored, **said: Any) -> None:
        """Append an event about a resource to the log; it is delivered after the commit. Raises Breach."""
        behaviour = self.world.behaviour
        event = behaviour.contract.events[event_type]
        maker = behaviour.payload(event, about.resource)
        payload = None
        if said or not maker.proven:
            payload, allowed = maker.judged(about.value, self.now, said)
            if not allowed:
                raise Breach(f"event {event_type}", event.payload.errors(payload))
        number = self.store.count(LOG)
        emitted = Emitted(event, number, self.now, self.correlation_id, self.traceparent, about, maker, payload)
        append(self.store, emitted)
        self.emitted.append(emitted)

    def schedule(self, due: int, name: str, argument: str) -> None:
        """Let a timer fire at `due` (milliseconds since the epoch) with a short argument, such as a key.

        It fires on behalf of the request that sets it: its events carry that request's ids.
        """
        self.store.schedule(due, name, kept_json([argument, self.correlation_id, self.traceparent]).decode())
        self.scheduled = True

    def _claim(self, resource: Resource, name: str, value: Value, key: str) -> None:
        wanted = _folded(value.get(name))
        if wanted is not None and not self.store.claim(f"{resource.collection}.{name}", wanted, key):
            raise at(resource.unique[name], f"/{name}", f"{name} {value[name]!r} is taken.")

    def _stored(
        self, resource: Resource, value: Value, hidden: bytes | None, judged: frozenset[str] = frozenset()
    ) -> Stored:
        if not self.world.behaviour.judge(resource, judged)(value):
            raise Breach(f"{resource.name} {value.get(resource.key)}", resource.schema.errors(value))
        owner = value.get(resource.owner) if resource.owner else None
        state = value.get(resource.state) if resource.state else None
        return Stored(resource, (kept_json(value), owner, state, hidden), value)


def _folded(value: Any) -> Any:
    """Uniqueness does not see case (decisions page: USER_001, USER_002)."""
    return value.casefold() if isinstance(value, str) else value
