"""Deliveries that a world's rules keep on their way: seen, made when somebody says so or when they are due, or lost.

With a rule that holds everything, whoever calls `deliver` chooses the whole schedule. All of it is to be called under
the world's lock, with no transaction open that writes.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from commerce_mock import delivery
from commerce_mock.delivery import Delivery
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.handing import hand_over, on_behalf, shuffled, stop_timers, take_out

if TYPE_CHECKING:
    from commerce_mock.world import World


class Released(NamedTuple):
    """Deliveries that were made, in order, and all events that came of them."""

    deliveries: list[Delivery]
    events: list[Emitted]


def pending(world: "World") -> list[Delivery]:
    """All deliveries that are on their way, in the order in which they set out."""
    return delivery.pending(world.store.begin())


def deliver(world: "World", identifier: str) -> Released:
    """Make one delivery now. Raises KeyError where it is on its way no more."""
    return release(world, [identifier])


def release(world: "World", identifiers: Iterable[str]) -> Released:
    """Make deliveries now, in this order. Raises KeyError where one is on its way no more; then none is made."""
    store = world.store.begin()
    wanted = []
    for identifier in dict.fromkeys(identifiers):
        found = delivery.find(store, identifier)
        if found is None:
            raise KeyError(identifier)
        wanted.append(found)
    before = store.count(LOG)
    caused = hand_over(world, wanted, world.clock.now())
    stop_timers(world, wanted)
    world.deliver(caused)
    store = world.store.begin()
    return Released(wanted, [from_log(store.entry(LOG, number)) for number in range(before, store.count(LOG))])


def drop(world: "World", identifiers: Iterable[str]) -> None:
    """Let deliveries be lost; those that are on their way no more are passed over."""
    now, store = world.clock.now(), world.store.begin()
    gone = [found for identifier in identifiers if (found := delivery.find(store, identifier)) is not None]
    for each in gone:
        with on_behalf(world, each.emitted(store), now) as tx:
            take_out(tx, each, "dropped")
    stop_timers(world, gone)


def arrive(world: "World", timer: str, now: int) -> None:
    """Make the delivery, or those of the group, whose timer has fired."""
    found = delivery.find(world.store.begin(), timer)
    world.deliver(hand_over(world, shuffled(world, timer) if found is None else [found], now))
