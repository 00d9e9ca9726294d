"""The service that no Python knows as a client, against the mock of its own documents."""

from typing import Any

import pytest

from commerce_sdk._message import Request, Response
from foreign_clients.clients import CONTRACTS, Clients
from harness.platform import Platform

ANN = "550e8400-e29b-41d4-a716-446655440001"


class Carrier:
    """A transport onto a mock in this process, whose judge examines every exchange."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def send(self, request: Request, /) -> Response:
        path = request.url.removeprefix("http://localhost:3005")
        body = request.body if request.body is None else bytes(request.body)
        answered = self.platform.send("shipments", request.method, path, body, headers=request.headers)
        return Response(answered.status, answered.headers, answered.body)


@pytest.fixture
def platform() -> Platform:
    return Platform(CONTRACTS["parcels"])


@pytest.fixture
def shop(clients: Clients, platform: Platform) -> Any:
    return clients.package("parcels").Shop(token=platform.token(ANN), transport=Carrier(platform), max_retries=0)


def test_it_is_created_read_changed_moved_and_listed(clients: Clients, shop: Any) -> None:
    package = clients.package("parcels")
    destination = {"street": "1 High Street", "city": "Leeds"}
    made = shop.shipments.create(tracking_number="TRACK0001", weight=2.5, destination=destination, pickup_code="1234")
    assert (made.id, made.status, made.destination.city) == ("shipment-1", "packed", "Leeds")
    assert shop.shipments.get(made.id) == made
    assert shop.shipments.update(made.id, destination={"note": "Ring twice"}).destination.street == "1 High Street"
    assert shop.shipments.set_status(made.id, status="dispatched").status == "dispatched"
    assert shop.shipments.wait(made.id, timeout=1).dispatched_at is not None
    assert type(shop.shipments.recall(made.id)) is package.RecallResult
    for number in range(2, 8):
        shop.shipments.create(tracking_number=f"TRACK000{number}", weight=1, destination=destination)
    page = shop.shipments.list_for_customer(ANN, limit=2)
    assert (page.total, [each.id for each in page][-1], len(list(page))) == (7, "shipment-1", 7)
    assert [each.id for each in shop.shipments.list_for_customer(ANN, status="recalled", insured=False)] == [made.id]


def test_its_problems_are_errors_of_their_own(clients: Clients, shop: Any) -> None:
    errors = clients.module("parcels", "errors")
    with pytest.raises(errors.NoSuchParcel) as refused:
        shop.shipments.get("shipment-9")
    assert isinstance(refused.value, errors.NotFoundError)
    assert (refused.value.code, refused.value.operation) == ("SHIP_002", "shipments.get")
    with pytest.raises(errors.ParcelTooHeavyOrTooLight) as heavy:
        shop.shipments.create(tracking_number="TRACK0001", weight=31, destination={"street": "a", "city": "b"})
    assert [error.pointer for error in heavy.value.errors] == ["/weight"]


def test_its_events_are_parsed_and_handled(clients: Clients, platform: Platform) -> None:
    events = clients.module("parcels", "events")
    payload = platform.contract.events["shipment_created"].example
    names = {"id": "event-1", "source": "/shipments", "type": "shipment_created", "specversion": "1.0"}
    headers = {f"ce-{name}": value for name, value in {**names, "time": "2026-01-01T00:00:00Z"}.items()}
    heard: list[Any] = []

    handlers: Any = events.EventHandlers

    class Post(handlers):  # type: ignore[misc]  # it is only made now, so nobody knows it
        def on_shipment_created(self, event: Any) -> None:
            heard.append(event.data.tracking_number)

        def on_other(self, event: Any) -> None:
            heard.append(event.event_type)

    post = Post()
    assert [post.handle(events.parse(payload, headers)) for _ in range(2)] == [True, False]
    post.handle(events.parse({"event_type": "shipment_lost", "shipment_id": "shipment-1"}))
    assert heard == ["TRACK0001", "shipment_lost"]
    assert set(events.TYPES) == {"shipment_created", "shipment_corrected", "shipment_dispatched", "shipment_delivered"}
    assert events.ShipmentCreated is clients.module("parcels", "models.events").ShipmentCreated
    assert events.UnknownEvent in events.Event.__args__
