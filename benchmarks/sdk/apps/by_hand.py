"""A shop's calls with httpx, and models of its own: it says again what the contract says, which is the comparison."""

from collections.abc import Mapping
from decimal import Decimal

import httpx
from pydantic import BaseModel, Field


class Item(BaseModel):
    """One line of an order."""

    product: str = Field(alias="productId")
    quantity: int
    price: Decimal


class Order(BaseModel):
    """What is read of an order."""

    id: str
    user_id: str = Field(alias="userId")
    total_amount: Decimal = Field(alias="totalAmount")
    items: list[Item]


def place(client: httpx.Client, user_id: str, prices: Mapping[str, Decimal]) -> Order:
    """Order one piece of each product."""
    items = [{"productId": product, "quantity": 1, "price": float(price)} for product, price in prices.items()]
    answer = client.post("/api/orders", json={"userId": user_id, "items": items})
    return Order.model_validate_json(answer.raise_for_status().content)


def spent(client: httpx.Client, user_id: str) -> Decimal:
    """Sum up what a user's confirmed orders cost."""
    page = client.get(f"/api/orders/user/{user_id}", params={"status": "confirmed"}).raise_for_status().json()
    return sum((Order.model_validate(order).total_amount for order in page["orders"]), Decimal(0))


def cancelled(client: httpx.Client, order_id: str) -> bool:
    """Cancel an order; whether it could still be cancelled."""
    answer = client.post(f"/api/orders/{order_id}/cancel")
    return answer.status_code != httpx.codes.CONFLICT
