"""The idempotency keys that a world remembers."""

from typing import Any

from harness.platform import Answered, Member, Platform

DAY = 86_400
KEYS = "/__admin/idempotency-keys"


def _order(platform: Platform, member: Member, key: str) -> Answered:
    body = {"userId": member.id, "items": [{"productId": "p", "quantity": 1, "price": 5}]}
    return platform.post("orders", "/api/orders", body, member.token, idempotency_key=key)


def _listed(platform: Platform, query: str = "") -> Any:
    return platform.get("admin", f"{KEYS}?{query}").json


def test_a_key_is_told_as_it_was_sent_with_whose_it_is_and_when_it_ends() -> None:
    platform = Platform()
    ann = platform.register()
    _order(platform, ann, "a key/with=signs")
    assert _listed(platform) == {
        "keys": [
            {
                "key": "a key/with=signs",
                "operation": "orders.create",
                "caller": ann.id,
                "status": 201,
                "expires_at": "2026-01-02T00:00:00Z",
            }
        ],
        "total": 1,
        "limit": 10,
        "offset": 0,
    }


def test_the_newest_comes_first_in_pages() -> None:
    platform = Platform()
    ann = platform.register()
    for name in ("one", "two", "three"):
        _order(platform, ann, name)
        platform.advance(1)
    assert [entry["key"] for entry in _listed(platform, "limit=2")["keys"]] == ["three", "two"]
    assert [entry["key"] for entry in _listed(platform, "limit=2&offset=2")["keys"]] == ["one"]
    assert _listed(platform, "limit=2&offset=9") == {"keys": [], "total": 3, "limit": 2, "offset": 9}


def test_keys_are_found_by_operation_caller_and_key() -> None:
    platform = Platform()
    ann, bob = platform.register(), platform.register("bob")
    order, payment = platform.paid(ann)
    platform.post("payments", f"/api/payments/{payment['id']}/refund", {"amount": 1}, ann.token, idempotency_key="back")
    _order(platform, ann, "same")
    _order(platform, bob, "same")
    assert order["status"] == "confirmed"
    assert _listed(platform, "key=same")["total"] == 2
    assert _listed(platform, f"key=same&caller={bob.id}")["total"] == 1
    assert [entry["key"] for entry in _listed(platform, "operation=payments.refund")["keys"]] == ["back"]
    assert _listed(platform, "operation=payments.create")["total"] == 0


def test_a_key_ends_by_the_worlds_clock() -> None:
    platform = Platform()
    ann = platform.register()
    first = _order(platform, ann, "once")
    platform.advance(DAY - 1)
    ann = Member(ann.id, ann.email, platform.token(ann.id))
    assert _order(platform, ann, "once").json == first.json
    platform.advance(1)
    assert _listed(platform)["total"] == 0
    assert _order(platform, ann, "once").json["id"] != first.json["id"]
    assert _listed(platform)["total"] == 1


def test_a_key_that_is_forgotten_counts_as_the_first_again() -> None:
    platform = Platform()
    ann = platform.register()
    first, other = _order(platform, ann, "once"), _order(platform, ann, "other")
    assert platform.send("admin", "DELETE", f"{KEYS}?key=once").json == {"deleted": 1}
    again = _order(platform, ann, "once")
    assert "idempotent-replayed" not in again.headers
    assert again.json["id"] not in {first.json["id"], other.json["id"]}
    assert _order(platform, ann, "other").headers["idempotent-replayed"] == "true"


def test_all_are_forgotten_where_nothing_is_asked_for_and_none_where_none_fits() -> None:
    platform = Platform()
    ann = platform.register()
    for name in ("one", "two"):
        _order(platform, ann, name)
    before = platform.world.store.state
    assert platform.send("admin", "DELETE", f"{KEYS}?key=three").json == {"deleted": 0}
    assert platform.world.store.state is before
    assert platform.send("admin", "DELETE", KEYS).json == {"deleted": 2}
    assert _listed(platform)["total"] == 0


def test_keys_of_yesterday_are_listed_and_forgotten_too() -> None:
    platform = Platform(clock="2026-01-01T23:59:00Z")
    ann = platform.register()
    _order(platform, ann, "yesterday")
    platform.advance(120)
    _order(platform, ann, "today")
    assert [entry["key"] for entry in _listed(platform)["keys"]] == ["today", "yesterday"]
    assert platform.send("admin", "DELETE", KEYS).json == {"deleted": 2}
    assert "idempotent-replayed" not in _order(platform, ann, "yesterday").headers
