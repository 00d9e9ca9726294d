"""Idempotency keys that a world remembers: which there are, and forgetting them."""

from heapq import nlargest

from commerce_mock import idempotency
from commerce_mock.call import Answer, Call
from commerce_mock.clock import timestamp
from commerce_mock.idempotency import Key, Record
from commerce_mock.listing import envelope
from commerce_mock.transaction import Transaction

_FILTERS = ("operation", "caller", "key")


def keys(tx: Transaction, call: Call) -> Answer:
    """The keys that still count, the newest first."""
    found = [(key, record) for key, record in idempotency.records(tx) if _wanted(key, call)]
    start, limit = call.query["offset"], call.query["limit"]
    newest = nlargest(start + limit, found, key=lambda entry: (entry[1].expires, entry[0]))
    return Answer(envelope(call, [_shown(key, record) for key, record in newest[start:]], len(found)))


def forget(tx: Transaction, call: Call) -> Answer:
    """Forget keys, as if a day had passed."""
    found = [key for key, _ in idempotency.records(tx) if _wanted(key, call)]
    for key in found:
        idempotency.forget(tx, key)
    return Answer({"deleted": len(found)})


def _wanted(key: Key, call: Call) -> bool:
    return all(call.query.get(name) in {None, part} for name, part in zip(_FILTERS, key, strict=True))


def _shown(key: Key, record: Record) -> dict[str, object]:
    operation, caller, text = key
    return {
        "key": text,
        "operation": operation,
        "caller": caller,
        "status": record.status,
        "expires_at": timestamp(record.expires),
    }


RULES = {"admin.idempotency_keys": keys, "admin.delete_idempotency_keys": forget}
