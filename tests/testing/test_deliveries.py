"""Events on their way, as tests of the client's users turn them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce_sdk.events import OrderConfirmed, PaymentCompleted
from commerce_testing.replay import replay
from testing.conftest import Shop


def paid(shop: Shop) -> str:
    """An order whose payment has completed; its id."""
    order = shop.order()
    shop.pay(order)
    shop.mock.clock.advance(1)
    return order


def status(shop: Shop, order: str) -> str:
    return str(shop.mock.state["orders"][order]["status"])


def mails(shop: Shop, words: str) -> int:
    return sum(words in mail["subject"] for mail in shop.mock.inbox)


def test_an_event_is_held_until_the_test_releases_it(shop: Shop) -> None:
    deliveries = shop.mock.deliveries
    rule = deliveries.hold("payment_completed", receiver="orders")
    order = paid(shop)
    (held,) = deliveries.held
    assert (held.id, held.receiver, held.due, held.rule, rule.struck) == ("delivery-1", "orders", None, rule.id, 1)
    assert isinstance(held.event, PaymentCompleted)
    assert held.event.order_id == order
    assert status(shop, order) == "pending"
    (confirmed,) = deliveries.release(held)
    assert isinstance(confirmed, OrderConfirmed)
    assert (status(shop, order), deliveries.held) == ("confirmed", [])


def test_a_rule_ends_with_its_block_and_what_it_holds_can_still_be_released(shop: Shop) -> None:
    with shop.mock.deliveries.hold("payment_*", receiver=["orders", "users"]) as rule:
        first = paid(shop)
    assert (rule.struck, len(shop.mock.deliveries.held)) == (0, 2)
    second = paid(shop)
    assert (status(shop, first), status(shop, second)) == ("pending", "confirmed")
    shop.mock.deliveries.release()
    assert status(shop, first) == "confirmed"
    rule.remove()  # it is gone already
    assert repr(rule) == "<Rule rule-1>"


@pytest.mark.parametrize("delay", [90, 90.0, "90s", "1m30s", timedelta(minutes=1.5)])
def test_an_event_is_late_on_the_worlds_clock(shop: Shop, delay: Any) -> None:
    shop.mock.deliveries.delay(delay, "payment_completed", receiver="orders")
    order = paid(shop)
    (late,) = shop.mock.deliveries.held
    assert late.due is not None
    assert late.due - late.since == timedelta(seconds=90)
    assert late.since.tzinfo == UTC
    assert late.since < datetime(2027, 1, 1, tzinfo=UTC)
    shop.mock.clock.advance(90)
    assert status(shop, order) == "confirmed"


def test_an_event_is_late_by_something_between_two_durations(shop: Shop) -> None:
    shop.mock.deliveries.delay("1s", receiver="notifications", up_to=timedelta(hours=1), seed=7)
    shop.order()
    (late,) = shop.mock.deliveries.held
    assert late.due is not None
    assert timedelta(seconds=1) <= late.due - late.since <= timedelta(hours=1)


def test_an_event_comes_twice_and_once_more_later(shop: Shop) -> None:
    shop.mock.deliveries.duplicate("order_created", copies=2, delay="5m")
    shop.order()
    assert mails(shop, "received your order") == 1
    shop.mock.clock.advance("5m")
    assert mails(shop, "received your order") == 3


def test_an_event_is_lost(shop: Shop) -> None:
    rule = shop.mock.deliveries.drop("payment_completed", receiver="orders", times=1)
    assert status(shop, paid(shop)) == "pending"
    assert status(shop, paid(shop)) == "confirmed"
    assert rule.struck == 1


def test_events_come_in_another_order(shop: Shop) -> None:
    shop.mock.deliveries.reorder("order_created", window=2, within="1m")
    first, second = shop.order(), shop.order()
    subjects = [mail["subject"] for mail in shop.mock.inbox][-2:]
    assert [subject.rpartition(" ")[2] for subject in subjects] == [second, first]


def test_a_test_chooses_the_order_and_what_is_lost(shop: Shop) -> None:
    deliveries = shop.mock.deliveries
    deliveries.hold(receiver="notifications")
    orders = [shop.order() for _ in range(4)]
    held = deliveries.held
    deliveries.release(held[2], held[0].id)
    deliveries.lose(held[1])
    assert [each.event.order_id for each in deliveries.held] == [orders[3]]  # type: ignore[union-attr] # all are orders
    assert [mail["subject"].rpartition(" ")[2] for mail in shop.mock.inbox][-2:] == [orders[2], orders[0]]
    deliveries.lose()
    assert deliveries.held == []


def test_the_first_so_many_are_released(shop: Shop) -> None:
    shop.mock.deliveries.hold(receiver="notifications")
    for _ in range(3):
        shop.order()
    assert shop.mock.deliveries.release(first=2) == []
    assert len(shop.mock.deliveries.held) == 1
    assert "delivery-3" in repr(shop.mock.deliveries)
    assert shop.user_id not in repr(shop.mock.deliveries)


def test_all_rules_are_removed_at_once(shop: Shop) -> None:
    shop.mock.deliveries.hold()
    shop.mock.deliveries.drop("order_*")
    shop.mock.deliveries.clear()
    assert status(shop, paid(shop)) == "confirmed"


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (lambda d: d.hold("order_lost"), "/type: 'order_lost' names no event"),
        (lambda d: d.hold(receiver="payments"), "/receiver: 'payments' hears of none"),
        (lambda d: d.hold(to="orders"), "a rule selects by type, source, .* not by to"),
        (lambda d: d.delay("soon"), "/delay: "),
        (lambda d: d.delay(-1), "time does not pass by -1"),
        (lambda d: d.reorder(), "/window: is required"),
        (lambda d: d.release("delivery-9"), "/ids/0: is on its way no more"),
        (lambda d: d.release(first=0), "/first: "),
        (lambda d: d.lose("delivery-9"), "delivery-9 is on its way no more"),
    ],
)
def test_what_cannot_be_is_said(shop: Shop, order: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        order(shop.mock.deliveries)


def test_a_recording_has_what_a_test_does_with_deliveries(shop: Shop) -> None:
    shop.mock.recorder.start()
    rule = shop.mock.deliveries.hold(receiver="orders")
    order = paid(shop)
    shop.mock.deliveries.release()
    rule.remove()
    bundle = shop.mock.recorder.stop()
    assert status(shop, order) == "confirmed"
    assert replay(bundle).identical
