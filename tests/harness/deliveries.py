"""A shop whose events meet delivery rules, and a broker that a test reads."""

from typing import Any

from commerce_mock import deliveries
from commerce_mock.delivery import Delivery
from commerce_mock.events import Emitted
from commerce_mock.world import World
from harness.platform import Answered, Platform


class Broker:
    """An outbox that a test reads."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def append(self, world: str, event: Emitted) -> None:
        self.got.append(f"{world} {event.type}")


class Shop:
    """A mock with a customer and delivery rules."""

    def __init__(self, *orders: dict[str, Any], **settings: Any) -> None:
        self.platform = Platform(**settings)
        self.world = self.platform.world
        self.ann = self.platform.register()
        for order in orders:
            self.rule(**order)

    def rule(self, **order: Any) -> Answered:
        made = self.platform.post("admin", "/__admin/delivery-rules", order)
        assert made.status == 201, made.body
        return made

    def pay(self) -> str:
        """An order with a payment that completes; the order's id."""
        order = self.platform.order(self.ann)
        assert self.platform.pay(self.ann, order).status == 201
        self.platform.advance(1)
        identifier: str = order["id"]
        return identifier

    def status(self, order: str) -> str:
        status: str = self.platform.read_order(order)["status"]
        return status

    def waiting(self) -> list[str]:
        return [f"{each.receiver} {each.emitted(self.world.store.begin()).type}" for each in waiting(self.world)]

    def subjects(self) -> list[str]:
        """The subjects of the mails, oldest first."""
        return [mail["subject"] for mail in self.platform.inbox()][::-1]

    def timers(self) -> list[str]:
        return [timer[3] for timer in self.world.store.begin().timers()]


def waiting(world: World) -> list[Delivery]:
    return deliveries.pending(world)


def numbers(world: World) -> list[int]:
    return [each.number for each in waiting(world)]
