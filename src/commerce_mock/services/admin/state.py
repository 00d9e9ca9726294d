"""What a world knows: read at any of its newest requests, compared, gone back to, and taken elsewhere."""

from itertools import islice
from typing import Any, Final

from commerce_mock.call import Answer, Call
from commerce_mock.exporting import exported
from commerce_mock.importing import import_world
from commerce_mock.patching import patch
from commerce_mock.problems import Problem, at
from commerce_mock.services.admin.worlds import shown, version_of
from commerce_mock.snapshots import after
from commerce_mock.store.memory import MemoryStore
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction

MOST: Final = 100_000  # operations of one patch


def state(tx: Transaction, call: Call) -> Answer:
    """The resources of a world, newest first, as they are or were after a request."""
    resources = tx.world.behaviour.resources
    wanted, offset, limit = call.query.get("collection"), call.query["offset"], call.query["limit"]
    if wanted is not None and wanted not in resources:
        known = ", ".join(resources) or "none"
        raise at("VALIDATION_ERROR", "/query/collection", f"is not stored: the contract's collections are {known}")
    identifier = call.query.get("at")
    store = tx.store
    if identifier is not None:
        store = MemoryStore(version_of(tx.world.versions, identifier, "/query/at").after).begin()
    pages: dict[str, dict[str, Any]] = {}
    for name in resources if wanted is None else [wanted]:
        page = [Stored(resources[name], row) for row in islice(store.newest(name, skip=offset), limit)]
        pages[name] = {stored.key: stored.value for stored in page}
    totals = {name: store.count(name) for name in pages}
    return Answer({"resources": pages, "totals": totals, "limit": limit, "offset": offset})


def diff(tx: Transaction, call: Call) -> Answer:
    """What is otherwise at one time than at another, as a JSON Patch."""
    world = tx.world
    first, last = call.query.get("from"), call.query.get("to")
    before = world.origin if first is None else version_of(world.versions, first, "/query/from").after
    current = world.store.state if last is None else version_of(world.versions, last, "/query/to").after
    operations = list(islice(patch(before, current, world.behaviour.resources), MOST + 1))
    if len(operations) > MOST:
        raise Problem("CONFLICT", f"More than {MOST} things are otherwise: name two requests that are nearer.")
    return Answer(operations)


def rewind(tx: Transaction, call: Call) -> Answer:
    """Back to what was after a request."""
    world = tx.world
    after(version_of(world.versions, call.body["to"], "/to"), world).restore(world)
    return Answer(shown(tx, world))


def export(tx: Transaction, _: Call) -> Answer:
    """The whole world as one document, in which nothing waits for its turn in a schedule: it has come by then."""
    if tx.world.schedule is not None:
        tx.world.schedule.all_come(tx.world)
    return Answer(exported(tx.world))


def import_(tx: Transaction, call: Call) -> Answer:
    """Begin anew with what another world was."""
    import_world(tx.world, call.body)
    return Answer(shown(tx, tx.world))


RULES = {
    "admin.state": state,
    "admin.diff_state": diff,
    "admin.rewind": rewind,
    "admin.export": export,
    "admin.import": import_,
}
