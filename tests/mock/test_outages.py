"""A service that is down, and the ports of the default world that are shut for it."""

import pytest

from commerce_mock.outages import bring_all_up, bring_up, take_down
from commerce_mock.problems import Problem
from commerce_mock.world import World
from harness.platform import Platform


class Ports:
    def __init__(self) -> None:
        self.told: list[str] = []

    def shut(self, service: str) -> None:
        self.told.append(f"shut {service}")

    def open(self, service: str) -> None:
        self.told.append(f"open {service}")


class TakenFrom(Ports):
    """Somebody else listens at the port of one service."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def open(self, service: str) -> None:
        super().open(service)
        if service == self.service:
            raise Problem("CONFLICT", "The port is taken.")


def world() -> tuple[World, Ports]:
    made, ports = Platform().world, Ports()
    made.doors = ports
    return made, ports


def test_a_service_that_is_only_unavailable_keeps_its_port() -> None:
    made, ports = world()
    take_down(made, "orders")
    bring_up(made, "orders")
    assert (made.down, made.refusing, ports.told) == (set(), set(), [])


def test_a_port_is_shut_once_and_opened_again() -> None:
    made, ports = world()
    take_down(made, "orders", refuse=True)
    take_down(made, "orders", refuse=True)
    assert (made.down, made.refusing, ports.told) == ({"orders"}, {"orders"}, ["shut orders"])
    bring_up(made, "orders")
    assert (made.down, made.refusing, ports.told) == (set(), set(), ["shut orders", "open orders"])


def test_a_service_that_refused_can_go_on_being_unavailable() -> None:
    made, ports = world()
    take_down(made, "orders", refuse=True)
    take_down(made, "orders")
    assert (made.down, made.refusing, ports.told) == ({"orders"}, set(), ["shut orders", "open orders"])


def test_all_are_brought_up_together() -> None:
    made, ports = world()
    take_down(made, "users")
    take_down(made, "orders", refuse=True)
    bring_all_up(made)
    assert (made.down, made.refusing, ports.told) == (set(), set(), ["shut orders", "open orders"])


def test_a_port_that_is_taken_keeps_its_service_down_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    made, _ = world()
    for service in ("orders", "payments", "users"):
        take_down(made, service, refuse=True)
    made.doors = TakenFrom("payments")
    made.reset()
    assert (made.down, made.refusing) == ({"payments"}, {"payments"})
    assert "payments stays down: The port is taken." in caplog.text


def test_another_world_has_no_ports_to_shut() -> None:
    made, ports = world()
    twin = made.twin("w", 0)
    take_down(twin, "orders", refuse=True)
    bring_up(twin, "orders")
    assert ports.told == []
