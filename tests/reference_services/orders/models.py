"""What the order service is sent and what it answers."""

from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field

from reference_services.fields import UNSET, Answer, Body, Id, Money, Quantity, UserId


class Status(StrEnum):
    """How far an order is."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


MOVES: Final = {
    Status.PENDING: {Status.CONFIRMED, Status.CANCELLED},
    Status.CONFIRMED: {Status.PROCESSING, Status.CANCELLED},
    Status.PROCESSING: {Status.SHIPPED, Status.CANCELLED},
    Status.SHIPPED: {Status.DELIVERED},
    Status.DELIVERED: set[Status](),
    Status.CANCELLED: set[Status](),
}


class Item(Body):
    """One product of an order, sent and answered."""

    productId: Id  # noqa: N815 - the wire's name
    quantity: Quantity
    price: Money


class CreateOrder(Body):
    """Who orders what."""

    userId: UserId  # noqa: N815 - the wire's name
    items: Annotated[list[Item], Field(min_length=1)]


class SetOrderStatus(Body):
    """The state to move an order to."""

    status: Status
    paymentId: Id = Field(default=UNSET)  # noqa: N815 - the wire's name


class Order(Answer):
    """What a user ordered, and how far it is."""

    id: str
    userId: str  # noqa: N815 - the wire's name
    items: list[Item]
    status: Status = Status.PENDING
    totalAmount: Money  # noqa: N815 - the wire's name
    paymentId: str | None = None  # noqa: N815 - the wire's name
    createdAt: str  # noqa: N815 - the wire's name
    updatedAt: str | None = None  # noqa: N815 - the wire's name
    cancelledAt: str | None = None  # noqa: N815 - the wire's name

    def shown(self) -> dict[str, Any]:
        """As plain JSON."""
        return self.model_dump(mode="json", exclude_none=True)


class CancelledOrder(Answer):
    """What cancelling changed of an order."""

    id: str
    status: Status
    cancelledAt: str  # noqa: N815 - the wire's name
