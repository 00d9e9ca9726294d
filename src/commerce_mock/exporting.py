"""A world as one JSON document, from which another mock of the contract goes on just as this one would.

It has what the world knows: no password and no card, for these are not kept. Verification tokens, which users have by
mail, are in it.
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from commerce_contract import Contract, Operation, Schema
from commerce_mock import delivery, idempotency
from commerce_mock.clock import timestamp
from commerce_mock.coding import written_row
from commerce_mock.events import LOG, RECEIVED
from commerce_mock.identifiers import SHIFT
from commerce_mock.outages import REFUSE, UNAVAILABLE
from commerce_mock.store.memory import CLAIMS, NUMBERS, TIMERS
from commerce_mock.store.sequences import CHUNKS, OWNERS, TAILS

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction
    from commerce_mock.world import World

FORMAT: Final = "commerce-mock/world"
VERSION: Final = 1
# Told otherwise, or following from the rest.
_OWN: Final = (
    CLAIMS, NUMBERS, LOG, RECEIVED, TIMERS, CHUNKS, SHIFT, idempotency.KIND, delivery.TABLE,
)  # fmt: skip
_JSON = dict[str, Any]


def contract_hash(contract: Contract) -> str:
    """What tells one contract from another: the same for the same documents, wherever they are."""
    whole = sha256()
    for path in sorted(contract.files, key=lambda path: path.name):
        whole.update(f"{path.name}\0".encode())
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def exported(world: "World") -> _JSON:
    """The document. Raises LookupError where a service remembers what nobody says how to write."""
    with world.lock:
        tx = world.transaction("export")
        contract = world.behaviour.contract
        versions = {name: service.version for name, service in contract.services.items()}
        return {
            "format": FORMAT,
            "version": VERSION,
            "contract": {"hash": contract_hash(contract), "services": versions},
            "seed": world.settings.seed,
            "requests": world.journal.total,
            "clock": {"now": timestamp(world.clock.now()), "mode": world.clock.mode},
            "down": [
                {"service": name, "mode": REFUSE if name in world.refusing else UNAVAILABLE}
                for name in sorted(world.down)
            ],
            "forced": [forcing.document() for forcing in world.forced],
            "faults": [fault.written() for fault in world.faults],
            "delivery_rules": [rule.document() for rule in world.delivery_rules],
            "ids_given": {"faults": world.faults.made, "delivery_rules": world.delivery_rules.made},
            "resources": {name: list(_resources(tx, name)) for name in world.behaviour.resources},
            "events": [_event(entry) for entry in tx.store.oldest(LOG)],
            "deliveries": [delivery.written(each) for each in delivery.pending(tx.store)],
            "timers": [_timer(*timer) for timer in tx.store.timers()],
            "numbers": dict(sorted(tx.store.records(NUMBERS))),
            "claims": list(_claims(tx)),
            "idempotency_keys": [_record(tx, *entry) for entry in sorted(idempotency.records(tx), key=_by_key)],
            "records": dict(_records(tx)),
            "logs": {
                name: [coding.write(entry) for entry in tx.store.oldest(name)]
                for name, coding in world.behaviour.logs.items()
            },
        }


def tables(world: "World") -> Iterator[str]:
    """The names of the tables of records that a world has, in order."""
    names = world.store.state.keys()
    return (name for name in sorted(names) if name.startswith("/") and not name.endswith((TAILS, OWNERS)))


def _resources(tx: "Transaction", collection: str) -> Iterator[_JSON]:
    for stored in reversed(list(tx.newest(collection))):
        yield written_row(stored.row, tx.world.behaviour.private.get(collection, ()))


def _event(entry: Any) -> _JSON:
    event, _, time, correlation_id, traceparent, resource, row, _, payload, given_id, told = entry
    said: _JSON = {} if given_id is None else {"id": given_id}
    if told is not None:
        said |= {} if told.source is None else {"source": told.source}
        said |= {"received": timestamp(told.received), "published": told.publish}
    said |= {"type": event.type, "time": timestamp(time), "correlation_id": correlation_id}
    if told is None or told.known:
        said |= {"collection": resource.collection, "about": written_row(row)}
    elif row[1] is not None:  # what stands for it is made from the payload again
        said["owner"] = row[1]
    if traceparent is not None:
        said["traceparent"] = traceparent
    if payload is not None:
        said["payload"] = orjson.loads(payload)
    return said


def _timer(due: int, _: int, name: str, packed: str) -> _JSON:
    argument, request_id, traceparent = orjson.loads(packed)
    said = {"due": timestamp(due), "name": name, "about": argument, "request_id": request_id}
    return said if traceparent is None else {**said, "traceparent": traceparent}


def _claims(tx: "Transaction") -> Iterator[_JSON]:
    """Claims that rules made; those of unique properties follow from the resources."""
    unique = {f"{each.collection}.{name}" for each in tx.world.behaviour.resources.values() for name in each.unique}
    for table in tables(tx.world):
        name = table.removeprefix(CLAIMS)
        if name != table and name not in unique:
            for value, holder in sorted(tx.store.records(table), key=str):
                yield {"name": name, "value": value, "holder": holder}


def _records(tx: "Transaction") -> Iterator[tuple[str, _JSON]]:
    codings = tx.world.behaviour.records
    for name in tables(tx.world):
        if name in codings:
            coding = codings[name]
            yield name, {key: coding.write(record) for key, record in sorted(tx.store.records(name))}
        elif not name.startswith(_OWN) and any(True for _ in tx.store.records(name)):
            raise LookupError(f"the table {name} has no coding: name one in RECORDS of the service that keeps it")


def _by_key(entry: tuple[idempotency.Key, idempotency.Record]) -> idempotency.Key:
    return entry[0]


def _record(tx: "Transaction", key: idempotency.Key, record: idempotency.Record) -> _JSON:
    """A first answer. A body with secrets is not told, nor what it could be guessed from: any is taken for the same."""
    name, caller, text = key
    said: _JSON = {
        "operation": name,
        "caller": caller,
        "key": text,
        "expires": timestamp(record.expires),
        "status": record.status,
        "headers": [[field.decode("latin-1"), value.decode("latin-1")] for field, value in record.headers],
        "body": record.body.decode(),
    }
    operation = tx.world.behaviour.contract.operations.get(name)
    if operation is not None and not _has_secrets(operation):
        said["fingerprint"] = b64encode(record.fingerprint).decode()
    return said


def _has_secrets(operation: Operation) -> bool:
    return operation.body is not None and _writes(operation.body.schema, set())


def _writes(schema: Schema, seen: set[str]) -> bool:
    """Whether a schema has a property that is only written."""
    if schema.write_only:
        return True
    if schema.uri in seen:
        return False
    seen.add(schema.uri)
    parts = [*schema.properties.values(), *([schema.items] if schema.items is not None else [])]
    return any(_writes(part, seen) for part in parts)
