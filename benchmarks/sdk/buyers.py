"""The contenders of the loaded calls: the same two operations with the client and with bare httpx."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import cycle
from typing import Any

import httpx

from benchmarks.failure import BenchmarkError
from benchmarks.sdk.worker import Task
from commerce_sdk import Commerce, Order, OrderItemDict

TOKEN = "a token that is as long as those which services take, and is not looked at"  # noqa: S105 - no secret


class Typed:
    """Calls with the client: validated both ways, with retries, deadline and idempotency key."""

    def __init__(self, commerce: Commerce, task: Task) -> None:
        self._orders = commerce.orders
        self._key = task.key
        self._asked = cycle([arguments(body) for body in task.bodies])

    def get(self) -> Order:
        """Read the order."""
        return self._orders.get(self._key)

    def create(self) -> Order:
        """Place the next order."""
        user, items = next(self._asked)
        return self._orders.create(user_id=user, items=items)


class Bare:
    """Calls with `httpx.Client` as it comes, each with its JSON decoded, unchecked."""

    def __init__(self, client: httpx.Client, task: Task) -> None:
        self._client = client
        self._read = task.url + task.order
        self._create = task.url + task.create
        self._asked: Iterator[Mapping[str, Any]] = cycle(task.bodies)

    def get(self) -> Any:
        """Read the order."""
        return self._client.get(self._read).json()

    def create(self) -> Any:
        """Place the next order."""
        return self._client.post(self._create, json=next(self._asked)).json()


def arguments(body: Mapping[str, Any]) -> tuple[str, list[OrderItemDict]]:
    """Say what the body of an order says as a user of the client does."""
    items: list[OrderItemDict] = [
        {"product_id": item["productId"], "quantity": item["quantity"], "price": Decimal(str(item["price"]))}
        for item in body["items"]
    ]
    return body["userId"], items


def prove(typed: Order, bare: Mapping[str, Any], what: str) -> None:
    """Insist that both got the same order; BenchmarkError otherwise."""
    lines = [(item.product_id, item.quantity, float(item.price)) for item in typed.items]
    same_lines = lines == [(item["productId"], item["quantity"], item["price"]) for item in bare["items"]]
    if typed.user_id != bare["userId"] or float(typed.total_amount) != bare["totalAmount"] or not same_lines:
        message = f"the two sides of {what} did not do the same work: {typed!r} is not {bare!r}"
        raise BenchmarkError(message)
