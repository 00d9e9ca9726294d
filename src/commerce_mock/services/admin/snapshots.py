"""Snapshots: moments of a world by name, to return to or to fork from."""

from itertools import islice
from typing import Any

from commerce_mock.call import Answer, Call
from commerce_mock.clock import timestamp
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem
from commerce_mock.services.admin.worlds import shown
from commerce_mock.snapshots import Moment, snapshot
from commerce_mock.store.memory import MemoryStore
from commerce_mock.transaction import Transaction


def snapshots(tx: Transaction, call: Call) -> Answer:
    """All snapshots of the world, in the order in which they were made."""
    found = tx.world.snapshots
    start, limit = call.query["offset"], call.query["limit"]
    page = [_shown(tx, name, moment) for name, moment in islice(found.items(), start, start + limit)]
    return Answer(envelope(call, page, len(found)))


def create(tx: Transaction, call: Call) -> Answer:
    """Keep what the world is now."""
    name = call.body["name"]
    return Answer(_shown(tx, name, snapshot(tx.world, name)))


def restore(tx: Transaction, call: Call) -> Answer:
    """Let the world be as it was."""
    _named(tx, call).restore(tx.world)
    return Answer(shown(tx, tx.world))


def delete(tx: Transaction, call: Call) -> Answer:
    """Forget a snapshot."""
    _named(tx, call)
    del tx.world.snapshots[call.path["snapshot"]]
    return Answer(None)


def _named(tx: Transaction, call: Call) -> Moment:
    name = call.path["snapshot"]
    found = tx.world.snapshots.get(name)
    if found is None:
        raise Problem("NOT_FOUND", f"The world {tx.world.name} has no snapshot {name}.")
    return found


def _shown(tx: Transaction, name: str, moment: Moment) -> dict[str, Any]:
    store = MemoryStore(moment.state).begin()
    counts = {collection: store.count(collection) for collection in tx.world.behaviour.resources}
    return {"name": name, "now": timestamp(moment.now), "resources": counts}


RULES = {
    "admin.snapshots": snapshots,
    "admin.create_snapshot": create,
    "admin.restore_snapshot": restore,
    "admin.delete_snapshot": delete,
}
