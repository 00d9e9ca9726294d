"""An event of the log delivered once more, under the same id: what at-least-once delivery means for who receives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from commerce_contract.pointer import join
from commerce_mock.delivery import BROKERS
from commerce_mock.events import LOG, Emitted, from_log
from commerce_mock.handing import hand
from commerce_mock.problems import Problem

if TYPE_CHECKING:
    from commerce_mock.world import World


@dataclass(frozen=True, slots=True)
class Redelivery:
    """Who an event was delivered to once more, in that order, and the events that this caused, the oldest first."""

    receivers: tuple[str, ...]
    caused: tuple[Emitted, ...]


def redeliver(world: "World", event: Emitted, receivers: Sequence[str] | None = None) -> Redelivery:
    """Deliver an event now to those receivers, None for all that it went to: whatever rules there are for deliveries.

    Raises Problem VALIDATION_ERROR where one of them does not hear of such events.
    """
    with world.lock:
        chosen = tuple(receivers if receivers is not None else _first(world, event))
        _check(world, event, chosen)
        before = world.store.begin().count(LOG)
        for receiver in chosen:
            world.deliver(hand(world, receiver, event, world.clock.now()))
        store = world.store.begin()
        caused = tuple(from_log(store.entry(LOG, number)) for number in range(before, store.count(LOG)))
        return Redelivery(chosen, caused)


def hearing(world: "World", event: Emitted) -> list[str]:
    """Who hears of events of that type: brokers, where there are any, and the services that react."""
    services = list(world.behaviour.reactions[event.type])
    return services if world.outbox is None else [BROKERS, *services]


def _first(world: "World", event: Emitted) -> list[str]:
    """Who it was delivered to at first; what came from a broker does not go there again."""
    came = event.told is not None and not event.told.publish
    return [receiver for receiver in hearing(world, event) if not (came and receiver == BROKERS)]


def _check(world: "World", event: Emitted, receivers: Sequence[str]) -> None:
    hear = hearing(world, event)
    unheard = f"does not hear of {event.type}: {', '.join(hear) or 'nobody does'}"
    absent = "are there only where the mock is started with `--events`"
    wrong = [
        (join("", "receivers", place), absent if receiver == BROKERS else unheard)
        for place, receiver in enumerate(receivers)
        if receiver not in hear
    ]
    if wrong:
        raise Problem("VALIDATION_ERROR", errors=tuple(wrong))
