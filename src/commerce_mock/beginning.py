"""A world that begins anew while the mock runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from commerce_mock.branches import branch
from commerce_mock.populate import populate
from commerce_mock.scenario import Scenario

if TYPE_CHECKING:
    from commerce_mock.world import World


def begin(world: "World", scenario: Scenario) -> None:
    """Let a world begin anew with a scenario, all at once; where the scenario cannot be laid, the world stays as it is.

    A clock that stands still is set to the scenario's time. Raises ScenarioError.
    """
    begin_with(world, scenario.clock, lambda fresh: populate(fresh, scenario))


def begin_with(world: "World", now: int | None, lay: "Callable[[World], None]") -> None:
    """Let a world begin anew with what `lay` makes the origin, the faults and the delivery rules of an empty one.

    A clock that stands still is set to `now` (milliseconds since the epoch). What `lay` raises changes nothing.
    """
    with world.lock:
        here = world.clock.now()
        frozen = world.clock.frozen_at is not None
        fresh = world.twin(world.name, now if frozen and now is not None else here)
        fresh.outbox = None  # brokers hear of what happens, not of what has happened before
        lay(fresh)
        world.origin, world.faults, world.delivery_rules = fresh.origin, fresh.faults, fresh.delivery_rules
        if frozen:
            world.clock.set(fresh.clock.now(), frozen=True)
        world.reset()
        if world.outbox is not None:
            branch(world, 0)  # what the scenario says has happened is something else, too
        if world.worlds is not None and world is world.worlds.default:
            world.worlds.began = world.clock.frozen_at
