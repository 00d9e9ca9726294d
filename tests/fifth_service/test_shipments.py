"""A service that no Python knows, served from its two documents; every exchange is examined by the judge."""

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from harness.platform import Answered, Platform

CONTRACT = Path(__file__).parent / "contract"
ANN = "550e8400-e29b-41d4-a716-446655440001"
BOB = "550e8400-e29b-41d4-a716-446655440002"
SHIPMENTS = "/api/shipments"


class Depot(Platform):
    """The mock of the shipment service, with two customers."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(CONTRACT, **settings)
        self.ann, self.bob = self.token(ANN), self.token(BOB)

    def hand_in(self, number: str, token: str | None = None, **changes: Any) -> Answered:
        parcel = {"trackingNumber": number, "weight": 2.5, "destination": {"street": "1 High Street", "city": "Leeds"}}
        return self.post("shipments", SHIPMENTS, {**parcel, **changes}, token or self.ann)

    def change(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answered:
        return self.send("shipments", method, SHIPMENTS + path, body, token or self.ann)

    def counted(self, sample: str) -> float:
        text = self.get("shipments", "/metrics").body.decode()
        return sum(
            s.value for family in text_string_to_metric_families(text) for s in family.samples if s.name == sample
        )


@pytest.fixture
def depot() -> Depot:
    return Depot()


def test_no_rule_is_written_for_it(depot: Depot) -> None:
    own = {name for name in depot.contract.operations if name.startswith("shipments.")}
    assert len(own) == 9
    monitoring = {"shipments.health", "shipments.ready", "shipments.metrics"}
    assert own - depot.unruled() == monitoring


def test_a_shipment_is_created_with_all_that_the_contract_implies(depot: Depot) -> None:
    created = depot.hand_in("TRACK0001", pickupCode="1234")
    assert created.status == 201
    assert created.headers["location"] == "/api/shipments/shipment-1"
    assert created.json == {
        "id": "shipment-1",
        "customerId": ANN,  # the caller
        "trackingNumber": "TRACK0001",
        "status": "packed",  # the first state
        "weight": 2.5,
        "insured": False,  # the default
        "depot": "north",  # required, said by nobody: as the example shows it
        "destination": {"street": "1 High Street", "city": "Leeds"},
        "createdAt": "2026-01-01T00:00:00Z",
    }
    assert depot.get("shipments", created.headers["location"], depot.ann).json == created.json


def test_an_update_merges_and_leaves_the_rest(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    depot.advance(60)
    body = {
        "weight": 3,
        "destination": {"note": "ring twice"},
        "depot": "south",
        "status": "delivered",
        "id": "shipment-9",
    }
    changed = depot.change("PATCH", "/shipment-1", body)
    assert changed.json["destination"] == {"street": "1 High Street", "city": "Leeds", "note": "ring twice"}
    assert (changed.json["weight"], changed.json["updatedAt"]) == (3, "2026-01-01T00:01:00Z")
    assert (changed.json["id"], changed.json["status"], changed.json["depot"]) == ("shipment-1", "packed", "north")


def test_a_list_has_filters_pages_and_a_total(depot: Depot) -> None:
    for number in range(5):
        depot.hand_in(f"TRACK{number}", insured=number % 2 == 0)
    depot.hand_in("OTHER", depot.bob)
    depot.change("PUT", "/shipment-1/status", {"status": "dispatched"})

    def page(query: str) -> tuple[list[str], int]:
        answer = depot.get("shipments", f"/api/customers/{ANN}/shipments?{query}", depot.ann).json
        return [shipment["id"] for shipment in answer["shipments"]], answer["total"]

    assert page("") == (["shipment-5", "shipment-4", "shipment-3"], 5)
    assert page("offset=3") == (["shipment-2", "shipment-1"], 5)
    assert page("offset=5") == ([], 5)
    assert page("insured=true") == (["shipment-5", "shipment-3", "shipment-1"], 3)
    assert page("insured=true&limit=1&offset=1") == (["shipment-3"], 3)
    assert page("insured=true&status=dispatched") == (["shipment-1"], 1)
    assert page("status=delivered") == ([], 0)


def test_it_moves_by_a_body_and_by_an_operation(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    depot.advance(60)
    sent = depot.change("PUT", "/shipment-1/status", {"status": "dispatched"})
    assert (sent.json["status"], sent.json["dispatchedAt"]) == ("dispatched", "2026-01-01T00:01:00Z")
    depot.advance(60)
    back = depot.change("POST", "/shipment-1/recall")
    assert back.json == {"id": "shipment-1", "status": "recalled", "recalledAt": "2026-01-01T00:02:00Z"}
    read = depot.get("shipments", "/api/shipments/shipment-1", depot.ann).json
    assert (read["status"], read["dispatchedAt"]) == ("recalled", "2026-01-01T00:01:00Z")


@pytest.mark.parametrize("target", ["packed", "dispatched", "delivered", "recalled"])
@pytest.mark.parametrize("state", ["packed", "dispatched", "delivered", "recalled"])
def test_every_state_allows_its_own_transitions_only(depot: Depot, state: str, target: str) -> None:
    depot.hand_in("TRACK0001")
    way = {
        "packed": [],
        "dispatched": ["dispatched"],
        "delivered": ["dispatched", "delivered"],
        "recalled": ["recalled"],
    }
    for step in way[state]:
        assert depot.change("PUT", "/shipment-1/status", {"status": step}).status == 200
    allowed = {"packed": {"dispatched", "recalled"}, "dispatched": {"delivered", "recalled"}}.get(state, set())
    moved = depot.change("PUT", "/shipment-1/status", {"status": target})
    if target in allowed:
        assert (moved.status, moved.json["status"]) == (200, target)
    else:
        assert (moved.status, moved.code, moved.json["title"]) == (409, "SHIP_003", "Parcel is beyond that")
        assert depot.get("shipments", "/api/shipments/shipment-1", depot.ann).json["status"] == state


def test_refusals_carry_the_codes_of_its_own_contract(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    nowhere = {"street": ""}
    lists = f"/api/customers/{ANN}/shipments"
    for answer, status, code, pointers in [
        (depot.get("shipments", "/api/shipments/shipment-9", depot.ann), 404, "SHIP_002", []),
        (depot.change("PATCH", "/shipment-9", {"weight": 3}), 404, "SHIP_002", []),
        (depot.change("POST", "/shipment-9/recall"), 404, "SHIP_002", []),
        (depot.hand_in("track0001", depot.bob), 409, "SHIP_001", ["/trackingNumber"]),
        (depot.hand_in("TRACK0002", weight=31), 422, "SHIP_004", ["/weight"]),
        (depot.hand_in("TRACK0002", destination=nowhere), 422, "VALIDATION_ERROR",
         ["/destination/street", "/destination/city"]),
        (depot.change("PUT", "/shipment-1/status", {"status": "lost"}), 422, "VALIDATION_ERROR", ["/status"]),
        (depot.get("shipments", f"{lists}?limit=51", depot.ann), 422, "VALIDATION_ERROR", ["/query/limit"]),
        (depot.hand_in("TRACK0002", customerId=BOB), 403, "FORBIDDEN", []),
        (depot.get("shipments", "/api/shipments/shipment-1", depot.bob), 403, "FORBIDDEN", []),
        (depot.get("shipments", lists, depot.bob), 403, "FORBIDDEN", []),
        (depot.change("POST", "/shipment-1/recall", token=depot.bob), 403, "FORBIDDEN", []),
        (depot.get("shipments", "/api/shipments/shipment-1"), 401, "UNAUTHORIZED", []),
        (depot.change("POST", "", b"{"), 400, "BAD_REQUEST", []),
    ]:  # fmt: skip
        assert (answer.status, answer.code, answer.pointers) == (status, code, pointers), answer
        assert answer.json["type"] == f"https://shipments.example/problems/{code.lower().replace('_', '-')}"
    assert depot.get("shipments", lists, depot.admin).json["total"] == 1


def test_a_unique_value_is_taken_and_given_up_by_updates(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    depot.hand_in("TRACK0002")
    assert depot.change("PATCH", "/shipment-2", {"trackingNumber": "TRACK0001"}).code == "SHIP_001"
    assert depot.change("PATCH", "/shipment-2", {"trackingNumber": "TRACK0003"}).status == 200
    assert depot.hand_in("TRACK0002").status == 201


def test_its_events_are_made_from_the_resource(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    depot.change("PATCH", "/shipment-1", {"weight": 4})
    depot.change("PUT", "/shipment-1/status", {"status": "dispatched"})
    depot.change("PUT", "/shipment-1/status", {"status": "delivered"})
    events = depot.events()
    assert [event["type"] for event in events] == [
        "shipment_created", "shipment_corrected", "shipment_dispatched", "shipment_delivered",
    ]  # fmt: skip
    assert events[0]["payload"] == {
        "event_type": "shipment_created",
        "shipment_id": "shipment-1",
        "customer_id": ANN,
        "data": {"tracking_number": "TRACK0001", "weight": 2.5, "created_at": "2026-01-01T00:00:00Z"},
    }
    assert events[1]["payload"]["data"] == {"weight": 4, "corrected_at": "2026-01-01T00:00:00Z"}
    assert {(event["channel"], event["source"]) for event in events} == {("shipment_events", "/shipments")}


def test_its_metrics_count_requests_and_events(depot: Depot) -> None:
    assert depot.counted("shipments_created_total") == 0
    depot.hand_in("TRACK0001")
    depot.hand_in("TRACK0002")
    depot.hand_in("TRACK0002")
    depot.change("PUT", "/shipment-1/status", {"status": "dispatched"})
    depot.change("PUT", "/shipment-1/status", {"status": "delivered"})
    assert depot.counted("shipments_created_total") == 2
    assert depot.counted("shipments_delivered_total") == 1
    assert depot.counted("events_published_total") == 4
    text = depot.get("shipments", "/metrics").body.decode()
    assert 'http_requests_total{method="POST",operation="shipments.create",status="409"} 1.0' in text


def test_it_can_be_switched_off(depot: Depot) -> None:
    assert depot.get("shipments", "/health").json["status"] == "healthy"
    assert depot.send("admin", "PUT", "/__admin/services/shipments", {"up": False}).json["up"] is False
    assert (depot.get("shipments", "/health").status, depot.get("shipments", "/ready").status) == (503, 503)
    refused = depot.hand_in("TRACK0001")
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "SERVICE_UNAVAILABLE", "5")


def test_without_auth_a_parcel_needs_an_owner_in_its_body() -> None:
    depot = Depot(auth=False)
    nobodys = depot.hand_in("TRACK0001")
    assert (nobodys.status, nobodys.pointers) == (422, ["/customerId"])
    assert depot.hand_in("TRACK0001", customerId=BOB).json["customerId"] == BOB


def test_the_controls_of_the_mock_come_along(depot: Depot) -> None:
    depot.hand_in("TRACK0001")
    assert [service["name"] for service in depot.get("admin", "/__admin/services").json["services"]] == ["shipments"]
    assert depot.get("admin", "/__admin/inbox").json["total"] == 0
    assert depot.post("admin", "/__admin/reset").status == 204
    assert depot.events() == []
    assert depot.get("shipments", "/api/shipments/shipment-1", depot.ann).code == "SHIP_002"
    assert "admin.settle" not in depot.contract.operations
