"""What happened in a world: mails and events, in pages, waited for, and as streams."""

from typing import TYPE_CHECKING

from commerce_mock import event_stream
from commerce_mock.call import Answer, Call
from commerce_mock.clock import SECOND, parse_duration
from commerce_mock.following import MOST_FOLLOWERS, Cursor, Following, Waiting, chosen
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, invalid
from commerce_mock.services.admin.selecting import Events, Mails
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Request
from commerce_mock.worlds import HEADER

if TYPE_CHECKING:
    from commerce_mock.world import World

Wanted = Events | Mails
AFTER = "/query/after"
LAST = b"last-event-id"
UNSTORED = {b"cache-control": b"no-store", b"x-accel-buffering": b"no"}


def inbox(tx: Transaction, call: Call) -> Answer:
    """What users were written, newest first."""
    return _listed(tx, call, Mails.of(tx.world.behaviour.contract, call.query))


def events(tx: Transaction, call: Call) -> Answer:
    """The event log, newest first."""
    return _listed(tx, call, Events.of(tx.world.behaviour.contract, call.query))


def stream_inbox(tx: Transaction, call: Call) -> Answer:
    """What users are written, as it happens."""
    return _streamed(tx, call, Mails)


def stream_events(tx: Transaction, call: Call) -> Answer:
    """The events, as they happen."""
    return _streamed(tx, call, Events)


def _listed(tx: Transaction, call: Call, wanted: Wanted) -> Answer:
    after = _after(tx, call, wanted)
    seconds = parse_duration(call.query.get("wait", "0s")) / SECOND
    if seconds and tx.world.schedule is not None:  # who waits has waited for all deliveries
        tx.world.schedule.all_come(tx.world)
        tx = tx.world.transaction(tx.correlation_id)
    answer, found = _page(tx, call, wanted, after)
    if seconds and found < call.query["count"] and call.request.method != "HEAD":
        world, writer = tx.world, tx.world.behaviour.handlers[call.operation.name].writer

        def write() -> bytes:
            return writer.write(_page(world.transaction(tx.correlation_id), call, wanted, after)[0])[2]

        cursor = Cursor(world, wanted, tx.store.count(wanted.log))
        call.request.later = Waiting(
            cursor, write, seconds=seconds, wanted=call.query["count"], found=found, after=after
        )
    return answer


def _page(tx: Transaction, call: Call, wanted: Wanted, after: int) -> tuple[Answer, int]:
    """One page of what there is now, and how many there are."""
    numbers = chosen(tx.store, wanted, after)[::-1]
    offset = call.query["offset"]
    shown = [wanted.shown(tx, number) for number in numbers[offset : offset + call.query["limit"]]]
    return Answer(envelope(call, shown, len(numbers))), len(numbers)


def _after(tx: Transaction, call: Call, wanted: Wanted) -> int:
    """How many of the log are not asked for. Raises Problem VALIDATION_ERROR for an id that there is not."""
    identifier = call.query.get("after")
    if identifier is None:
        return 0
    position = wanted.place(tx.store, identifier)
    if position is None:
        newest = wanted.identifier(tx.store, tx.store.count(wanted.log))
        raise invalid(
            AFTER, f"names nothing in the world {tx.world.name}: {identifier[:100]!r}; the newest is {newest}"
        )
    return position


def _streamed(tx: Transaction, call: Call, kind: type[Wanted]) -> Answer:
    """The beginning of a stream. Raises Problem CONFLICT where there are too many."""
    world = _world(tx, call)
    if world.worlds is not None and world.worlds.listeners >= MOST_FOLLOWERS:
        raise Problem("CONFLICT", f"There are {MOST_FOLLOWERS} streams already: end some.")
    there = tx if world is tx.world else world.transaction(tx.correlation_id)
    wanted, store = kind.of(world.behaviour.contract, call.query), there.store
    resumed = call.request.headers.get(LAST, b"").decode("utf-8", "replace")
    told = b""
    if resumed:
        place = wanted.place(store, resumed)
        position = place or 0
        if place is None:  # it was undone while nobody listened
            told = event_stream.taken_back(wanted.identifier(store, 0))
    elif "after" in call.query:
        position = _after(there, call, wanted)
    else:
        position = store.count(wanted.log)
    cursor = Cursor(world, wanted, position)
    begun = event_stream.opening(wanted.identifier(store, position)) + told
    data, cursor.position = event_stream.batch(there, wanted, position)
    call.request.later = Following(cursor)
    return Answer(begun + data, headers=UNSTORED)


def _world(tx: Transaction, call: Call) -> "World":
    """The world that is listened to. Raises Problem BAD_REQUEST or CONFLICT, as for one that a header names."""
    name, worlds = call.query.get("world"), tx.world.worlds
    if name is None or worlds is None:
        return tx.world
    return worlds.of(Request("GET", "", headers={HEADER: name.encode("latin-1", "replace")}))


RULES = {
    "admin.inbox": inbox,
    "admin.events": events,
    "admin.stream_inbox": stream_inbox,
    "admin.stream_events": stream_events,
}
