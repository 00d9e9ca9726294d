"""The mock's own controls: every operation under /__admin."""

import pytest

from harness.platform import Platform
from harness.stage import Stage


def test_a_reset_returns_to_the_scenario_and_goes_on_as_from_the_start() -> None:
    stage = Stage()
    origin = stage.platform.world.store.state
    first = stage.send(stage.ask("orders.create")).json
    stage.send(stage.ask("payments.create"))
    stage.send(stage.ask("users.create"))
    stage.platform.switch("notifications", up=False)
    stage.platform.advance(600)

    reset = stage.platform.post("admin", "/__admin/reset")
    assert (reset.status, reset.body) == (204, b"")
    assert stage.platform.world.store.state is origin
    assert [entry.operation for entry in stage.platform.world.journal.entries] == ["admin.reset"]
    services = stage.platform.get("admin", "/__admin/services").json["services"]
    assert all(service["up"] for service in services)
    clock = stage.platform.get("admin", "/__admin/clock").json
    assert clock == {"now": "2026-01-01T00:10:00Z", "mode": "frozen"}
    again = stage.send(stage.ask("orders.create")).json
    assert again == {**first, "createdAt": "2026-01-01T00:10:00Z"}


def test_a_reset_forgets_idempotency_keys_and_payments_that_were_under_way() -> None:
    stage = Stage()
    keyed = stage.ask("orders.create").but(headers={"Idempotency-Key": "one"})
    stage.send(keyed)
    stage.send(stage.ask("payments.create"))
    stage.platform.post("admin", "/__admin/reset")
    events = stage.platform.events()
    stage.platform.advance(10)
    assert stage.platform.events() == events
    assert "idempotent-replayed" not in stage.send(keyed).headers


def test_the_inbox_is_newest_first_in_pages_by_user_and_channel() -> None:
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    platform.order(ann)

    def ids(query: str) -> tuple[list[str], int]:
        found = platform.get("admin", f"/__admin/inbox?{query}").json
        return [mail["id"] for mail in found["notifications"]], found["total"]

    assert ids("limit=2") == (["notification-3", "notification-2"], 3)
    assert ids("limit=2&offset=2") == (["notification-1"], 3)
    assert ids(f"user_id={ann.id}") == (["notification-3", "notification-1"], 2)
    assert ids(f"user_id={ann.id}&limit=1&offset=1") == (["notification-1"], 2)
    assert ids(f"user_id={bob.id}&channel=email") == (["notification-2"], 1)
    assert ids("channel=sms") == ([], 0)


def test_events_are_newest_first_in_pages_by_type() -> None:
    stage = Stage()

    def page(query: str) -> tuple[list[str], int]:
        found = stage.platform.get("admin", f"/__admin/events?{query}").json
        return [event["id"] for event in found["events"]], found["total"]

    assert page("limit=3") == (["event-10", "event-9", "event-8"], 10)
    assert page("limit=3&offset=9") == (["event-1"], 10)
    assert page("type=order_created") == (["event-9", "event-7", "event-2"], 3)
    assert page("type=order_created&limit=1&offset=1") == (["event-7"], 3)


def test_the_demo_mails_and_events_are_those_of_the_documents_examples() -> None:
    stage = Stage()
    inbox = stage.send(stage.ask("admin.inbox").but(query=f"user_id={stage.jane.id}")).json
    assert inbox == stage.operations["admin.inbox"].success.examples["verification"]
    events = stage.send(stage.ask("admin.events").but(query="type=user_verified")).json
    (shown,) = stage.operations["admin.events"].success.examples["verified"]["events"]
    assert events["events"] == [{**shown, "correlation_id": "scenario"}]


def test_services_are_listed_with_where_they_are_and_switched() -> None:
    platform = Platform()
    listed = platform.get("admin", "/__admin/services").json["services"]
    ports = {service.name: service.port for service in platform.contract.services.values() if service.name != "admin"}
    assert listed == [{"name": name, "url": f"http://localhost:{port}", "up": True} for name, port in ports.items()]
    platform.world.urls["orders"] = "http://127.0.0.1:4711"
    down = platform.switch("orders", up=False).json
    assert down == {"name": "orders", "url": "http://127.0.0.1:4711", "up": False, "mode": "unavailable"}
    assert down in platform.get("admin", "/__admin/services").json["services"]
    assert platform.switch("orders", up=False).json == down
    assert platform.switch("orders", up=True).json["up"] is True
    assert platform.switch("orders", up=True).json["up"] is True


@pytest.mark.parametrize("name", ["shipments", "admin", "order", "%20"])
def test_only_a_service_that_the_mock_plays_is_switched(name: str) -> None:
    refused = Platform().switch(name, up=False)
    assert (refused.status, refused.code) == (404, "NOT_FOUND")


def test_the_controls_answer_on_every_service_s_port() -> None:
    platform = Platform()
    for service in platform.contract.services:
        assert platform.get(service, "/__admin/clock").json["mode"] == "frozen"


def test_the_journal_shows_requests_newest_first_without_the_one_that_asks() -> None:
    platform = Platform()
    platform.register()
    platform.get("orders", "/api/orders/order-0?secret=1", platform.admin)
    platform.get("orders", "/nowhere")
    shown = platform.get("admin", "/__admin/requests?limit=2").json
    assert (shown["total"], shown["limit"], shown["offset"]) == (3, 2, 0)
    told = [
        (entry["id"], entry["service"], entry["operation"], entry["method"], entry["path"], entry["status"])
        for entry in shown["requests"]
    ]
    assert told == [
        ("request-3", "orders", None, "GET", "/nowhere", 404),
        ("request-2", "orders", "orders.get", "GET", "/api/orders/order-0", 404),
    ]
    rest = platform.get("admin", "/__admin/requests?limit=2&offset=3").json
    assert [entry["operation"] for entry in rest["requests"]] == ["users.create"]
