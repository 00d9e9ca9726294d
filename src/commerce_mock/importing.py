"""A world that goes on from a document that `exporting` made: all of it, or nothing where something is wrong."""

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import filter as matching
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from commerce_contract import Event
from commerce_contract.pointer import join
from commerce_mock import delivery, idempotency
from commerce_mock.clock import DAY
from commerce_mock.coding import UnreadableError, Wrong, below, read_moment, read_row
from commerce_mock.controls import PREFIX
from commerce_mock.delivery_rules import DeliveryRule, known_rule_of
from commerce_mock.encoding import kept_json
from commerce_mock.events import LOG, RECEIVED, Emitted, Told, append, find
from commerce_mock.faults import Fault, Faults, known_fault_of
from commerce_mock.forcing import Forcing
from commerce_mock.identifiers import go_on_after
from commerce_mock.outages import REFUSE, take_down
from commerce_mock.problems import Problem
from commerce_mock.stored import Stored
from commerce_mock.subjects import stand_in, subject
from commerce_mock.transaction import Transaction

if TYPE_CHECKING:
    from commerce_mock.world import World

TOLD: Final = 100  # of what is wrong, so much is told
Document = Mapping[str, Any]


def import_world(world: "World", document: Document) -> None:
    """Let a world begin anew with what the document says; that is what a reset returns to from then on.

    Its schema has judged the document already. Raises Problem VALIDATION_ERROR with every place that does not fit the
    contract; the world stays as it is then.
    """
    wrong: list[Wrong] = []
    with world.lock:
        fresh = world.twin(world.name, 0)
        fresh.settings = replace(world.settings, seed=document["seed"])
        now = 0
        with _told(wrong, "/clock"):
            now = read_moment(document["clock"]["now"], "/now")
        with fresh.transaction("import", now=now) as tx:
            _lay(tx, document, wrong)
            wrong += _faults(fresh, document)
            wrong += _delivery_rules(fresh, document)
            wrong += _forced(fresh, document)
            wrong += _services(fresh, document)
            if wrong:
                detail = f"The document does not fit the contract that is served in {len(wrong)} places."
                raise Problem("VALIDATION_ERROR", detail, errors=tuple(wrong[:TOLD]))
        world.settings = fresh.settings
        world.origin = fresh.store.state
        world.clock.set(now, frozen=document["clock"]["mode"] == "frozen")
        world.reset()
        world.faults, world.delivery_rules, world.forced = fresh.faults, fresh.delivery_rules, fresh.forced
        for outage in document["down"]:
            take_down(world, outage["service"], refuse=outage["mode"] == REFUSE)
        world.journal.total = document["requests"]
        if world.worlds is not None and world is world.worlds.default:
            world.worlds.began = world.clock.frozen_at


def _lay(tx: Transaction, document: Document, wrong: list[Wrong]) -> None:
    """Write all that there is, in the order in which one thing refers to another; what is wrong is left out."""
    behaviour = tx.world.behaviour
    resources = _known(wrong, document, "resources", behaviour.resources)
    logs = _known(wrong, document, "logs", behaviour.logs)
    records = _known(wrong, document, "records", behaviour.records)
    for name, rows in resources.items():
        _each(wrong, join("", "resources", name), rows, partial(_resource, tx, name))
    _each(wrong, "/events", document["events"], partial(_event, tx))
    _each(wrong, "/deliveries", document.get("deliveries", []), partial(delivery.read_back, tx))
    _each(wrong, "/timers", document["timers"], partial(_timer, tx))
    _each(wrong, "/claims", document["claims"], partial(_claim, tx))
    _each(wrong, "/idempotency_keys", document["idempotency_keys"], partial(_key, tx))
    for name, number in document["numbers"].items():
        tx.store.reach(name, number)
    for name, kept in records.items():
        for key, record in kept.items():
            with _told(wrong, join("", "records", name, key)):
                tx.store.remember(name, key, behaviour.records[name].read(tx, record))
    for name, entries in logs.items():
        _each(wrong, join("", "logs", name), entries, partial(_entry, tx, name))


def _known(wrong: list[Wrong], document: Document, part: str, known: Mapping[str, Any]) -> Document:
    """What of a part is kept here; the rest is wrong."""
    message = f"is nothing that is kept here: there are {', '.join(known) or 'none'}"
    wrong.extend((join("", part, name), message) for name in sorted(document[part].keys() - known.keys()))
    return {name: value for name, value in document[part].items() if name in known}


def _each(wrong: list[Wrong], pointer: str, entries: list[Any], read: Callable[[Any], None]) -> None:
    for index, entry in enumerate(entries):
        with _told(wrong, join(pointer, index)):
            read(entry)


def _resource(tx: Transaction, collection: str, document: Document) -> None:
    resource = tx.world.behaviour.resources[collection]
    key, row = read_row(resource, document, tx.world.behaviour.private.get(collection, ()))
    if tx.store.get(collection, key) is not None:
        raise UnreadableError((join("", resource.key), f"is {key}, and there is one before it"))
    for name in resource.unique:
        value = document.get(name)
        folded = value.casefold() if isinstance(value, str) else value
        if folded is not None and not tx.store.claim(f"{collection}.{name}", folded, key):
            raise UnreadableError((join("", name), f"is {value!r}, and there is one before it"))
    tx.store.insert(collection, key, row)
    go_on_after(resource, tx.store, key)


def _event(tx: Transaction, document: Document) -> None:
    behaviour = tx.world.behaviour
    event = behaviour.contract.events.get(document["type"])
    if event is None:
        raise UnreadableError(("/type", "is no event of the contract"))
    time, payload, number = read_moment(document["time"], "/time"), document.get("payload"), tx.store.count(LOG)
    about, told = _about(tx, event, document), None
    if "received" in document:
        received = read_moment(document["received"], "/received")
        told = Told(document.get("source"), received, document.get("published", True), "about" in document)
    maker = behaviour.payload(event, about.resource)
    errors = event.payload.errors(maker.make(about.value, time) if payload is None else payload)
    if errors:
        raise UnreadableError(*((f"/payload{error.pointer}", error.message) for error in errors))
    given_id = _given(tx, document, number)
    causes = document["correlation_id"], document.get("traceparent")
    append(tx.store, Emitted(event, number, time, *causes, about, maker, payload, given_id, told))


def _about(tx: Transaction, event: Event, document: Document) -> Stored:
    """What an event is about: as it is told, or as what its payload says of something that was not there."""
    if "about" in document:
        resource = tx.world.behaviour.resources.get(document.get("collection", ""))
        if resource is None:
            raise UnreadableError(("/collection", "is no collection of the contract"))
        with below("/about"):
            return Stored(resource, read_row(resource, document["about"])[1])
    if "received" not in document or "payload" not in document:
        raise UnreadableError(("/about", "is missing, and the event did not come from outside with a payload"))
    identifier = document.get("id", f"event-{tx.store.count(LOG) + 1}")
    return stand_in(subject(tx.world.behaviour.contract, event), document["payload"], identifier, document.get("owner"))


def _given(tx: Transaction, document: Document, number: int) -> str | None:
    """The id that an event came with, noted as one that came."""
    given: str | None = document.get("id")
    if given is not None:
        if find(tx.store, given) is not None:
            raise UnreadableError(("/id", f"is {given}, and there is one before it"))
        tx.store.remember(RECEIVED, given, number)
    return given


def _timer(tx: Transaction, document: Document) -> None:
    due, name = read_moment(document["due"], "/due"), document["name"]
    if name not in tx.world.behaviour.timers:
        raise UnreadableError(("/name", f"is no timer: there are {', '.join(tx.world.behaviour.timers) or 'none'}"))
    said = [document["about"], document["request_id"], document.get("traceparent")]
    tx.store.schedule(due, name, kept_json(said).decode())


def _claim(tx: Transaction, document: Document) -> None:
    name, value, holder = document["name"], document["value"], document["holder"]
    collection = name.partition(".")[0]
    if collection not in tx.world.behaviour.resources or tx.store.get(collection, holder) is None:
        raise UnreadableError(("/holder", f"is nothing in {collection}"))
    if not tx.store.claim(name, value, holder):
        raise UnreadableError(("/value", "is claimed before"))


def _key(tx: Transaction, document: Document) -> None:
    operation = tx.world.behaviour.contract.operations.get(document["operation"])
    if operation is None:
        raise UnreadableError(("/operation", "is no operation of the contract"))
    if document["status"] not in operation.responses:
        raise UnreadableError(("/status", f"is no status of {operation.name}"))
    expires = read_moment(document["expires"], "/expires")
    try:
        fingerprint = b64decode(document["fingerprint"], validate=True) if "fingerprint" in document else b""
    except Error:
        raise UnreadableError(("/fingerprint", "is not base64")) from None
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in document["headers"])
    record = idempotency.Record(fingerprint, expires, document["status"], headers, document["body"].encode())
    key = (operation.name, document["caller"], document["key"])
    tx.store.remember(idempotency.table((expires - DAY) // DAY), key, record)


def _entry(tx: Transaction, log: str, document: Any) -> None:
    tx.store.append(log, tx.world.behaviour.logs[log].read(tx, document))


def _faults(world: "World", document: Document) -> Iterator[Wrong]:
    """What is wrong with the faults; where nothing is, the world has them."""
    faults: list[Fault] = []
    yield from _conditions(document, "faults", lambda each: known_fault_of(each, world.behaviour.contract), faults)
    world.faults = Faults(document["seed"])
    world.faults.go_on(faults, document.get("ids_given", {}).get("faults", 0))


def _delivery_rules(world: "World", document: Document) -> Iterator[Wrong]:
    """The same for the delivery rules."""
    rules: list[DeliveryRule] = []
    yield from _conditions(document, "delivery_rules", lambda each: known_rule_of(each, world.behaviour), rules)
    world.delivery_rules.go_on(rules, document.get("ids_given", {}).get("delivery_rules", 0))


def _conditions(document: Document, part: str, read: Callable[[Document], Any], found: list[Any]) -> Iterator[Wrong]:
    """Read each fault or rule of a part into a list; what is wrong with some of them."""
    ids = set()
    for index, each in enumerate(document.get(part, ())):
        pointer = join("", part, index)
        if each.get("id") in ids:
            yield f"{pointer}/id", f"is {each['id']}, and there is one before it"
        ids |= {each["id"]} if "id" in each else set()
        try:
            found.append(read(each))
        except Problem as problem:
            yield from ((pointer + place, message) for place, message in problem.errors)
        except UnreadableError as error:
            yield from ((pointer + place, message) for place, message in error.wrong)


def _forced(world: "World", document: Document) -> Iterator[Wrong]:
    """What is wrong with the callers who are refused for the asking; where nothing is, the world refuses them."""
    for index, each in enumerate(document.get("forced", ())):
        if not matching(world.behaviour.contract.operations, each["operation"]):
            yield join("", "forced", index, "operation"), "names no operation"
        world.forced.append(Forcing(each["operation"], each["outcome"], each.get("times")))


def _services(world: "World", document: Document) -> Iterator[Wrong]:
    served = {each.service for each in world.behaviour.contract.operations.values() if not each.path.startswith(PREFIX)}
    for index, outage in enumerate(document["down"]):
        if outage["service"] not in served:
            yield join("", "down", index, "service"), "is no service that can be down"


@contextmanager
def _told(wrong: list[Wrong], pointer: str) -> Iterator[None]:
    """Note what cannot be read, with the pointer of where it stands, and go on after it."""
    try:
        yield
    except UnreadableError as error:
        wrong.extend((pointer + place, message) for place, message in error.wrong)
