"""The state by the control API: read at any request, compared, gone back to, taken elsewhere."""

from typing import Any

import pytest

from harness.platform import Answered, Platform
from harness.stage import JOHN, Stage


def state(platform: Platform, query: str = "") -> Any:
    return platform.get("admin", f"/__admin/state?{query}").json


def rewind(platform: Platform, to: str) -> Answered:
    return platform.post("admin", "/__admin/rewind", {"to": to})


def changed(platform: Platform, query: str = "") -> list[dict[str, Any]]:
    answered = platform.get("admin", f"/__admin/state/diff?{query}")
    assert (answered.status, answered.headers["content-type"]) == (200, "application/json-patch+json")
    operations: list[dict[str, Any]] = answered.json
    return operations


def test_all_collections_are_read_in_pages_the_newest_first() -> None:
    stage = Stage()
    order = stage.send(stage.ask("orders.create")).json
    page = state(stage.platform, "limit=1")
    assert page["totals"] == {"orders": 4, "payments": 2, "users": 2}
    assert page["resources"]["orders"] == {order["id"]: order}
    assert [list(found) for found in page["resources"].values()][1:] == [
        ["pay-457"],
        ["550e8400-e29b-41d4-a716-446655440002"],
    ]
    second = state(stage.platform, "limit=2&offset=1&collection=orders")
    assert list(second["resources"]) == ["orders"]
    assert list(second["resources"]["orders"]) == ["order-125", "order-124"]


def test_nothing_hidden_shows_in_the_state() -> None:
    platform = Platform()
    member = platform.register()
    assert platform.mailed_token(member) not in platform.get("admin", "/__admin/state").body.decode()


def test_a_collection_that_is_not_stored_is_refused_with_those_that_are() -> None:
    refused = Platform().get("admin", "/__admin/state?collection=shoes")
    assert (refused.status, refused.pointers) == (422, ["/query/collection"])
    assert "orders, payments, users" in refused.json["errors"][0]["message"]


def test_the_past_is_read_at_a_request() -> None:
    stage = Stage()
    first, second = (stage.send(stage.ask("orders.create")) for _ in range(2))
    at_first = state(stage.platform, f"collection=orders&at={first.headers['x-mock-request-id']}&limit=1")
    assert (at_first["totals"], list(at_first["resources"]["orders"])) == ({"orders": 4}, [first.json["id"]])
    at_second = state(stage.platform, f"collection=orders&at={second.headers['x-request-id']}")
    assert at_second["totals"] == {"orders": 5}


def test_the_difference_of_two_requests_is_a_json_patch() -> None:
    stage = Stage()
    first = stage.send(stage.ask("orders.create"))
    second = stage.send(stage.ask("orders.set_status"))
    asked = f"from={first.headers['x-mock-request-id']}&to={second.headers['x-mock-request-id']}"
    operations = {operation["path"]: operation for operation in changed(stage.platform, asked)}
    assert operations["/orders/order-124/status"] == {
        "op": "replace",
        "path": "/orders/order-124/status",
        "value": "confirmed",
    }
    assert all(path.startswith("/orders/order-124/") for path in operations)
    back = changed(
        stage.platform, f"from={second.headers['x-mock-request-id']}&to={first.headers['x-mock-request-id']}"
    )
    assert {"op": "replace", "path": "/orders/order-124/status", "value": "pending"} in back


def test_without_requests_the_difference_is_all_since_the_beginning() -> None:
    stage = Stage()
    assert changed(stage.platform) == []
    order = stage.send(stage.ask("orders.create")).json
    assert changed(stage.platform) == [{"op": "add", "path": f"/orders/{order['id']}", "value": order}]


def test_a_difference_that_is_too_large_to_tell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_mock.services.admin.state.MOST", 1)
    stage = Stage()
    stage.send(stage.ask("orders.create"))
    assert len(changed(stage.platform)) == 1
    stage.send(stage.ask("orders.create"))
    refused = stage.platform.get("admin", "/__admin/state/diff")
    assert (refused.code, "nearer" in refused.json["detail"]) == ("CONFLICT", True)


def test_a_rewound_world_is_what_it_was_and_does_the_same_again() -> None:
    stage = Stage()
    platform = stage.platform
    start = stage.send(stage.ask("payments.create"))
    state_then, now = platform.world.store.state, platform.world.clock.now()
    first = stage.send(stage.ask("orders.create")).json
    platform.advance(3600)
    rewound = rewind(platform, start.headers["x-mock-request-id"])
    assert (rewound.status, rewound.json["now"]) == (200, "2026-01-01T00:00:00Z")
    assert platform.world.store.state is state_then
    assert platform.world.clock.now() == now
    assert platform.read_payment(start.json["id"])["status"] == "processing"
    assert stage.send(stage.ask("orders.create")).json == first
    platform.advance(2)
    assert platform.read_payment(start.json["id"])["status"] == "completed"


def test_a_rewind_can_be_taken_back_and_leaves_journal_outages_and_faults() -> None:
    stage = Stage()
    platform = stage.platform
    start = stage.send(stage.ask("users.get"))
    ordered = stage.send(stage.ask("orders.create"))
    platform.switch("notifications", up=False)
    rewind(platform, start.headers["x-mock-request-id"])
    assert state(platform)["totals"]["orders"] == 3
    assert platform.world.down == {"notifications"}
    assert [entry.operation for entry in platform.world.journal.entries][:2] == ["users.get", "orders.create"]
    rewind(platform, ordered.headers["x-mock-request-id"])
    assert state(platform)["totals"]["orders"] == 4


def test_a_clock_that_runs_goes_on_after_a_rewind() -> None:
    platform = Platform(clock="real")
    start = platform.get("users", "/health")
    platform.advance(3600)
    assert rewind(platform, start.headers["x-mock-request-id"]).json["mode"] == "real"
    assert platform.world.clock.offset == 3_600_000


def test_a_version_that_is_kept_no_longer_is_a_conflict_that_says_so_and_an_unknown_one_not_found() -> None:
    platform = Platform(judged=False)
    for _ in range(1001):
        platform.get("users", "/health")
    for refused, pointer in (
        (platform.get("admin", "/__admin/state?at=request-1"), "/query/at"),
        (platform.get("admin", "/__admin/state/diff?from=request-1"), "/query/from"),
        (platform.get("admin", "/__admin/state/diff?to=request-1"), "/query/to"),
        (rewind(platform, "request-1"), "/to"),
    ):
        assert (refused.status, refused.pointers) == (409, [pointer])
        assert "the newest 256 requests" in refused.json["detail"]
    unknown = platform.get("admin", "/__admin/state?at=request-9999")
    assert (unknown.status, unknown.pointers) == (404, ["/query/at"])
    assert platform.get("admin", "/__admin/state?at=request-900").status == 200


def test_a_reset_forgets_versions_and_faults_at_once() -> None:
    stage = Stage()
    platform = stage.platform
    first = stage.send(stage.ask("orders.create"))
    platform.post("admin", "/__admin/faults", {"fault": "reset", "operation": "orders.get"})
    platform.post("admin", "/__admin/reset")
    assert platform.world.store.state is platform.world.origin
    assert len(platform.world.faults) == 0
    found = platform.get("admin", f"/__admin/state?at={first.headers['x-request-id']}x")
    assert found.status == 404
    assert platform.get("admin", "/__admin/state?at=request-0").json["totals"]["orders"] == 3


def test_what_john_did_in_one_world_is_not_in_another() -> None:
    stage = Stage()
    stage.platform.engine.worlds.fork(stage.platform.world, "w1")
    stage.send(stage.ask("orders.create"))
    other = stage.platform.engine.worlds.get("w1")
    assert other is not None
    assert other.store.begin().count("orders", JOHN) == 3
