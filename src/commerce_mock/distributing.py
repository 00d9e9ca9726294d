"""How events set out to their receivers where a world has delivery rules: at once, late, again, collected, never."""

from typing import TYPE_CHECKING

from commerce_mock.clock import LATEST, parse_duration
from commerce_mock.delivery import BROKERS, DUE, TABLE, Delivery, Step
from commerce_mock.delivery_effects import Delay, Drop, Duplicate, Hold, Reorder, lateness
from commerce_mock.delivery_rules import Struck
from commerce_mock.events import Emitted
from commerce_mock.handing import hand, hand_over, note, on_behalf, shuffled, stop_timers

if TYPE_CHECKING:
    from commerce_mock.world import World


def distribute(world: "World", event: Emitted) -> list[Emitted]:
    """Send an event to all who hear of it, as the world's rules will have it; the events that came of it at once."""
    caused = []
    heard = world.behaviour.reactions[event.type]
    published = world.outbox is not None and (event.told is None or event.told.publish)
    for receiver in (BROKERS, *heard) if published else heard:
        caused += send(world, receiver, event)
    return caused


def send(world: "World", receiver: str, event: Emitted, now: int | None = None) -> list[Emitted]:
    """Send an event to one receiver, as the world's rules will have it; the events that came of it at once.

    Where no rule acts it is heard of at `now`, in milliseconds since the epoch, None for when it happens.
    """
    struck = world.delivery_rules.strike(event, receiver, world.settings.seed)
    return hand(world, receiver, event, now) if struck is None else _act(world, receiver, event, struck)


def _act(world: "World", receiver: str, event: Emitted, struck: Struck) -> list[Emitted]:
    """Do what a rule says with a delivery; the events that came of it at once."""
    rule, chance = struck
    match rule.effect:
        case Hold():
            _keep(world, receiver, event, rule.id, "held")
        case Delay() as effect:
            return _late(world, receiver, event, rule.id, lateness(effect, chance))
        case Drop():
            with on_behalf(world, event) as tx:
                note(tx, Step(event.number, receiver, "dropped", tx.now, rule.id, None))
        case Duplicate() as effect:
            with on_behalf(world, event) as tx:
                note(tx, Step(event.number, receiver, "duplicated", tx.now, rule.id, None))
            caused = hand(world, receiver, event)
            for number in range(effect.copies):
                caused += _late(world, receiver, event, rule.id, lateness(effect, chance, f"copy {number}"))
            return caused
        case effect:
            return _collect(world, receiver, event, rule.id, effect)
    return []


def _late(world: "World", receiver: str, event: Emitted, rule: str, milliseconds: int) -> list[Emitted]:
    if not milliseconds:
        return hand(world, receiver, event)
    _keep(world, receiver, event, rule, "delayed", due=event.heard + milliseconds)
    return []


def _collect(world: "World", receiver: str, event: Emitted, rule: str, effect: Reorder) -> list[Emitted]:
    """Put a delivery to those that the rule has collected; where there are enough now, all are made."""
    collected = [each for _, each in world.store.begin().records(TABLE) if each.rule == rule and each.group]
    if collected:
        due, group = collected[0].due, collected[0].group
    else:
        due, group = None if effect.within is None else event.heard + parse_duration(effect.within), None
    kept = _keep(world, receiver, event, rule, "collected", due=due, group=group)
    if kept.group is None or effect.window is None or len(collected) + 1 < effect.window:
        return []
    members = shuffled(world, kept.group)
    caused = hand_over(world, members, event.heard)
    stop_timers(world, members)
    return caused


def _keep(  # noqa: PLR0913 - what is known of a delivery
    world: "World",
    receiver: str,
    event: Emitted,
    rule: str,
    did: str,
    *,
    due: int | None = None,
    group: str | None = None,
) -> Delivery:
    """Let a delivery wait; one that is collected and joins no group is the first of a new one."""
    with on_behalf(world, event) as tx:
        number = tx.store.number(TABLE)
        due = None if due is None else min(due, LATEST)
        joins = group is not None
        if did == "collected" and not joins:
            group = f"{rule}/{number}"
        kept = Delivery(number, event.number, receiver, tx.now, due, rule, group)
        if due is not None and not joins:
            tx.schedule(due, DUE, kept.timer)
        tx.store.remember(TABLE, kept.id, kept)
        note(tx, Step(event.number, receiver, did, tx.now, rule, kept.id, due))
    return kept
