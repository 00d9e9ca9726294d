"""Events and mails that a test asks for or waits for."""

import threading
from typing import Any

import anyio
import pytest

from commerce_sdk import events
from commerce_testing import CommerceMock


def test_events_are_found_by_class_or_name_and_by_what_they_are_about(shop: Any) -> None:
    first, second = shop.order(), shop.order()
    mock: CommerceMock = shop.mock
    found = mock.events.where(events.OrderCreated, about=second)
    assert [event.order_id for event in found] == [second]
    assert found[0].data.total_amount == mock.events[-1].data.total_amount  # type: ignore[union-attr] # an order's
    assert [event.event_type for event in mock.events.where(source="orders")] == ["order_created", "order_created"]
    assert mock.events.where("order_created", about=first, channel="user_events") == []
    assert mock.events.where(after="event-2") == mock.events[2:]
    assert mock.events.where(correlation_id=mock.requests[0].request_id) == mock.events[:1]


def test_mails_are_found_by_what_they_say(shop: Any) -> None:
    shop.order()
    inbox = shop.mock.inbox
    assert inbox.where(event_type="order_created", to="ann@example.com") == inbox[1:]
    assert inbox.where(user_id=shop.user_id, after="notification-0") == inbox
    assert inbox.where(channel="sms") == []


def test_what_is_there_already_is_not_waited_for(shop: Any) -> None:
    shop.order()
    second = shop.order()
    created = shop.mock.events.wait_for(events.OrderCreated, count=2, wait=0)
    assert (type(created), created.order_id) == (events.OrderCreated, second)
    assert shop.mock.inbox.wait_for(event_type="user_created", wait="0s") == shop.mock.inbox[0]


def test_what_another_thread_causes_is_waited_for(shop: Any) -> None:
    other = threading.Timer(0.02, shop.order)
    other.start()
    created = shop.mock.events.wait_for("order_created")
    other.join()
    assert created == shop.mock.events[-1]


def test_a_mail_of_another_thread_is_waited_for(shop: Any) -> None:
    other = threading.Timer(0.02, shop.order)
    other.start()
    assert shop.mock.inbox.wait_for(event_type="order_created")["subject"] == "We received your order order-1"
    other.join()


@pytest.mark.anyio
async def test_what_another_task_causes_is_waited_for(shop: Any) -> None:
    async def soon() -> None:
        await anyio.sleep(0.02)
        shop.order()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(soon)
        created = await shop.mock.events.wait_for_async(events.OrderCreated)
        mail = await shop.mock.inbox.wait_for_async(event_type="order_created")
    assert (created.user_id, mail["user_id"]) == (shop.user_id, shop.user_id)


def test_what_does_not_come_is_told_with_what_came_instead(shop: Any) -> None:
    shop.pay(shop.order())
    with pytest.raises(AssertionError) as failed:
        shop.mock.events.wait_for(events.PaymentCompleted, about="pay-1", wait="10ms")
    assert str(failed.value).splitlines() == [
        "expected 1 of type 'payment_completed', about 'pay-1' within 0.01 s, found 0",
        f"  came: event-1 user_created user_id {shop.user_id}",
        f"  came: event-2 order_created order_id order-1 user_id {shop.user_id}",
        "  the clock stands still, and something is due in 1 s: `commerce_mock.clock.advance(...)`",
    ]
    shop.mock.clock.advance(1)
    assert shop.mock.events.wait_for(events.PaymentCompleted, wait=0).payment_id == "pay-1"


def test_a_mail_that_does_not_come_is_told_so_too(shop: Any) -> None:
    with pytest.raises(AssertionError) as failed:
        shop.mock.inbox.wait_for(to="bob@example.com", count=2, wait=0)
    assert str(failed.value).splitlines() == [
        "expected 2 of to 'bob@example.com' within 0 s, found 0",
        f"  came: notification-1 user_created event_id event-1 to ann@example.com user_id {shop.user_id}",
    ]


@pytest.mark.anyio
async def test_where_nothing_came_that_is_told(mock: CommerceMock) -> None:
    with pytest.raises(AssertionError, match=r"^expected 1 of anything within 0 s, found 0\n  nothing came$"):
        await mock.inbox.wait_for_async(wait=0)


def test_of_many_that_came_the_newest_are_told(shop: Any) -> None:
    for _ in range(12):
        shop.order()
    with pytest.raises(AssertionError) as failed:
        shop.mock.events.wait_for("user_verified", wait=0)
    lines = str(failed.value).splitlines()
    assert (len(lines), lines[1].split()[1], lines[-1].split()[1]) == (11, "event-4", "event-13")


@pytest.mark.parametrize(
    ("kind", "filters", "told"),
    [
        ("order_lost", {}, "type names no event: 'order_lost'; there are order_created"),
        (None, {"user": "x"}, "no filter is named 'user': there are type, source, channel"),
        (None, {"after": "event-9"}, "after names nothing in this world: 'event-9'"),
        (events.UnknownEvent, {}, "UnknownEvent stands for no one type of event"),
    ],
)
def test_what_there_is_not_cannot_be_asked_for(mock: CommerceMock, kind: Any, filters: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        mock.events.where(kind, **filters)


def test_a_filter_of_events_is_none_of_mails(mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match="no filter is named 'source': there are user_id, to, event_type, channel"):
        mock.inbox.where(source="orders")
