"""Faults as the control API sets, shows and forgets them, and services that are down in one way or another."""

from typing import Any

import pytest

from harness.platform import Answered, Platform


def create(platform: Platform, **fault: Any) -> Answered:
    return platform.post("admin", "/__admin/faults", fault)


def test_a_fault_is_set_shown_counted_and_deleted() -> None:
    platform = Platform()
    made = create(platform, fault="problem", operation="orders.get", code="ORDER_003", times=1)
    assert (made.status, made.json["id"]) == (201, "fault-1")
    path = "/__admin/faults/fault-1"
    assert platform.get("admin", path).json == made.json
    assert platform.get("orders", "/api/orders/order-1").code == "ORDER_003"
    struck = {**made.json, "seen": 1, "struck": 1}
    assert platform.get("admin", path).json == struck
    assert platform.get("admin", "/__admin/faults").json == {"faults": [struck], "total": 1, "limit": 10, "offset": 0}
    assert platform.send("admin", "DELETE", path).status == 204
    assert platform.send("admin", "DELETE", path).code == "NOT_FOUND"
    assert platform.get("admin", path).json["detail"] == "There is no fault fault-1."
    assert platform.get("admin", "/__admin/faults").json["total"] == 0


def test_faults_are_listed_in_pages_in_the_order_in_which_they_were_set() -> None:
    platform = Platform()
    for seconds in range(5):
        create(platform, fault="delay", seconds=seconds)
    page = platform.get("admin", "/__admin/faults?limit=2&offset=1").json
    assert ([fault["seconds"] for fault in page["faults"]], page["total"]) == ([1, 2], 5)
    assert platform.send("admin", "DELETE", "/__admin/faults").status == 204
    assert platform.get("admin", "/__admin/faults").json["faults"] == []


def test_a_fault_is_of_the_world_that_the_request_names() -> None:
    platform = Platform()
    platform.send("admin", "POST", "/__admin/worlds/default/fork", {"name": "w1"})
    other = platform.engine.worlds.get("w1")
    assert other is not None
    create(platform, fault="reset")
    assert (len(platform.world.faults), len(other.faults)) == (1, 0)


@pytest.mark.parametrize(
    ("fault", "pointer", "message"),
    [
        ({}, "/fault", "is required"),
        ({"fault": "explode"}, "/fault", "must be problem, status, delay"),
        ({"fault": "delay"}, "/seconds", "is required by the fault `delay`"),
        ({"fault": "delay", "seconds": -1}, "/seconds", "must be at least 0"),
        ({"fault": "status", "status": 200}, "/status", "must be at least 400"),
        ({"fault": "reset", "share": 0}, "/share", "must be more than 0"),
        ({"fault": "reset", "share": 1.5}, "/share", "must be at most 1"),
        ({"fault": "reset", "times": 0}, "/times", "must be at least 1"),
        ({"fault": "reset", "limit": 3}, "/limit", "means nothing to the fault `reset`: it takes after_commit"),
        ({"fault": "reset", "operation": "order"}, "/operation", "names no operation: there are "),
        ({"fault": "problem", "code": "ORDER_999"}, "/code", "is declared by none of the operations"),
        ({"fault": "status", "status": 500, "headers": {"a b": "c"}}, "/headers", "whose name is not allowed"),
        ({"fault": "status", "status": 500, "headers": {"a": "b\r\nc: d"}}, "/headers/a", "must match"),
        ({"fault": "status", "status": 500, "headers": {"Connection": "x"}}, "/headers/Connection", "transport's own"),
    ],
)
def test_what_is_no_fault_is_refused_with_what_to_do(fault: dict[str, Any], pointer: str, message: str) -> None:
    refused = create(Platform(), **fault)
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", [pointer])
    assert message in refused.json["errors"][0]["message"]
    assert refused.json["detail"].startswith(pointer)


def test_a_service_is_shown_with_how_it_is_down() -> None:
    platform = Platform()

    def orders() -> dict[str, Any]:
        listed = platform.get("admin", "/__admin/services").json["services"]
        (found,) = (each for each in listed if each["name"] == "orders")
        return {name: found[name] for name in ("up", "mode") if name in found}

    assert orders() == {"up": True}
    platform.switch("orders", up=False)
    assert orders() == {"up": False, "mode": "unavailable"}
    platform.send("admin", "PUT", "/__admin/services/orders", {"up": False, "mode": "refuse"})
    assert orders() == {"up": False, "mode": "refuse"}
    platform.post("admin", "/__admin/reset")
    assert orders() == {"up": True}


def test_no_secret_of_a_request_shows_in_what_is_told_of_a_fault() -> None:
    platform = Platform(judged=False)
    create(platform, fault="malformed")
    person = {"email": "ann@example.com", "username": "ann", "password": "canary-horse-9"}
    spoilt = platform.post("users", "/api/users", {**person, "first_name": "Ann", "last_name": "Lee"})
    assert spoilt.body.startswith(b'{"malformed":')
    assert b"canary" not in spoilt.body
    told = [platform.get("admin", path).body for path in ("/__admin/faults", "/__admin/requests")]
    assert b"canary" not in b"".join(told)
