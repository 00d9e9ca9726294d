"""Worlds: which there are, new ones as forks of others, and those that are no longer needed."""

from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any

from commerce_mock.call import Answer, Call
from commerce_mock.clock import timestamp
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, at
from commerce_mock.transaction import Transaction
from commerce_mock.worlds import DEFAULT, Worlds

if TYPE_CHECKING:
    from commerce_mock.world import World


def worlds(tx: Transaction, call: Call) -> Answer:
    """All worlds, the default one first."""
    found = list(_all(tx))
    start, limit = call.query["offset"], call.query["limit"]
    page = [_shown(world) for world in islice(found, start, start + limit)]
    return Answer(envelope(call, page, len(found)))


def world(tx: Transaction, call: Call) -> Answer:
    """One world."""
    return Answer(_shown(_named(tx, call.path["world"])))


def fork(tx: Transaction, call: Call) -> Answer:
    """A new world that goes on from another."""
    made = _all(tx).fork(_named(tx, call.path["world"]), call.body["name"])
    return Answer(_shown(made))


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


def _shown(world: "World") -> dict[str, Any]:
    store = world.store.begin()
    return {
        "name": world.name,
        "now": timestamp(world.clock.now()),
        "mode": world.clock.mode,
        "requests": world.journal.total,
        "resources": {name: store.count(name) for name in world.behaviour.resources},
        "idle_seconds": round(monotonic() - world.used, 3),
    }


RULES = {
    "admin.worlds": worlds,
    "admin.world": world,
    "admin.fork_world": fork,
    "admin.delete_world": delete,
}
