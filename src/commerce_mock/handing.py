"""What is on its way comes to its receiver, or is taken away: the steps that every way of delivering has in common."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TYPE_CHECKING

from commerce_mock import delivery
from commerce_mock.delivery import BROKERS, DUE, STEPS, TABLE, Delivery, Step
from commerce_mock.events import Emitted

if TYPE_CHECKING:
    from commerce_mock.transaction import Transaction
    from commerce_mock.world import World


def hand(world: "World", receiver: str, event: Emitted, now: int | None = None) -> list[Emitted]:
    """Let one receiver have an event, at the world's time `now` (None: the event's); the events that came of it."""
    if receiver != BROKERS:
        return world.react(receiver, event, now) if receiver in world.behaviour.reactions[event.type] else []
    if world.outbox is not None:
        world.outbox.append(world.name, event)
    return []


def hand_over(world: "World", wanted: Sequence[Delivery], now: int) -> list[Emitted]:
    """Make deliveries, in this order; the events that came of them."""
    caused = []
    for each in wanted:
        event = each.emitted(world.store.begin())
        with on_behalf(world, event, now) as tx:
            take_out(tx, each, "delivered")
        caused += hand(world, each.receiver, event, now)
    return caused


def shuffled(world: "World", group: str) -> list[Delivery]:
    """The deliveries of a group, never in the order in which they set out."""
    members = [each for each in delivery.pending(world.store.begin()) if each.group == group]
    order = list(members)
    random = Random(f"{world.settings.seed}/{group}")  # noqa: S311 - to be repeated, not to be secret
    while len(members) > 1 and order == members:
        random.shuffle(order)
    return order


def take_out(tx: "Transaction", taken: Delivery, did: str) -> None:
    """Let a delivery wait no more."""
    tx.store.erase(TABLE, taken.id)
    note(tx, Step(taken.event, taken.receiver, did, tx.now, taken.rule, taken.id))


def stop_timers(world: "World", gone: Iterable[Delivery]) -> None:
    """Let no timer fire any more that was only for these deliveries."""
    timers = {each.timer for each in gone if each.due is not None}
    if timers:
        waiting = {each.timer for _, each in world.store.begin().records(TABLE)}
        with world.transaction("deliveries") as tx:
            tx.store.unschedule(DUE, timers - waiting)
            tx.scheduled = True


def on_behalf(world: "World", event: Emitted, now: int | None = None) -> "Transaction":
    """A transaction on behalf of the request that an event came of."""
    return world.transaction(event.correlation_id, event.traceparent, event.heard if now is None else now)


def note(tx: "Transaction", step: Step) -> None:
    """Write down what is done, for who asks what became of an event."""
    tx.store.append(STEPS, tuple(step))
