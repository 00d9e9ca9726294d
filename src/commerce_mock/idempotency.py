"""Idempotency keys: the first answer again for the same request, a refusal for another one."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import orjson

from commerce_mock.call import Call
from commerce_mock.clock import DAY
from commerce_mock.problems import at
from commerce_mock.transaction import Transaction
from commerce_mock.wire import Header
from commerce_mock.writing import Written

KIND = "/idempotency/"
_TABLES = 3  # one a day in turn: today's, yesterday's, and one that is to be emptied for tomorrow
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A kept answer; `expires` is in milliseconds since the epoch.

    Without `fingerprint` any request counts as the same: an import knows none where the body had secrets.
    """

    fingerprint: bytes
    expires: int
    status: int
    headers: tuple[Header, ...]
    body: bytes


def key_of(call: Call) -> Key | None:
    """Keys are per operation and caller; None where the request has no key."""
    text = call.request.headers.get(b"idempotency-key")
    return None if text is None else (call.operation.name, call.caller.subject, text.decode("latin-1"))


def replay(tx: Transaction, key: Key, call: Call) -> Written | None:
    """The first answer, if there is one and it is not older than a day. Raises Problem IDEMPOTENCY_KEY_REUSED."""
    today = tx.now // DAY
    record: Record | None = tx.store.recall(table(today), key) or tx.store.recall(table(today - 1), key)
    if record is None or record.expires <= tx.now:
        return None
    if record.fingerprint and record.fingerprint != _fingerprint(call):
        raise at("IDEMPOTENCY_KEY_REUSED", "/header/Idempotency-Key", "This key was used before with another request.")
    return record.status, [*record.headers, (b"idempotent-replayed", b"true")], record.body


def keep(tx: Transaction, key: Key, call: Call, written: Written) -> None:
    """Keep the first answer for a day, and forget those that are older than that."""
    status, headers, body = written
    today = tx.now // DAY
    tx.store.forget(table(today + 1))
    tx.store.remember(table(today), key, Record(_fingerprint(call), tx.now + DAY, status, tuple(headers), body))


def records(tx: Transaction) -> Iterator[tuple[Key, Record]]:
    """All keys that still count, with their answers."""
    found = (entry for day in range(_TABLES) for entry in tx.store.records(table(day)))
    return ((key, record) for key, record in found if record.expires > tx.now)


def forget(tx: Transaction, key: Key) -> None:
    """Forget one key: a request with it counts as the first."""
    for day in range(_TABLES):
        tx.store.erase(table(day), key)


def table(day: int) -> str:
    """Where the keys of a day are kept (days since the epoch)."""
    return f"{KIND}{day % _TABLES}"


def _fingerprint(call: Call) -> bytes:
    """The same for the same request, however its JSON is spaced or ordered."""
    content = orjson.dumps([call.path, call.query, call.body], option=orjson.OPT_SORT_KEYS)
    return blake2b(content, digest_size=16).digest()
