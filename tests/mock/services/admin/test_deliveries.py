"""Deliveries on their way over the control API: listed, released in any order, dropped."""

from typing import Any

import pytest

from harness.deliveries import Shop

DELIVERIES = "/__admin/deliveries"


def shop() -> Shop:
    """A shop with a payment of which nobody has heard."""
    made = Shop({"effect": "hold", "type": "payment_completed"}, {"effect": "delay", "delay": "1h"})
    made.pay()
    return made


def listed(made: Shop, query: str = "") -> list[str]:
    page = made.platform.get("admin", f"{DELIVERIES}{query}").json
    assert page["total"] >= len(page["deliveries"])
    return [each["id"] for each in page["deliveries"]]


def test_what_is_on_its_way_is_told_with_its_event_its_rule_and_when_it_is_due() -> None:
    page = shop().platform.get("admin", f"{DELIVERIES}?limit=2").json
    late, held = page["deliveries"]
    assert (page["total"], page["limit"]) == (4, 2)
    assert held["event"].pop("payload")["payment_id"] == "pay-1"
    assert held == {
        "id": "delivery-2",
        "receiver": "users",
        "since": "2026-01-01T00:00:01Z",
        "due": None,
        "rule": "rule-1",
        "event": {
            "id": "event-3",
            "source": "/payments",
            "type": "payment_completed",
            "time": "2026-01-01T00:00:01Z",
            "channel": "payment_events",
            "correlation_id": "req-5",
            "world": "default",
        },
    }
    assert (late["id"], late["due"], late["rule"]) == ("delivery-1", "2026-01-01T01:00:00Z", "rule-2")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["delivery-1", "delivery-2", "delivery-3", "delivery-4"]),
        ("?receiver=orders", ["delivery-3"]),
        ("?receiver=notifications&type=order_created", ["delivery-1"]),
        ("?rule=rule-1&limit=1&offset=1", ["delivery-3"]),
        ("?rule=rule-9", []),
        ("?type=order_lost", []),
    ],
)
def test_they_are_found_by_type_receiver_and_rule_in_pages(query: str, found: list[str]) -> None:
    assert listed(shop(), query) == found


def test_one_is_released_by_its_id_with_what_came_of_it() -> None:
    made = shop()
    released = made.platform.post("admin", f"{DELIVERIES}/delivery-3/release")
    assert released.status == 200
    assert [each["id"] for each in released.json["released"]] == ["delivery-3"]
    assert [event["type"] for event in released.json["events"]] == ["order_confirmed"]
    assert listed(made) == ["delivery-1", "delivery-2", "delivery-4", "delivery-5"]
    again = made.platform.post("admin", f"{DELIVERIES}/delivery-3/release")
    assert (again.status, again.json["detail"]) == (404, "The delivery delivery-3 is on its way no more, or never was.")


@pytest.mark.parametrize(
    ("body", "released"),
    [
        (None, ["delivery-1", "delivery-2", "delivery-3", "delivery-4"]),
        ({}, ["delivery-1", "delivery-2", "delivery-3", "delivery-4"]),
        ({"first": 2}, ["delivery-1", "delivery-2"]),
        ({"first": 9}, ["delivery-1", "delivery-2", "delivery-3", "delivery-4"]),
        ({"ids": ["delivery-4", "delivery-2"]}, ["delivery-4", "delivery-2"]),
    ],
)
def test_several_are_released_at_once(body: Any, released: list[str]) -> None:
    answered = shop().platform.post("admin", f"{DELIVERIES}/release", body)
    assert [each["id"] for each in answered.json["released"]] == released


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ids": ["delivery-1", "delivery-9"]}, "/ids/1"),
        ({"ids": ["delivery-1"], "first": 1}, "/first"),
        ({"ids": []}, "/ids"),
        ({"ids": ["delivery-1", "delivery-1"]}, "/ids"),
        ({"first": 0}, "/first"),
    ],
)
def test_what_cannot_be_released_is_refused_and_nothing_is_delivered(body: Any, pointer: str) -> None:
    made = shop()
    refused = made.platform.post("admin", f"{DELIVERIES}/release", body)
    assert (refused.status, refused.pointers) == (422, [pointer])
    assert len(listed(made)) == 4


def test_they_are_dropped_one_or_all() -> None:
    made = shop()
    assert made.platform.send("admin", "DELETE", f"{DELIVERIES}/delivery-3").status == 204
    assert made.platform.send("admin", "DELETE", f"{DELIVERIES}/delivery-3").status == 404
    assert listed(made) == ["delivery-1", "delivery-2", "delivery-4"]
    assert made.platform.send("admin", "DELETE", DELIVERIES).status == 204
    assert (listed(made), made.timers()) == ([], [])
