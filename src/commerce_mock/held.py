"""A running clock, held: a request takes no time, so that whatever it says of the time can be said again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commerce_mock.clock import Clock

if TYPE_CHECKING:
    from commerce_mock.world import World


class HeldClock(Clock):
    """A world's clock, by a machine's that says `machine` (milliseconds since the epoch) until that is moved."""

    __slots__ = ("machine",)

    def __init__(self, machine: int, frozen_at: int | None = None, offset: int = 0) -> None:
        super().__init__(frozen_at, offset)
        self.machine = machine

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return self.machine + self.offset if self.frozen_at is None else self.frozen_at

    def machine_time(self) -> int:
        """What that machine's clock says, in milliseconds since the epoch."""
        return self.machine


@contextmanager
def held(world: "World") -> Iterator[int]:
    """Hold a world's clock for a while; what is turned on it meanwhile stays turned. Gives the machine's time."""
    clock = world.clock
    if isinstance(clock, HeldClock):  # it is held for longer
        yield clock.machine
        return
    moment = HeldClock(clock.machine_time(), clock.frozen_at, clock.offset)
    world.clock = moment
    try:
        yield moment.machine
    finally:
        clock.frozen_at, clock.offset = moment.frozen_at, moment.offset
        world.clock = clock
