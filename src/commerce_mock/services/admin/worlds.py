"""Worlds: which there are, new ones as forks of others, and those that are no longer needed."""

from collections.abc import Mapping
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

from commerce_mock.call import Answer, Call
from commerce_mock.clock import timestamp
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, at
from commerce_mock.snapshots import Moment, after
from commerce_mock.transaction import Transaction
from commerce_mock.versions import KEPT, EvictedError, Version, Versions
from commerce_mock.worlds import DEFAULT, Worlds

if TYPE_CHECKING:
    from commerce_mock.world import World


def worlds(tx: Transaction, call: Call) -> Answer:
    """All worlds, the default one first."""
    found = list(_all(tx))
    start, limit = call.query["offset"], call.query["limit"]
    page = [shown(tx, world) for world in islice(found, start, start + limit)]
    return Answer(envelope(call, page, len(found)))


def world(tx: Transaction, call: Call) -> Answer:
    """One world."""
    return Answer(shown(tx, _named(tx, call.path["world"])))


def fork(tx: Transaction, call: Call) -> Answer:
    """A new world that goes on from another, as it is or was."""
    source = _named(tx, call.path["world"])
    return Answer(shown(tx, _all(tx).fork(source, call.body["name"], _moment(source, call.body))))


def _moment(source: "World", body: Mapping[str, Any]) -> Moment | None:
    """From when to go on; None means now."""
    identifier, name = body.get("at"), body.get("snapshot")
    if identifier is not None and name is not None:
        raise at("VALIDATION_ERROR", "/snapshot", "goes without `at`: a fork begins at one or the other")
    if name is not None and name not in source.snapshots:
        raise at("NOT_FOUND", "/snapshot", f"The world {source.name} has no snapshot {name}.")
    if name is not None:
        return source.snapshots[name]
    return None if identifier is None else after(version_of(source.versions, identifier, "/at"), source)


def delete(tx: Transaction, call: Call) -> Answer:
    """Forget a world."""
    name = call.path["world"]
    if name == DEFAULT:
        raise at("CONFLICT", "/path/world", "The default world stays: reset it instead.")
    if not _all(tx).remove(name):
        raise Problem("NOT_FOUND", f"There is no world {name}.")
    return Answer(None)


def _all(tx: Transaction) -> Worlds:
    if tx.world.worlds is None:
        raise Problem("NOT_FOUND", "This world stands by itself.")
    return tx.world.worlds


def _named(tx: Transaction, name: str) -> "World":
    found = _all(tx).get(name)
    if found is None:
        raise Problem("NOT_FOUND", f"There is no world {name}.")
    return found


def version_of(versions: Versions, identifier: str, pointer: str) -> Version:
    """A request's version. Raises Problem CONFLICT where it is kept no longer, NOT_FOUND where there was none."""
    try:
        return versions.of(identifier)
    except EvictedError:
        detail = f"The state after {identifier} is not kept any more: kept are those of the newest {KEPT:,} requests."
        raise at("CONFLICT", pointer, detail) from None
    except KeyError:
        detail = f"There is no request {identifier} among the newest {KEPT:,}, whose states are kept."
        raise at("NOT_FOUND", pointer, detail) from None


def shown(tx: Transaction, world: "World") -> dict[str, Any]:
    """The world as the control document shows it. The one that answers is not idle, whatever named it."""
    store = world.store.begin()
    return {
        "name": world.name,
        "now": timestamp(world.clock.now()),
        "mode": world.clock.mode,
        "requests": world.journal.total,
        "resources": {name: store.count(name) for name in world.behaviour.resources},
        "idle_seconds": 0.0 if world is tx.world else round(monotonic() - world.used, 3),
    }


RULES = {
    "admin.worlds": worlds,
    "admin.world": world,
    "admin.fork_world": fork,
    "admin.delete_world": delete,
}
