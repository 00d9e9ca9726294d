"""The payments, in memory."""

import time
from decimal import Decimal
from http import HTTPStatus
from itertools import count
from typing import Final
from uuid import uuid4

from reference_services.faults import Faults
from reference_services.moments import now
from reference_services.payments.models import CreatePayment, Payment, Status, summary
from reference_services.problems import ProblemError

_REFUNDABLE: Final = (Status.COMPLETED, Status.PARTIALLY_REFUNDED)


class Payments:
    """All payments of the service, the oldest first; lives as long as it."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._payments: dict[str, Payment] = {}
        self._numbers = count(time.time_ns() // 1_000_000)  # what was numbered before a restart keeps its number

    def must_be_unpaid(self, order_id: str) -> None:
        """Raise PAY_003 where a payment of the order was made, or may still be."""
        if any(each.orderId == order_id and each.status is not Status.FAILED for each in self._payments.values()):
            detail = "The order already has a payment that is being processed or completed."
            raise ProblemError(HTTPStatus.CONFLICT, "PAY_003", detail)

    def start(self, asked: CreatePayment) -> Payment:
        """A new payment."""
        payment = Payment(
            id=f"pay-{next(self._numbers)}",
            orderId=asked.orderId,
            userId=asked.userId,
            amount=asked.amount,
            currency=asked.currency,
            paymentMethod=summary(asked.paymentMethod),
            createdAt=now(),
        )
        self._payments[payment.id] = payment
        return payment

    def find(self, identifier: str) -> Payment:
        """The payment with this id. Raises NOT_FOUND."""
        if (found := self._payments.get(identifier)) is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Nothing has this id or path.")
        return found

    def of_user(self, user_id: str) -> list[Payment]:
        """The payments of a user, the newest first."""
        return [each for each in self._payments.values() if each.userId == user_id][::-1]

    def refund(self, payment: Payment, amount: Decimal) -> Payment:
        """Refund all or a part. Raises PAY_004."""
        too_much = amount > payment.remaining and not self._faults.on("refund_over_total")
        if payment.status not in _REFUNDABLE or too_much:
            detail = "The payment is not completed, or less than this remains of it."
            raise ProblemError(HTTPStatus.CONFLICT, "PAY_004", detail)
        payment.refundedAmount = (payment.refundedAmount or Decimal()) + amount
        payment.status = Status.PARTIALLY_REFUNDED if payment.remaining > 0 else Status.REFUNDED
        payment.updatedAt = now()
        return payment


def complete(payment: Payment) -> None:
    """The money came."""
    payment.status = Status.COMPLETED
    payment.transactionId = f"txn-{uuid4()}"
    payment.completedAt = payment.updatedAt = now()


def fail(payment: Payment, reason: str, code: str) -> None:
    """It will not come."""
    payment.status = Status.FAILED
    payment.failureReason, payment.errorCode = reason, code
    payment.updatedAt = now()
