"""Deliveries that are on their way: seen, made when and in whatever order somebody wants, or lost."""

from collections.abc import Iterator
from typing import Any

from commerce_mock import delivery
from commerce_mock.call import Answer, Call
from commerce_mock.deliveries import Released, drop, pending, release
from commerce_mock.delivery import Delivery
from commerce_mock.listing import envelope
from commerce_mock.problems import Problem, invalid
from commerce_mock.transaction import Transaction


def deliveries(tx: Transaction, call: Call) -> Answer:
    """What is on its way, in the order in which it set out."""
    found = list(_wanted(tx, call))
    start = call.query["offset"]
    page = [each.document(tx) for each in found[start : start + call.query["limit"]]]
    return Answer(envelope(call, page, len(found)))


def release_all(tx: Transaction, call: Call) -> Answer:
    """Make deliveries now: those that are named, in that order, or the first of all."""
    body = call.body or {}
    if "ids" not in body:
        return _released(tx, [each.id for each in pending(tx.world)[: body.get("first")]])
    if "first" in body:
        raise invalid("/first", "cannot be said together with `ids`")
    for index, identifier in enumerate(body["ids"]):
        if delivery.find(tx.store, identifier) is None:
            raise invalid(f"/ids/{index}", f"is on its way no more, or never was: {identifier[:100]!r}")
    return _released(tx, body["ids"])


def release_one(tx: Transaction, call: Call) -> Answer:
    """Make one delivery now."""
    return _released(tx, [_named(tx, call).id])


def drop_one(tx: Transaction, call: Call) -> Answer:
    """Let one delivery be lost."""
    drop(tx.world, [_named(tx, call).id])
    return Answer(None)


def drop_all(tx: Transaction, _: Call) -> Answer:
    """Let all of them be lost."""
    drop(tx.world, [each.id for each in pending(tx.world)])
    return Answer(None)


def _wanted(tx: Transaction, call: Call) -> Iterator[Delivery]:
    query = call.query
    receiver, rule, kind = query.get("receiver"), query.get("rule"), query.get("type")
    for each in pending(tx.world):
        if receiver not in {None, each.receiver} or rule not in {None, each.rule}:
            continue
        if kind is None or each.emitted(tx.store).type == kind:
            yield each


def _named(tx: Transaction, call: Call) -> Delivery:
    identifier = call.path["delivery_id"]
    found = delivery.find(tx.store, identifier)
    if found is None:
        raise Problem("NOT_FOUND", f"The delivery {identifier} is on its way no more, or never was.")
    return found


def _released(tx: Transaction, identifiers: list[str]) -> Answer:
    """What was delivered, as it was on its way, and what came of it."""
    world = tx.world
    made: Released = release(world, identifiers)
    now = world.transaction(tx.correlation_id)
    said: dict[str, Any] = {
        "released": [each.document(now) for each in made.deliveries],
        "events": [event.document(world.name) for event in made.events],
    }
    return Answer(said)


RULES = {
    "admin.deliveries": deliveries,
    "admin.release_deliveries": release_all,
    "admin.release_delivery": release_one,
    "admin.drop_delivery": drop_one,
    "admin.drop_deliveries": drop_all,
}
