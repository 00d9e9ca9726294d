from decimal import Decimal
from typing import Any

import pytest

from commerce_sdk import events
from commerce_testing import CommerceMock, Setting, Stage


def test_resources_come_in_the_order_in_which_they_were_made_with_exact_money(stage: Stage) -> None:
    state = CommerceMock(stage.lay(Setting("demo"))).state
    assert list(state["orders"])[:2] == ["order-123", "order-124"]
    assert state["orders"]["order-123"]["totalAmount"] == Decimal("75.48")
    assert set(state) == {"users", "orders", "payments"}
    assert len(state) == 3
    assert "private" not in state["users"]["550e8400-e29b-41d4-a716-446655440001"]


def test_a_collection_that_there_is_not_is_no_key(mock: CommerceMock) -> None:
    with pytest.raises(KeyError):
        mock.state["parcels"]


def test_the_state_says_how_much_there_is(shop: Any) -> None:
    shop.order()
    assert repr(shop.mock.state) == "<State orders: 1, payments: 0, users: 1>"


def test_events_are_those_of_the_client_with_their_metadata(shop: Any) -> None:
    order_id = shop.order()
    created = shop.mock.events[-1]
    assert isinstance(created, events.OrderCreated)
    assert created.order_id == order_id
    assert created.data.total_amount == Decimal("59.98")
    assert created.metadata is not None
    assert (created.metadata.id, created.metadata.source) == ("event-2", "/orders")
    assert created.metadata.correlation_id == shop.mock.requests[-1].request_id


def test_an_event_keeps_the_trace_of_the_request_that_caused_it(shop: Any) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    items = [{"product_id": "prod-1", "quantity": 1, "price": "1.00"}]
    shop.client.orders.create(user_id=shop.user_id, items=items, headers={"traceparent": trace})
    assert shop.mock.events[-1].metadata.traceparent == trace


def test_mails_come_oldest_first(shop: Any) -> None:
    shop.order()
    assert [mail["id"] for mail in shop.mock.inbox] == ["notification-1", "notification-2"]
    assert shop.mock.inbox[0]["to"] == "ann@example.com"


def test_requests_of_the_controls_are_not_among_those_of_the_services(shop: Any) -> None:
    shop.mock.settle(shop.pay(shop.order()), "completed")
    assert [entry.operation for entry in shop.mock.requests] == ["users.create", "orders.create", "payments.create"]
