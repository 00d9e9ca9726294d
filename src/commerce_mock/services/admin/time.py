"""Time, and starting over."""

from commerce_mock.call import Answer, Call
from commerce_mock.clock import LATEST, SECOND, timestamp
from commerce_mock.problems import Problem
from commerce_mock.transaction import Transaction


def reset(tx: Transaction, _: Call) -> Answer:
    """Back to the scenario."""
    tx.world.reset()
    # This request is number 0 of the journal, so that those after it are numbered as after the start.
    tx.world.journal.total = -1
    return Answer(None)


def clock(tx: Transaction, _: Call) -> Answer:
    """The world's time."""
    return Answer({"now": timestamp(tx.world.clock.now()), "mode": tx.world.clock.mode})


def advance(tx: Transaction, call: Call) -> Answer:
    """Move a frozen clock forward, through every timer on the way."""
    if tx.world.clock.frozen_at is None:
        raise Problem("CONFLICT", "The clock runs by itself: start the mock with --clock frozen to move it by hand.")
    milliseconds = int(call.body["seconds"] * SECOND)
    if tx.world.clock.frozen_at + milliseconds > LATEST:
        raise Problem("CONFLICT", f"The clock cannot go beyond {timestamp(LATEST)}.")
    tx.world.advance(milliseconds)
    return clock(tx, call)


RULES = {"admin.reset": reset, "admin.clock": clock, "admin.advance": advance}
