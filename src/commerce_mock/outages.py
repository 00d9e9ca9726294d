"""Services that are down: they answer 503, or nobody listens where they were."""

import logging
from typing import TYPE_CHECKING, Final, Protocol

from commerce_mock.problems import Problem

if TYPE_CHECKING:
    from commerce_mock.world import World

log = logging.getLogger("commerce_mock")

UNAVAILABLE: Final = "unavailable"
REFUSE: Final = "refuse"


class Doors(Protocol):
    """The ports of a server, each of which can be shut; lives as long as the server."""

    def shut(self, service: str, /) -> None:
        """Refuse connections to a service."""
        ...

    def open(self, service: str, /) -> None:
        """Take connections to a service again. Raises Problem CONFLICT where another process has taken its port."""
        ...


def take_down(world: "World", service: str, *, refuse: bool = False) -> None:
    """Let a service be down: those that need it fail. With `refuse` it answers nothing at all.

    The default world's ports refuse connections then. A port serves all worlds, so that in any other one the mock has
    to take a connection to know which world is meant: there it is reset.
    """
    world.down.add(service)
    if refuse and service not in world.refusing:
        world.refusing.add(service)
        if world.doors is not None:
            world.doors.shut(service)
    elif not refuse:
        _listen(world, service)


def bring_up(world: "World", service: str) -> None:
    """Let a service answer again. Raises Problem CONFLICT where its port is taken meanwhile."""
    _listen(world, service)
    world.down.discard(service)


def bring_all_up(world: "World") -> None:
    """Let every service answer again, but for those whose port another process has taken meanwhile."""
    for service in sorted(world.refusing):
        try:
            _listen(world, service)
        except Problem as problem:
            log.warning("%s stays down: %s", service, problem.detail)
    world.down.intersection_update(world.refusing)


def _listen(world: "World", service: str) -> None:
    if service in world.refusing:
        if world.doors is not None:
            world.doors.open(service)
        world.refusing.discard(service)
