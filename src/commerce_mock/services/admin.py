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
    # This request is number 0 of the journal, so that those after it are numbered as after the start.
    tx.world.journal.total = -1
    return Answer(None)


def inbox(tx: Transaction, call: Call) -> Answer:
    """What users were written, newest first."""
    return _page(tx, call, INBOX, "user_id", "channel")


def events(tx: Transaction, call: Call) -> Answer:
    """The event log, newest first."""
    return _page(tx, call, "events", "type")


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


def _page(tx: Transaction, call: Call, log: str, *filters: str) -> Answer:
    """One page of a log, newest first; `filters` are parameters that name a property of its entries."""
    limit, offset = call.query["limit"], call.query["offset"]
    wanted = {name: call.query[name] for name in filters if name in call.query}
    if not wanted:
        page = list(map(orjson.loads, islice(tx.store.latest(log, offset), limit)))
        return Answer(envelope(call, page, tx.store.count(log)))
    # Most entries of a long log are passed over by their text alone.
    texts = [orjson.dumps(value) for value in wanted.values()]
    likely = (orjson.loads(entry) for entry in tx.store.latest(log) if all(text in entry for text in texts))
    found = [entry for entry in likely if all(entry[name] == value for name, value in wanted.items())]
    return Answer(envelope(call, found[offset : offset + limit], len(found)))


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
