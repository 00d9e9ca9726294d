"""The mock's own controls, described by `openapi/mock-admin.yaml`: what no real service has."""

from itertools import islice
from typing import Any

from commerce_mock.call import Answer, Call
from commerce_mock.clock import LATEST, SECOND, timestamp
from commerce_mock.events import LOG, from_log
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, at
from commerce_mock.services import payments
from commerce_mock.services.notifications import CHANNEL, INBOX, mails
from commerce_mock.stored import Stored
from commerce_mock.transaction import Transaction


def reset(tx: Transaction, _: Call) -> Answer:
    """Back to the scenario."""
    tx.world.reset()
    # This request is number 0 of the journal, so that those after it are numbered as after the start.
    tx.world.journal.total = -1
    return Answer(None)


def inbox(tx: Transaction, call: Call) -> Answer:
    """What users were written, newest first."""
    user_id, channel = call.query.get("user_id"), call.query.get("channel", CHANNEL)
    offset, limit = call.query["offset"], call.query["limit"]
    if channel != CHANNEL:
        return Answer(envelope(call, [], 0))
    if user_id is None:
        return Answer(envelope(call, list(islice(mails(tx, skip=offset), limit)), tx.store.count(INBOX)))
    found = list(mails(tx, user_id))
    return Answer(envelope(call, found[offset : offset + limit], len(found)))


def events(tx: Transaction, call: Call) -> Answer:
    """The event log, newest first."""
    wanted, offset, limit = call.query.get("type"), call.query["offset"], call.query["limit"]
    if wanted is None:
        page = [from_log(entry).document() for entry in islice(tx.store.latest(LOG, offset), limit)]
        return Answer(envelope(call, page, tx.store.count(LOG)))
    found = [entry for entry in tx.store.latest(LOG) if entry[0].type == wanted]
    page = [from_log(entry).document() for entry in found[offset : offset + limit]]
    return Answer(envelope(call, page, len(found)))


def services(tx: Transaction, call: Call) -> Answer:
    """All services that the mock plays, and whether they are up."""
    names = tx.world.behaviour.contract.services
    return Answer({"services": [_service(tx, name) for name in names if name != call.operation.service]})


def set_service(tx: Transaction, call: Call) -> Answer:
    """Mark a service down or up."""
    name = call.path["service"]
    if name not in tx.world.behaviour.contract.services or name == call.operation.service:
        raise Problem("NOT_FOUND", f"No service that can be marked is named {name}.")
    (tx.world.down.discard if call.body["up"] else tx.world.down.add)(name)
    return Answer(_service(tx, name))


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


def settle(tx: Transaction, call: Call) -> Stored:
    """End a payment that is processing, as its timer would."""
    payment = tx.get("payments", call.path["payment_id"])
    if payment is None:
        raise Problem("NOT_FOUND")
    if payment.state != "processing":
        raise at("CONFLICT", "/status", f"{payment.key} is {payment.state}, no longer processing.")
    body = call.body
    reason = body.get("failureReason", "Settled by hand")
    return payments.settle(tx, payment, body["status"], reason, body.get("errorCode", "SETTLED"))


def journal(tx: Transaction, call: Call) -> Answer:
    """The requests of this world, newest first."""
    entries = tx.world.journal.entries
    start = call.query["offset"]
    page = [entry.document() for entry in islice(reversed(entries), start, start + call.query["limit"])]
    return Answer(envelope(call, page, len(entries)))


def _service(tx: Transaction, name: str) -> dict[str, Any]:
    service = tx.world.behaviour.contract.services[name]
    url = tx.world.urls.get(name) or f"http://localhost:{service.port}"
    return {"name": name, "url": url, "up": name not in tx.world.down}


RULES = {
    "admin.reset": reset,
    "admin.inbox": inbox,
    "admin.events": events,
    "admin.services": services,
    "admin.set_service": set_service,
    "admin.clock": clock,
    "admin.advance": advance,
    "admin.settle": settle,
    "admin.journal": journal,
}
OPTIONAL = frozenset({"admin.settle"})  # only where there are payments to settle
