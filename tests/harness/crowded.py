"""Worlds that have as much as a world can have, and ports that somebody else has taken."""

from typing import NoReturn

from commerce_mock import delivery_rules, faults
from commerce_mock.delivery_effects import Drop
from commerce_mock.fault_kinds import Reset
from commerce_mock.problems import Problem
from harness.stage import Stage


def full_of_faults() -> Stage:
    stage = Stage()
    for _ in range(faults.MOST):
        stage.platform.world.faults.add(faults.Fault(Reset(), "orders.get"))
    return stage


def full_of_delivery_rules() -> Stage:
    stage = Stage()
    for _ in range(delivery_rules.MOST):
        stage.platform.world.delivery_rules.add(delivery_rules.DeliveryRule(Drop(), receivers=("notifications",)))
    return stage


class Taken:
    """The doors of a server whose ports cannot be had again: somebody else listens there."""

    def shut(self, service: str) -> None:
        assert service == "orders"

    def open(self, service: str) -> NoReturn:
        raise Problem("CONFLICT", f"The port of {service} is taken meanwhile.")
