"""Contract coverage: what the clients have exercised."""

from commerce_mock import coverage as counting
from commerce_mock.call import Answer, Call
from commerce_mock.transaction import Transaction


def coverage(tx: Transaction, call: Call) -> Answer:
    """The coverage of this world, or of all."""
    world = tx.world
    worlds = world.worlds if call.query["worlds"] == "all" else None
    counts = counting.exercised(world.meters) if worlds is None else counting.of_all(worlds)
    return Answer(counting.report(world.behaviour.contract, counts))


def clear(tx: Transaction, _: Call) -> Answer:
    """Count from now on."""
    if tx.world.worlds is not None:
        counting.begin_anew(tx.world.worlds)
    return Answer(None)


RULES = {"admin.coverage": coverage, "admin.clear_coverage": clear}
