"""Paying an order, and what becomes of it a little later."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from reference_services.breaker import Breaker, Neighbour
from reference_services.bus import Bus, Event
from reference_services.context import Service
from reference_services.payments import cards
from reference_services.payments.models import Account, Card, CreatePayment, Payment
from reference_services.payments.store import Payments, complete, fail
from reference_services.problems import ProblemError
from reference_services.security import Caller

_WINDOW: Final = 0.05


def _invalid(code: str, detail: str, pointer: str, message: str) -> ProblemError:
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, [(pointer, message)])


class Desk:
    """What the routes work with; lives as long as the service."""

    def __init__(
        self, service: Service, bus: Bus, users: Neighbour, orders: Neighbour, breakers: Mapping[str, Breaker]
    ) -> None:
        self.service = service
        self.bus = bus
        self.breakers = breakers
        self.payments = Payments(service.faults)
        self._users = users
        self._orders = orders
        self._outcomes: set[asyncio.Task[None]] = set()
        metrics = service.metrics
        self._processed = metrics.counter("payments_processed", "Total payments processed", "status")
        self._rate = metrics.gauge("payment_success_rate", "Payment success rate")
        self._settled = dict.fromkeys(("completed", "failed"), 0)
        for status in self._settled:
            self._processed.labels(status)

    async def pay(self, caller: Caller, asked: CreatePayment) -> Payment:
        """Start the payment of an order. Raises what the contract declares."""
        faults = self.service.faults
        caller.must_own(asked.userId)
        order = await self._order(caller, asked)
        self.payments.must_be_unpaid(asked.orderId)
        if order["status"] != "pending":
            raise ProblemError(HTTPStatus.CONFLICT, "ORDER_004", "The order's present state does not allow this.")
        if (total := Decimal(order["totalAmount"])) != asked.amount:
            message = f"{asked.amount} is not the order's total of {total}"
            raise _invalid("VALIDATION_ERROR", "The request breaks a rule in 1 place.", "/amount", message)
        cards.decline(asked.paymentMethod)
        if faults.on("double_pay_race"):
            await asyncio.sleep(_WINDOW)  # what was checked above may have changed since
        payment = self.payments.start(asked)
        if cards.settles(asked.paymentMethod):
            outcome = asyncio.create_task(self._settle(payment, asked.paymentMethod))
            self._outcomes.add(outcome)
            outcome.add_done_callback(self._outcomes.discard)
        return payment

    async def _order(self, caller: Caller, asked: CreatePayment) -> Mapping[str, Any]:
        """The order that is to be paid, after its payer was found."""
        if await self._users.read(f"/api/users/{asked.userId}") is None:
            detail = "The request breaks a rule in 1 place."
            raise _invalid("VALIDATION_ERROR", detail, "/userId", "no user has this id")
        order: Mapping[str, Any] | None = await self._orders.read(f"/api/orders/{quote(asked.orderId, safe='')}")
        if order is None:
            raise _invalid("ORDER_003", "No order has this id.", "/orderId", "no order has this id")
        caller.must_own(order["userId"])
        if order["userId"] != asked.userId:
            detail = "The request breaks a rule in 1 place."
            raise _invalid("VALIDATION_ERROR", detail, "/userId", "is not the order's user")
        return order

    async def _settle(self, payment: Payment, method: Card | Account) -> None:
        """Let the payment succeed or fail, after a while, and tell."""
        await asyncio.sleep(self.service.settings.payment_delay)
        about = {"payment_id": payment.id, "order_id": payment.orderId}
        if (failure := cards.failure(method)) is not None:
            reason, code = failure
            fail(payment, reason, code)
            data = {"reason": reason, "error_code": code, "failed_at": payment.updatedAt}
            event = Event("payment_failed", about, data)
        else:
            complete(payment)
            event = Event("payment_completed", {**about, "user_id": payment.userId}, self._completed(payment, method))
        self._settled[payment.status] += 1
        self._processed.labels(payment.status.value).inc()
        self._rate.set(self._settled["completed"] / sum(self._settled.values()))
        await self.bus.publish(event)

    def _completed(self, payment: Payment, method: Card | Account) -> Mapping[str, Any]:
        faults = self.service.faults
        secret = {"cardNumber": method.cardNumber} if isinstance(method, Card) else {}
        return {
            "amount": payment.amount * 100 if faults.on("event_wrong_amount") else payment.amount,
            "currency": payment.currency,
            "transaction_id": payment.transactionId,
            "completed_at": payment.completedAt,
            **(secret if faults.on("card_number_in_event") else {}),
        }

    async def close(self) -> None:
        """Forget what is still to come."""
        for outcome in self._outcomes:
            outcome.cancel()
        await asyncio.gather(*self._outcomes, return_exceptions=True)

    def refresh(self) -> None:
        """Bring the metrics up to date that time changes too."""
        for breaker in self.breakers.values():
            breaker.show()
