"""A shop's calls with the client."""

from collections.abc import Mapping
from decimal import Decimal

from commerce_sdk import Commerce, Order, Payment, errors


def place(commerce: Commerce, user_id: str, prices: Mapping[str, Decimal]) -> Order:
    """Order one piece of each product."""
    return commerce.orders.create(
        user_id=user_id,
        items=[{"product_id": product, "quantity": 1, "price": price} for product, price in prices.items()],
    )


def pay(commerce: Commerce, order: Order) -> Payment:
    """Pay an order and wait for what comes of it."""
    payment = commerce.payments.create(
        order_id=order.id,
        user_id=order.user_id,
        amount=order.total_amount,
        currency="USD",
        payment_method={"type": "paypal"},
    )
    return commerce.payments.wait(payment.id, timeout=30)


def spent(commerce: Commerce, user_id: str) -> Decimal:
    """Sum up what a user's confirmed orders cost."""
    orders = commerce.orders.list_for_user(user_id, status="confirmed")
    return sum((order.total_amount for order in orders), Decimal(0))


def cancelled(commerce: Commerce, order_id: str) -> bool:
    """Cancel an order; whether it could still be cancelled."""
    try:
        commerce.orders.cancel(order_id)
    except errors.OrderCannotBeModified:
        return False
    return True
