"""Events by hand: emitted as a real service would, and delivered once more."""

from http import HTTPStatus

from commerce_mock.call import Answer, Call
from commerce_mock.emitting import emit
from commerce_mock.events import find
from commerce_mock.problems import Problem
from commerce_mock.redelivering import redeliver
from commerce_mock.transaction import Transaction


def emit_event(tx: Transaction, call: Call) -> Answer:
    """Emit an event; one whose id came before is only shown."""
    event = emit(tx, call.body)
    status = HTTPStatus.CREATED if event in tx.emitted else HTTPStatus.OK
    return Answer(event.document(tx.world.name), status)


def redeliver_event(tx: Transaction, call: Call) -> Answer:
    """Deliver an event of the log once more."""
    identifier, world = call.path["event_id"], tx.world
    event = find(tx.store, identifier)
    if event is None:
        raise Problem("NOT_FOUND", f"There is no event {identifier[:100]} in the world {world.name}.")
    done = redeliver(world, event, (call.body or {}).get("receivers"))
    return Answer(
        {
            "event_id": event.id,
            "receivers": list(done.receivers),
            "events": [caused.document(world.name) for caused in done.caused],
        }
    )


RULES = {"admin.emit": emit_event, "admin.redeliver": redeliver_event}
