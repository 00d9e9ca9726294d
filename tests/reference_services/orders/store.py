"""The orders, in memory."""

import time
from collections.abc import Sequence
from decimal import Decimal
from http import HTTPStatus
from itertools import count

from reference_services.faults import Faults
from reference_services.fields import LARGEST
from reference_services.moments import now
from reference_services.orders.models import MOVES, CreateOrder, Item, Order, Status
from reference_services.problems import ProblemError


class Orders:
    """All orders of the service, the oldest first; lives as long as it."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._orders: dict[str, Order] = {}
        self._numbers = count(time.time_ns() // 1_000_000)  # what was numbered before a restart keeps its number

    def place(self, asked: CreateOrder, total: Decimal) -> Order:
        """A new order."""
        identifier = f"order-{next(self._numbers)}"
        order = Order(id=identifier, userId=asked.userId, items=asked.items, totalAmount=total, createdAt=now())
        self._orders[order.id] = order
        return order

    def get(self, identifier: str) -> Order | None:
        """The order with this id, if there is one."""
        return self._orders.get(identifier)

    def find(self, identifier: str) -> Order:
        """The order with this id. Raises ORDER_003."""
        if (found := self._orders.get(identifier)) is None:
            code = "NOT_FOUND" if self._faults.on("wrong_code") else "ORDER_003"
            raise ProblemError(HTTPStatus.NOT_FOUND, code, "No order has this id.")
        return found

    def of_user(self, user_id: str, status: Status | None) -> list[Order]:
        """The orders of a user, the newest first."""
        found = list(self._orders.values())
        if not self._faults.on("foreign_orders_in_list"):
            found = [order for order in found if order.userId == user_id]
        if status is not None and not self._faults.on("filter_ignored"):
            found = [order for order in found if order.status == status]
        return found if self._faults.on("oldest_first") else found[::-1]

    def move(self, order: Order, status: Status, payment_id: str | None = None) -> Order:
        """Move an order to another state. Raises ORDER_004 where its present state does not allow that."""
        moves = MOVES[order.status]
        if self._faults.on("cancel_allowed_in_shipped") and order.status is Status.SHIPPED:
            moves = moves | {Status.CANCELLED}
        if status not in moves:
            detail = "The order's present state does not allow this."
            raise ProblemError(HTTPStatus.CONFLICT, "ORDER_004", detail)
        order.status = status
        order.updatedAt = now()
        if payment_id is not None:
            order.paymentId = payment_id
        if status is Status.CANCELLED:
            order.cancelledAt = order.updatedAt
        return order


def total_of(items: Sequence[Item]) -> Decimal:
    """What the items cost together. Raises VALIDATION_ERROR where that exceeds the largest amount."""
    total = sum((item.price * item.quantity for item in items), Decimal())
    if total > LARGEST:
        detail = "The request breaks a rule in 1 place."
        errors = [("/items", "cost more together than the largest amount")]
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", detail, errors)
    return total
