from typing import Any

import pytest

from commerce_sdk import AsyncCommerce, Commerce, errors
from commerce_testing import CommerceMock


def test_state_events_mails_and_requests_tell_what_happened(shop: Any) -> None:
    mock, order_id = shop.mock, shop.order()
    assert mock.state["orders"][order_id]["status"] == "pending"
    assert [event.event_type for event in mock.events] == ["user_created", "order_created"]
    assert [mail["event_type"] for mail in mock.inbox] == ["user_created", "order_created"]
    assert [(entry.operation, entry.status) for entry in mock.requests] == [
        ("users.create", 201),
        ("orders.create", 201),
    ]


def test_a_mock_says_its_time_and_how_much_there_is(mock: CommerceMock) -> None:
    assert repr(mock) == "<CommerceMock 2026-01-01 00:00:00 <State orders: 0, payments: 0, users: 0>>"


def test_a_payment_can_be_settled_by_hand(shop: Any) -> None:
    payment_id = shop.pay(shop.order())
    settled = shop.mock.settle(payment_id, "failed", reason="Insufficient funds", error_code="INSUFFICIENT_FUNDS")
    assert settled["status"] == "failed"
    payment = shop.client.payments.get(payment_id)
    assert (payment.status, payment.failure_reason, payment.error_code) == (
        "failed",
        "Insufficient funds",
        "INSUFFICIENT_FUNDS",
    )
    assert shop.mock.events[-1].event_type == "payment_failed"
    assert [entry.operation for entry in shop.mock.requests][-1] == "payments.get"  # the control is not among them


@pytest.mark.parametrize(
    ("payment_id", "status", "message"),
    [
        ("pay-9", "completed", r"admin\.settle pay-9: "),
        ("pay-1", "refunded", r"admin\.settle pay-1: /status: must be completed or failed"),
    ],
)
def test_what_cannot_be_settled_is_refused_with_a_reason(shop: Any, payment_id: str, status: str, message: str) -> None:
    assert shop.pay(shop.order()) == "pay-1"
    with pytest.raises(ValueError, match=message):
        shop.mock.settle(payment_id, status)


def test_a_reset_returns_to_the_beginning_without_faults(shop: Any) -> None:
    shop.mock.fail("users.get", 500)
    shop.mock.service("orders").down()
    shop.mock.reset()
    assert shop.mock.state["users"] == {}
    assert shop.mock.requests == []
    with pytest.raises(errors.UserNotFound):
        shop.client.users.get(shop.user_id)
    assert shop.order  # the client still works


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_status_is_answered_as_the_operation_documents_it(shop: Any, *, after_commit: bool) -> None:
    fault = shop.mock.fail("orders.create", 503, after_commit=after_commit, headers={"Retry-After": "7"})
    shop.order()
    assert fault.struck == 1
    assert shop.mock.clock.monotonic() == 7
    # The key makes the second request the same as the first: one order, however often it was sent.
    assert list(shop.mock.state["orders"]) == ["order-1"]
    placed = [(entry.status, entry.fault) for entry in shop.mock.requests if entry.operation == "orders.create"]
    assert placed == [(503, "fault-1 status"), (201, None)]
    assert len([event for event in shop.mock.events if event.event_type == "order_created"]) == 1


def test_a_documented_problem_has_its_code(shop: Any) -> None:
    shop.mock.fail("orders.get", 404)
    with pytest.raises(errors.OrderNotFound) as caught:
        shop.client.orders.get("order-1")
    assert caught.value.code == "ORDER_003"


def test_several_operations_can_fail_alike(shop: Any) -> None:
    fault = shop.mock.fail("orders.*", "connection", times=None)
    with pytest.raises(errors.ConnectionFailedError):
        shop.client.orders.get("order-1")
    with pytest.raises(errors.ConnectionFailedError):
        shop.order()
    assert fault.struck == 6  # each was tried three times
    assert shop.client.users.get(shop.user_id).id == shop.user_id


def test_an_error_of_ones_own_can_be_raised(shop: Any) -> None:
    shop.mock.fail("orders.get", errors.TlsError("expired", operation="orders.get"))
    with pytest.raises(errors.TlsError, match="expired"):
        shop.client.orders.get("order-1")


def test_a_timeout_takes_the_time_of_the_call(shop: Any) -> None:
    shop.mock.fail("orders.get", "timeout")
    with pytest.raises(errors.RequestTimeoutError):
        shop.client.orders.get("order-1", timeout=4)
    assert shop.mock.clock.monotonic() == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("orders.creat", 500), r"no operation is named 'orders\.creat': there are .*orders\.create"),
        (("orders.create", "crash"), "'crash' is no fault: give one of connection, cut, .*timeout, .*a status, a"),
        (("orders.create", KeyError("x")), "is no fault"),
        (("orders.create", 200), "200 is no status of failure"),
    ],
)
def test_a_fault_that_there_is_not_is_refused(mock: CommerceMock, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mock.fail(*arguments)


def test_a_fault_happens_at_least_once(mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match="a fault cannot happen 0 times"):
        mock.fail("orders.create", 500, times=0)


def test_a_client_may_do_everything_and_that_of_a_user_what_is_theirs(shop: Any) -> None:
    mine = shop.mock.client(user_id=shop.user_id)
    order_id = shop.order()
    assert mine.orders.get(order_id).user_id == shop.user_id
    with pytest.raises(errors.ForbiddenError):
        mine.payments.list_for_user("00000000-0000-4000-8000-000000000009")
    other = shop.mock.client(user_id="00000000-0000-4000-8000-000000000009")
    with pytest.raises(errors.ForbiddenError):
        other.orders.get(order_id)
    assert shop.client.orders.get(order_id).id == order_id


def test_a_token_outlives_any_advance_unless_it_is_to_expire(shop: Any) -> None:
    brief = shop.mock.client(token=shop.mock.token(shop.user_id, expires_in=60))
    assert brief.users.get(shop.user_id).id == shop.user_id
    shop.mock.clock.advance("365d")
    assert shop.client.users.get(shop.user_id).id == shop.user_id
    with pytest.raises(errors.UnauthorizedError):
        brief.users.get(shop.user_id)


def test_a_role_that_there_is_not_is_refused(mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match="no role is named 'root': there are customer, service, admin"):
        mock.token(role="root")


def test_the_environment_changes_nothing(mock: CommerceMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMERCE_ORDERS_URL", "https://live.example.com/v1")
    monkeypatch.setenv("COMMERCE_TOKEN", "a-live-token")
    assert mock.client().orders.health().service == "orders"
    assert "live" not in repr(mock.client())


def test_settings_of_the_client_are_the_tests_to_choose(mock: CommerceMock) -> None:
    seen = []

    def middleware(request: Any, send: Any) -> Any:
        seen.append(request.operation.name)
        return send(request)

    client = mock.client(middleware=[middleware], max_retries=0)
    mock.fail("orders.health", 503)
    with pytest.raises(errors.ServiceUnavailableError):
        client.orders.health()
    assert seen == ["orders.health"]


def test_a_client_of_a_class_of_ones_own_can_be_made(mock: CommerceMock) -> None:
    class Shop(Commerce):
        """A client with more to it."""

    class AsyncShop(AsyncCommerce):
        """The same for `async`."""

    assert mock.client(Shop).orders.health().status == "healthy"
    assert type(mock.async_client(AsyncShop)) is AsyncShop


@pytest.mark.anyio
async def test_an_async_client_is_the_same_in_async(mock: CommerceMock) -> None:
    client = mock.async_client()
    user = await client.users.create(
        email="ann@example.com", username="ann", password="correct-horse-9", first_name="Ann", last_name="Lee"
    )
    mock.fail("orders.create", "cut")
    order = await client.orders.create(
        user_id=user.id, items=[{"product_id": "prod-1", "quantity": 1, "price": "29.90"}]
    )
    assert list(mock.state["orders"]) == [order.id]
    assert [each.id async for each in client.orders.list_for_user(user.id)] == [order.id]
    await client.payments.create(
        order_id=order.id, user_id=user.id, amount="29.90", currency="USD", payment_method={"type": "paypal"}
    )
    assert (await client.payments.wait("pay-1")).status == "completed"


def test_no_secret_shows_in_what_the_mock_tells(shop: Any) -> None:
    told = repr((shop.mock.state, dict(shop.mock.state), shop.mock.events, shop.mock.requests, shop.client))
    assert "correct-horse-9" not in told
    assert shop.mock.token(role="service") not in told


def test_a_control_that_the_contract_does_not_have_says_so(mock: CommerceMock) -> None:
    with pytest.raises(ValueError, match=r"the contract has no admin\.nothing"):
        mock._control("admin.nothing", {})  # noqa: SLF001 - no contract in these tests lacks a control
