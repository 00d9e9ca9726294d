"""Moments of a world, kept by a name: all that a world is, so that it can be had again, or go on elsewhere."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from commerce_mock.branches import branch
from commerce_mock.delivery_rules import DeliveryRules
from commerce_mock.faults import Faults
from commerce_mock.forcing import Forcing
from commerce_mock.outages import bring_all_up, take_down
from commerce_mock.problems import at
from commerce_mock.store.memory import State
from commerce_mock.versions import Version

if TYPE_CHECKING:
    from commerce_mock.world import World

MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds in a world besides its state: which services are down, faults, delivery rules, and who is refused."""

    down: frozenset[str]
    refusing: frozenset[str]
    faults: Faults
    delivery_rules: DeliveryRules
    forced: tuple[Forcing, ...]

    @classmethod
    def of(cls, world: "World") -> "Conditions":
        """Those of a world, going their own way from here."""
        forced = tuple(forcing.copy() for forcing in world.forced)
        rules = world.delivery_rules.copy()
        return cls(frozenset(world.down), frozenset(world.refusing), world.faults.copy(), rules, forced)

    def lay(self, world: "World") -> None:
        """Let them hold in a world."""
        bring_all_up(world)
        for service in sorted(self.down):
            take_down(world, service, refuse=service in self.refusing)
        world.faults = self.faults.copy()
        world.delivery_rules = self.delivery_rules.copy()
        world.forced = [forcing.copy() for forcing in self.forced]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a world is at one time; lives as long as somebody wants to return to it, and costs only what changes since.

    `now` is the world's time then, in milliseconds since the epoch. Without `conditions` those stay that there are.
    """

    state: State
    now: int
    conditions: Conditions | None = None

    @classmethod
    def of(cls, world: "World") -> "Moment":
        """Now."""
        return cls(world.store.state, world.clock.now(), Conditions.of(world))

    def restore(self, world: "World") -> None:
        """Let a world be as it was then, all at once. Its journal goes on, and so does a clock that runs."""
        with world.lock:
            if self.conditions is not None:
                self.conditions.lay(world)
            world.store.state = self.state
            if world.schedule is not None:
                world.schedule.forget()
            if world.outbox is not None:
                branch(world)
            if world.clock.frozen_at is not None:
                world.clock.set(self.now, frozen=True)
            world.reschedule()


def after(version: Version, world: "World") -> Moment:
    """The moment after a request of a world, under the conditions that there are."""
    return Moment(version.after, world.clock.now() if version.frozen_at is None else version.frozen_at)


def snapshot(world: "World", name: str) -> Moment:
    """Keep what a world is now. Raises Problem CONFLICT where there is a snapshot of that name, or too many."""
    if name in world.snapshots:
        raise at("CONFLICT", "/name", f"There is a snapshot {name} already.")
    if len(world.snapshots) >= MOST:
        raise at("CONFLICT", "/name", f"There are {MOST} snapshots already: delete some.")
    moment = world.snapshots[name] = Moment.of(world)
    return moment
