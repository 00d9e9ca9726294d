"""Time: set, moved, and run from timer to timer; and starting over."""

from itertools import islice
from typing import Any

import orjson

from commerce_mock.call import Answer, Call
from commerce_mock.clock import EARLIEST, LATEST, SECOND, parse_duration, parse_time, timestamp
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, at
from commerce_mock.store.timers import Timer
from commerce_mock.transaction import Transaction


def reset(tx: Transaction, _: Call) -> Answer:
    """Back to the scenario."""
    tx.world.reset()
    # This request is number 0 of the journal, so that those after it are numbered as after the start.
    tx.world.journal.total = -1
    return Answer(None)


def clock(tx: Transaction, _: Call) -> Answer:
    """The world's time."""
    return Answer(_now(tx))


def set_clock(tx: Transaction, call: Call) -> Answer:
    """Let time stand still or pass, from a moment on."""
    frozen = call.body["mode"] == "frozen"
    given = call.body.get("now")
    if given is not None:
        try:
            now = parse_time(given)
        except (ValueError, OverflowError):  # RFC 3339 allows times that nothing here can count, such as leap seconds
            raise at("VALIDATION_ERROR", "/now", "must be a time of the years 1 to 9999, without leap second") from None
    else:
        now = tx.world.clock.now() if frozen else tx.world.clock.machine_time()
    tx.world.go_to(now, frozen=frozen)
    return Answer(_now(tx))


def advance(tx: Transaction, call: Call) -> Answer:
    """Move the clock forward, through every timer on the way."""
    passing = int(call.body.get("seconds", 0) * SECOND)
    try:
        passing += parse_duration(call.body.get("duration", "0s"))
    except ValueError:  # the schema has judged its form: it is longer than there are years
        passing = LATEST - EARLIEST
    if tx.world.clock.now() + passing > LATEST:
        raise Problem("CONFLICT", f"The clock cannot go beyond {timestamp(LATEST)}.")
    tx.world.advance(passing)
    return Answer(_now(tx))


def next_timer(tx: Transaction, _: Call) -> Answer:
    """Move the clock to the next timer, and let it fire."""
    world = tx.world
    fired = [] if world.due is None else world.advance(max(0, world.due - world.clock.now()))
    return Answer({**_now(tx), "fired": [_shown(timer) for timer in fired]})


def timers(tx: Transaction, call: Call) -> Answer:
    """What is to happen later, the next one first."""
    waiting = list(tx.store.timers())
    start = call.query["offset"]
    page = [_shown(timer) for timer in islice(waiting, start, start + call.query["limit"])]
    return Answer(envelope(call, page, len(waiting)))


def _now(tx: Transaction) -> dict[str, Any]:
    return {"now": timestamp(tx.world.clock.now()), "mode": tx.world.clock.mode}


def _shown(timer: Timer) -> dict[str, Any]:
    due, _, name, packed = timer
    argument, request_id, _ = orjson.loads(packed)
    return {"due": timestamp(due), "name": name, "about": argument, "request_id": request_id}


RULES = {
    "admin.reset": reset,
    "admin.clock": clock,
    "admin.set_clock": set_clock,
    "admin.advance": advance,
    "admin.next_timer": next_timer,
    "admin.timers": timers,
}
