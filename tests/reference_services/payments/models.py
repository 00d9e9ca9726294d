"""What the payment service is sent and what it answers."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from reference_services.fields import UNSET, Answer, Body, Id, Money, PositiveMoney, Text, UserId


def _luhn(number: str) -> str:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    if (sum(digits[::2]) + sum(doubled)) % 10:
        raise PydanticCustomError("card", "is not a card number")
    return number


CardNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{12,19}$"), AfterValidator(_luhn), Field(repr=False)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Status(StrEnum):
    """What became of a payment."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Card(Body):
    """Pay with a card."""

    type: Literal["credit_card", "debit_card"]
    cardNumber: CardNumber  # noqa: N815 - the wire's name
    expiryMonth: Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])$")]  # noqa: N815 - the wire's name
    expiryYear: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]  # noqa: N815 - the wire's name
    cvv: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,4}$"), Field(repr=False)]


class Account(Body):
    """Pay from an account."""

    type: Literal["paypal", "bank_transfer"]


class CreatePayment(Body):
    """Which order is paid, by whom and how."""

    orderId: Id  # noqa: N815 - the wire's name
    userId: UserId  # noqa: N815 - the wire's name
    amount: Money
    currency: Currency
    paymentMethod: Annotated[Card | Account, Field(discriminator="type")]  # noqa: N815 - the wire's name


class RefundPayment(Body):
    """How much to refund, and why."""

    amount: PositiveMoney
    reason: Annotated[Text, Field(max_length=500)] = Field(default=UNSET)


class Method(Answer):
    """How a payment is paid, as far as may be shown."""

    type: str
    last4: str | None = None
    expiryMonth: str | None = None  # noqa: N815 - the wire's name
    expiryYear: str | None = None  # noqa: N815 - the wire's name


class Payment(Answer):
    """A payment of an order, and what became of it."""

    id: str
    orderId: str  # noqa: N815 - the wire's name
    userId: str  # noqa: N815 - the wire's name
    amount: Money
    currency: str
    status: Status = Status.PROCESSING
    paymentMethod: Method  # noqa: N815 - the wire's name
    transactionId: str | None = None  # noqa: N815 - the wire's name
    refundedAmount: Money | None = None  # noqa: N815 - the wire's name
    failureReason: str | None = None  # noqa: N815 - the wire's name
    errorCode: str | None = None  # noqa: N815 - the wire's name
    createdAt: str  # noqa: N815 - the wire's name
    completedAt: str | None = None  # noqa: N815 - the wire's name
    updatedAt: str | None = None  # noqa: N815 - the wire's name

    @property
    def remaining(self) -> Decimal:
        """What may still be refunded."""
        return self.amount - (self.refundedAmount or 0)

    def shown(self) -> dict[str, Any]:
        """As plain JSON."""
        return self.model_dump(mode="json", exclude_none=True)


def summary(method: Card | Account) -> Method:
    """What may be shown of how it is paid."""
    if isinstance(method, Account):
        return Method(type=method.type)
    last4 = method.cardNumber[-4:]
    return Method(type=method.type, last4=last4, expiryMonth=method.expiryMonth, expiryYear=method.expiryYear)
