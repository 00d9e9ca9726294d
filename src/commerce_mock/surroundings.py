"""What surrounds a world's state: its clock, which services are down, whom it refuses, faults, deliveries, brokers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from commerce_mock.events import Emitted
from commerce_mock.forcing import Forcing
from commerce_mock.outages import bring_all_up, take_down

if TYPE_CHECKING:
    from commerce_mock.world import World


def surroundings(world: "World") -> dict[str, Any]:
    """All of it as JSON."""
    said = {
        "clock": world.clock.mode,
        "down": {name: name in world.refusing for name in sorted(world.down)},
        "forced": [forcing.document() for forcing in world.forced],
        "faults": world.faults.saved(),
        "delivery_rules": world.delivery_rules.saved(),
    }
    return said if world.outbox is None else {**said, "brokers": True}


def surround(world: "World", document: Mapping[str, Any]) -> None:
    """Let a world be surrounded so, as far as the document says."""
    if "clock" in document:
        world.clock.set(world.clock.now(), frozen=document["clock"] == "frozen")
    if "down" in document:
        bring_all_up(world)
        for service, refuse in document["down"].items():
            take_down(world, service, refuse=refuse)
    if "forced" in document:
        world.forced[:] = [
            Forcing(each["operation"], each["outcome"], each.get("times")) for each in document["forced"]
        ]
    if "faults" in document:
        world.faults.restore(document["faults"], world.behaviour.contract)
    if "delivery_rules" in document:
        world.delivery_rules.restore(document["delivery_rules"], world.behaviour)
    if document.get("brokers") and world.outbox is None:
        world.outbox = _Nowhere()


class _Nowhere:
    """The outbox of a world that is only to be as if it had brokers: its deliveries to them are counted and lost."""

    def append(self, world: str, event: Emitted) -> None:
        """Forget an event."""
