"""Money is exact from the argument to the wire and back, digit for digit; what is not exact is refused."""

import json
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any, Final

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from commerce_sdk import AsyncCommerce, Commerce, Request, Response
from commerce_sdk._generated.models.orders import OrderItem
from commerce_sdk._generated.models.payments import RefundPayment
from commerce_sdk.errors import InvalidRequestError
from commerce_testing import CommerceMock
from sdk.scripted import AsyncScriptedTransport, ScriptedTransport

CENTS: Final = st.integers(0, 99_999_999_999_999)
AMOUNTS: Final = CENTS.map(lambda cents: Decimal(cents).scaleb(-2))
# Also what a cautious caller may have computed: trailing zeros, exponents, more digits than the contract allows.
DECIMALS: Final = st.decimals(min_value=0, max_value=10**18, allow_nan=False, allow_infinity=False)
_ORDER: Final = (
    b'{"id":"o","userId":"u","status":"pending","createdAt":"2026-01-01T00:00:00Z","items":%s,"totalAmount":%s}'
)
_PAYMENT: Final = (
    b'{"id":"p","orderId":"o","userId":"u","status":"s","currency":"EUR","createdAt":"2026-01-01T00:00:00Z",'
    b'"amount":%s}'
)


def digits(body: bytes | None, name: str) -> list[str]:
    """The numbers under a name, as they were written."""
    assert body is not None
    return re.findall(rf'"{name}":([^,}}\]]+)', body.decode())


def refunded(amount: Any, answer: bytes = b"1.00") -> tuple[Request, Any]:
    """The request of a refund, and the payment that was answered."""
    transport = ScriptedTransport(Response(200, {}, _PAYMENT % answer))
    payment = Commerce(transport=transport, token="t-1").payments.refund("pay-1", amount=amount)
    return transport.requests[0], payment


@given(AMOUNTS)
@settings(deadline=None)
def test_every_amount_of_cents_is_on_the_wire_digit_for_digit(amount: Decimal) -> None:
    for same in (amount, str(amount)):
        request, _ = refunded(same)
        assert digits(request.body, "amount") == [f"{amount:f}"]


@given(DECIMALS)
@settings(deadline=None)
def test_every_decimal_is_on_the_wire_as_the_same_number(amount: Decimal) -> None:
    request, _ = refunded(amount)
    (written,) = digits(request.body, "amount")
    assert Decimal(written) == amount
    assert json.loads(written, parse_float=Decimal, parse_int=Decimal).as_tuple() == Decimal(written).as_tuple()


@given(st.integers(0, 10**15))
@settings(deadline=None)
def test_whole_amounts_stay_whole(amount: int) -> None:
    request, _ = refunded(amount)
    assert digits(request.body, "amount") == [str(amount)]


@given(AMOUNTS)
@settings(deadline=None)
def test_every_amount_that_is_answered_is_the_decimal_that_was_written(amount: Decimal) -> None:
    _, payment = refunded(1, f"{amount:f}".encode())
    assert type(payment.amount) is Decimal
    assert payment.amount.as_tuple() == amount.as_tuple()


@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 1000)), min_size=1, max_size=8))
@settings(deadline=None)
def test_the_items_of_an_order_come_back_as_they_went_and_their_sum_never_drifts(
    items: list[tuple[Decimal, int]],
) -> None:
    with localcontext(prec=50):
        total = sum((price * quantity for price, quantity in items), Decimal("0.00"))

    def echo(request: Request) -> Response:
        sent = (request.body or b"").partition(b'"items":')[2].rpartition(b"}")[0]
        return Response(201, {}, _ORDER % (sent, str(total).encode()))

    client = Commerce(transport=ScriptedTransport(echo), token="t-1")
    chosen: list[Any] = [{"product_id": "p", "quantity": quantity, "price": price} for price, quantity in items]
    order = client.orders.create(user_id="u", items=chosen)
    assert [item.price.as_tuple() for item in order.items] == [price.as_tuple() for price, _ in items]
    with localcontext(prec=50):
        assert sum(item.price * item.quantity for item in order.items) == order.total_amount == total


@given(items=st.lists(st.tuples(st.integers(0, 999_999), st.integers(1, 50)), min_size=1, max_size=6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_service_and_client_agree_on_every_total(commerce_mock: CommerceMock, items: list[tuple[int, int]]) -> None:
    commerce_mock.reset()
    client = commerce_mock.client()
    user = client.users.create(email="a@b.example", username="a", password="12345678", first_name="A", last_name="B")
    chosen: list[Any] = [{"product_id": "p", "quantity": n, "price": Decimal(cents).scaleb(-2)} for cents, n in items]
    order = client.orders.create(user_id=user.id, items=chosen)
    assert order.total_amount == Decimal(sum(cents * n for cents, n in items)).scaleb(-2)


def test_an_answered_price_keeps_its_last_zero() -> None:
    transport = ScriptedTransport(Response(200, {}, _ORDER % (b"[]", b"29.90")))
    order = Commerce(transport=transport, token="t-1").orders.get("order-1")
    assert repr(order.total_amount) == "Decimal('29.90')"


@pytest.mark.parametrize(
    ("written", "amount"),
    [(b"30", "30"), (b"0", "0"), (b"3e1", "3E+1"), (b"0.10", "0.10"), (b"999999999999.99", "999999999999.99")],
)
def test_whatever_number_of_json_is_answered_is_exact(written: bytes, amount: str) -> None:
    _, payment = refunded(1, written)
    assert type(payment.amount) is Decimal
    assert repr(payment.amount) == f"Decimal('{amount}')"


INEXACT: Final[tuple[Any, ...]] = (
    29.9,
    30.0,
    float("nan"),
    float("inf"),
    True,
    False,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    "nan",
    "Infinity",
    "",
    "29,90",
    "ten",
    None,
    [],
    {"a": 1},
    b"1",
)


@pytest.mark.parametrize("amount", INEXACT, ids=repr)
def test_what_is_not_exact_is_refused_before_anything_is_sent(amount: Any) -> None:
    transport = ScriptedTransport()
    client = Commerce(transport=transport, token="t-1")
    item: Any = {"product_id": "p", "quantity": 1, "price": amount}
    good: Any = {**item, "price": "1.00"}
    calls: list[tuple[str, Callable[[], object]]] = [
        ("amount", lambda: client.payments.refund("pay-1", amount=amount)),
        ("items.0.price", lambda: client.orders.create(user_id="u", items=[item])),
        ("items.1.price", lambda: client.orders.create(user_id="u", items=[good, item])),
    ]
    for place, call in calls:
        with pytest.raises(InvalidRequestError) as refused:
            call()
        assert place in str(refused.value)
    assert transport.requests == []


@pytest.mark.parametrize("amount", INEXACT, ids=repr)
def test_models_refuse_it_too(amount: Any) -> None:
    with pytest.raises(ValidationError):
        OrderItem(product_id="p", quantity=1, price=amount)
    with pytest.raises(ValidationError):
        RefundPayment.model_validate({"amount": amount})


def test_a_model_cannot_become_inexact() -> None:
    item = OrderItem(product_id="p", quantity=1, price=Decimal("1.10"))
    with pytest.raises(ValidationError, match="money is exact"):
        item.price = 1.1  # type: ignore[assignment]  # what a careless caller does
    assert item.price == Decimal("1.10")


def test_a_copy_or_a_model_that_was_made_without_validation_is_not_sent_inexact() -> None:
    item = OrderItem(product_id="p", quantity=1, price=Decimal("1.10"))
    client = Commerce(transport=ScriptedTransport(), token="t-1")
    for careless in (item.model_copy(update={"price": 1.1}), OrderItem.model_construct(**{**dict(item), "price": 1.1})):
        with pytest.raises(InvalidRequestError, match="money is exact"):
            client.orders.create(user_id="u", items=[careless])


def test_async_clients_are_exact_alike() -> None:
    async def refund() -> None:
        transport = AsyncScriptedTransport(Response(200, {}, _PAYMENT % b"29.90"))
        client = AsyncCommerce(transport=transport, token="t-1")
        payment = await client.payments.refund("pay-1", amount=Decimal("29.90"))
        assert digits(transport.requests[0].body, "amount") == ["29.90"]
        assert repr(payment.amount) == "Decimal('29.90')"
        with pytest.raises(InvalidRequestError):
            await client.payments.refund("pay-1", amount=29.9)  # type: ignore[arg-type]  # what is refused

    anyio.run(refund)
