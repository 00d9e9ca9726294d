"""The service that no Python knows, over real HTTP: `commerce-mock serve --contract DIR`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harness.command import BIN, Running, serving

CONTRACT = Path(__file__).parent / "contract"
ANN = "550e8400-e29b-41d4-a716-446655440001"
BOB = "550e8400-e29b-41d4-a716-446655440002"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving("--contract", str(CONTRACT), services=["shipments", "admin"]) as running:
        yield running


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    httpx.post(f"{running.urls['admin']}/__admin/reset").raise_for_status()
    with httpx.Client(base_url=running.urls["shipments"], headers={"authorization": f"Bearer {token(ANN)}"}) as client:
        yield client


def token(user: str) -> str:
    command = [str(BIN / "commerce-mock"), "token", "--user", user]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own command


def parcel(number: str, weight: float = 2.5) -> dict[str, object]:
    return {"trackingNumber": number, "weight": weight, "destination": {"street": "1 High Street", "city": "Leeds"}}


def test_the_ready_message_names_the_service_and_the_controls(running: Running) -> None:
    assert running.urls.keys() == {"shipments", "admin"}
    assert "empty scenario" in running.printed


def test_it_is_created_read_updated_moved_and_listed(client: httpx.Client) -> None:
    created = client.post("/api/shipments", json=parcel("TRACK0001"))
    assert (created.status_code, created.headers["location"]) == (201, "/api/shipments/shipment-1")
    assert client.get("/api/shipments/shipment-1").json() == created.json()
    assert client.patch("/api/shipments/shipment-1", json={"weight": 3}).json()["weight"] == 3
    moved = client.put("/api/shipments/shipment-1/status", json={"status": "dispatched"})
    assert moved.json()["status"] == "dispatched"
    assert client.post("/api/shipments/shipment-1/recall").json()["status"] == "recalled"
    client.post("/api/shipments", json=parcel("TRACK0002"))
    page = client.get(f"/api/customers/{ANN}/shipments", params={"status": "recalled"}).json()
    assert ([shipment["id"] for shipment in page["shipments"]], page["total"]) == (["shipment-1"], 1)


def test_refusals_carry_its_own_codes(client: httpx.Client) -> None:
    client.post("/api/shipments", json=parcel("TRACK0001"))
    client.post("/api/shipments/shipment-1/recall")
    others = {"authorization": f"Bearer {token(BOB)}"}
    answers = [
        client.get("/api/shipments/shipment-9"),
        client.get("/api/shipments/shipment-1", headers=others),
        client.post("/api/shipments", json=parcel("TRACK0001")),
        client.post("/api/shipments/shipment-1/recall"),
        client.post("/api/shipments", json=parcel("TRACK0002", weight=99)),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "SHIP_002"),
        (403, "FORBIDDEN"),
        (409, "SHIP_001"),
        (409, "SHIP_003"),
        (422, "SHIP_004"),
    ]


def test_its_events_and_metrics_are_there(client: httpx.Client, running: Running) -> None:
    sample = 'events_published_total{event_type="shipment_created"}'

    def created() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(sample))

    before = created()
    client.post("/api/shipments", json=parcel("TRACK0001"), headers={"x-request-id": "mine"})
    assert created() == before + 1
    (event,) = httpx.get(f"{running.urls['admin']}/__admin/events").json()["events"]
    assert (event["type"], event["correlation_id"]) == ("shipment_created", "mine")
    assert event["payload"]["data"]["tracking_number"] == "TRACK0001"


def test_its_document_and_page_are_served(client: httpx.Client, running: Running) -> None:
    document = client.get("/openapi.json").json()
    assert document["info"]["title"] == "Shipment service"
    page = client.get("/docs").text
    assert "shipments.recall" in page
    assert "shipment_dispatched" in page
    assert httpx.get(f"{running.urls['admin']}/openapi.json").json()["info"]["title"] == "Mock control"
