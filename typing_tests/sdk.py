"""The public types of the client, pinned: checked by mypy and pyright, never run."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, assert_never, assert_type

from pydantic import SecretStr

from commerce_sdk import (
    Answer,
    AsyncCommerce,
    AsyncPage,
    AsyncPages,
    CancelledOrder,
    CardPaymentMethod,
    Commerce,
    Order,
    OrderItem,
    OrderStatus,
    Page,
    Payment,
    User,
    errors,
    events,
)
from commerce_sdk.events import (
    Event,
    OrderConfirmed,
    OrderCreated,
    PaymentCompleted,
    PaymentFailed,
    UnknownEvent,
    UserCreated,
    UserVerified,
)


def calls_are_typed_to_the_last_field(commerce: Commerce) -> None:
    user = commerce.users.create(
        email="a@example.com", username="a", password=SecretStr("p"), first_name="A", last_name="B"
    )
    assert_type(user, User)
    assert_type(user.phone, str | None)
    order = commerce.orders.create(user_id=user.id, items=[{"product_id": "p", "quantity": 1, "price": "29.99"}])
    assert_type(order, Order)
    assert_type(order.total_amount, Decimal)
    assert_type(order.items, list[OrderItem])
    assert_type(order.items[0].price, Decimal)
    assert_type(order.status, OrderStatus)
    payment = commerce.payments.create(
        order_id=order.id,
        user_id=user.id,
        amount=order.total_amount,
        currency="USD",
        payment_method={
            "type": "credit_card",
            "card_number": "4242424242424242",
            "expiry_month": "12",
            "expiry_year": "2030",
            "cvv": SecretStr("123"),
        },
    )
    assert_type(payment, Payment)
    assert_type(commerce.payments.wait(payment.id, timeout=30), Payment)
    assert_type(commerce.orders.cancel(order.id), CancelledOrder)
    assert_type(commerce.orders.metrics(), str)


def models_are_made_by_their_names_in_python(commerce: Commerce) -> None:
    item = OrderItem(product_id="p", quantity=1, price=Decimal("1.50"))
    commerce.orders.create(user_id="u", items=[item])
    commerce.orders.create(user_id="u", items=(item,))
    card = CardPaymentMethod(
        type="credit_card",
        card_number=SecretStr("4242424242424242"),
        expiry_month="12",
        expiry_year="2030",
        cvv=SecretStr("1"),
    )
    commerce.payments.create(order_id="o", user_id="u", amount=1, currency="USD", payment_method=card)


def what_is_wrong_is_found_before_it_runs(commerce: Commerce) -> None:
    commerce.orders.create("u", [])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    commerce.orders.create(user_id="u")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    commerce.orders.create(user_id=7, items=[])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    commerce.orders.create(
        user_id="u",
        items=[{"product_id": "p", "quantity": 1, "price": 29.99}],  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    )
    commerce.orders.create(
        user_id="u",
        items=[{"product_id": "p", "quantity": 1}],  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    )
    commerce.payments.refund("pay-1", amount=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    commerce.orders.get("o").totalAmount  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue, reportUnusedExpression]


def lists_page_by_themselves(commerce: Commerce) -> None:
    page = commerce.orders.list_for_user("u", status="confirmed")
    assert_type(page, Page[Order])
    assert_type(page.page, Sequence[Order])
    assert_type(page.total, int | None)
    for order in page:
        assert_type(order, Order)
    for each in page.pages():
        assert_type(each, Page[Order])


async def async_calls_are_typed_alike(commerce: AsyncCommerce) -> None:
    assert_type(await commerce.orders.get("o"), Order)
    pages = commerce.orders.list_for_user("u")
    assert_type(pages, AsyncPages[Order])
    assert_type(await pages, AsyncPage[Order])
    async for order in pages:
        assert_type(order, Order)
    async for order in await pages:
        assert_type(order, Order)
    assert_type(await commerce.payments.wait("p", timeout=1), Payment)
    answer = await commerce.with_response(commerce.orders.get, "o", timeout=3)
    assert_type(answer, Answer[Order])


def an_answer_keeps_the_type_of_its_value(commerce: Commerce) -> None:
    answer = commerce.with_response(commerce.orders.get, "o")
    assert_type(answer, Answer[Order])
    assert_type(answer.value, Order)
    assert_type(answer.attempts, int)
    assert_type(commerce.with_response(commerce.orders.list_for_user, "u", limit=5), Answer[Page[Order]])
    commerce.with_response(commerce.orders.get)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    commerce.with_response(commerce.orders.get, order="o")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def errors_are_classes_with_typed_attributes(commerce: Commerce) -> None:
    try:
        commerce.orders.cancel("o")
    except errors.OrderCannotBeModified as problem:
        assert_type(problem.code, str | None)
        assert_type(problem.status, int)
        assert_type(problem.request_id, str | None)
        assert_type(problem.operation, str)
        assert_type(problem.errors, tuple[errors.FieldError, ...])
    except errors.ConnectionFailedError as failure:
        assert_type(failure.sent, bool)


def every_event_is_handled(message: bytes, headers: dict[str, Any]) -> str:
    event = events.parse(message, headers)
    assert_type(event, Event)
    match event:
        case UserCreated():
            assert_type(event.data.email, str)
            return event.user_id
        case UserVerified():
            return event.user_id
        case OrderCreated():
            assert_type(event.data.total_amount, Decimal)
            return event.order_id
        case OrderConfirmed() | PaymentCompleted() | PaymentFailed():
            return event.event_type
        case UnknownEvent():
            return event.event_type
        case _:
            assert_never(event)


def a_missing_event_is_found(event: Event) -> str:
    match event:
        case UserCreated() | UserVerified() | OrderCreated() | OrderConfirmed() | PaymentCompleted() | PaymentFailed():
            return event.event_type
        case _:
            assert_never(event)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Handlers(events.EventHandlers):
    """Handles one event, and must say what becomes of all others."""

    def on_order_created(self, event: OrderCreated) -> None:
        """An order was placed."""
        assert_type(event.order_id, str)

    def on_other(self, event: Event) -> None:
        """Anything else."""


class Forgetful(events.EventHandlers):
    """Does not say what becomes of other events."""


Handlers()
Forgetful()  # type: ignore[abstract]  # pyright: ignore[reportAbstractUsage]
