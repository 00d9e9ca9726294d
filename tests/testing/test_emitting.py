from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commerce_sdk import events
from commerce_testing import CommerceMock


def _paid(shop: Any, order_id: str) -> dict[str, Any]:
    return {
        "payment_id": "pay-real-1",
        "order_id": order_id,
        "user_id": shop.user_id,
        "data": {
            "amount": Decimal("29.90"),
            "currency": "USD",
            "transaction_id": "txn-1",
            "completed_at": datetime(2026, 1, 1, tzinfo=UTC),
        },
    }


def test_an_event_by_hand_is_one_as_a_consumer_gets_it(shop: Any) -> None:
    order_id = shop.order()
    event = shop.mock.emit("payment_completed", _paid(shop, order_id), id="mine", source="https://pay.example/p")
    assert isinstance(event, events.PaymentCompleted)
    assert event.metadata is not None
    assert event.data.amount == Decimal("29.9")
    assert (event.metadata.id, event.metadata.source) == ("mine", "https://pay.example/p")
    assert shop.client.orders.get(order_id).status == "confirmed"


def test_an_event_comes_once_more_and_what_it_causes_is_told(shop: Any) -> None:
    order_id = shop.order()
    event = shop.mock.emit("payment_completed", _paid(shop, order_id), id="a/b")
    assert shop.mock.redeliver(event) == []  # the order is confirmed, the user verified
    before = len(shop.mock.inbox)
    assert shop.mock.redeliver("a/b", "notifications") == []
    assert len(shop.mock.inbox) == before + 1


def test_what_does_not_fit_is_refused_with_its_place(mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match="/payload/user_id: is required"):
        mock.emit("user_verified", {})
    with pytest.raises(ValueError, match="there are order_created"):
        mock.emit("user_lost", {})
    with pytest.raises(ValueError, match="There is no event event-9"):
        mock.redeliver("event-9")
    with pytest.raises(ValueError, match="has no id"):
        mock.redeliver(events.parse({"event_type": "order_gift_wrapped"}))
