"""The schedule of a world: in which order deliveries come, set, looked at and ended."""

from commerce_mock.call import Answer, Call
from commerce_mock.problems import Problem
from commerce_mock.schedules import PATIENCE, Deviation, Schedule, told
from commerce_mock.transaction import Transaction


def schedule(tx: Transaction, _: Call) -> Answer:
    """What was chosen so far."""
    return Answer(told(tx.world, _present(tx)))


def set_schedule(tx: Transaction, call: Call) -> Answer:
    """Let deliveries come by a schedule from now on; those that wait by an earlier one come first."""
    world, body = tx.world, call.body or {}
    if world.schedule is not None:
        world.schedule.all_come(world)
    deviations = [Deviation(each["point"], each["choice"]) for each in body.get("deviations", ())]
    world.schedule = Schedule(deviations, patience=body.get("patience", PATIENCE), asleep=body.get("asleep", ()))
    return Answer(told(tx.world, world.schedule))


def end(tx: Transaction, _: Call) -> Answer:
    """Let all that waits come, and no schedule be any more; what was chosen."""
    ended = _present(tx)
    ended.all_come(tx.world)
    tx.world.schedule = None
    return Answer(told(tx.world, ended))


def _present(tx: Transaction) -> Schedule:
    found = tx.world.schedule
    if found is None:
        raise Problem("NOT_FOUND", "This world has no schedule: set one first.")
    return found


RULES = {
    "admin.schedule": schedule,
    "admin.set_schedule": set_schedule,
    "admin.delete_schedule": end,
}
