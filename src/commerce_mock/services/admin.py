"""The mock's own controls, described by `openapi/mock-admin.yaml`: what no real service has."""

from itertools import islice
from typing import Any

import orjson

from commerce_mock.call import Answer, Call
from commerce_mock.clock import SECOND, timestamp
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, at
from commerce_mock.services import payments
from commerce_mock.services.notifications import INBOX
from commerce_mock.transaction import Stored, Transaction


def reset(tx: Transaction, _: Call) -> Answer:
    """Back to the scenario."""
    tx.world.reset()
    return Answer(None)


def inbox(tx: Transaction, call: Call) -> Answer:
    """What users were written, newest first."""
    return _page(tx, call, INBOX, subject=call.query.get("user_id"), by="channel")


def events(tx: Transaction, call: Call) -> Answer:
    """The event log, newest first."""
    return _page(tx, call, "events", by="type")


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
    tx.world.advance(int(call.body["seconds"] * SECOND))
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


def _page(tx: Transaction, call: Call, log: str, *, subject: str | None = None, by: str) -> Answer:
    """One page of a log, newest first, under the property of the answer that is a list."""
    limit, offset = call.query["limit"], call.query["offset"]
    newest = map(orjson.loads, tx.store.entries(log, subject, newest_first=True))
    if by in call.query:
        found = [entry for entry in newest if entry[by] == call.query[by]]
        page, total = found[offset : offset + limit], len(found)
    else:
        page, total = list(islice(newest, offset, offset + limit)), tx.store.length(log, subject)
    return Answer(envelope(call, page, total))


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
