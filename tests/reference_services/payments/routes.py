"""The operations of the payment service."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from reference_services.body import json_body
from reference_services.context import CurrentService
from reference_services.fields import Limit, Offset, UserId
from reference_services.idempotency import OnceOnly, created
from reference_services.payments.desk import Desk
from reference_services.payments.models import CreatePayment, Payment, RefundPayment
from reference_services.security import CurrentCaller


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


CurrentDesk = Annotated[Desk, Depends(_desk)]
router = APIRouter()


@router.post("/api/payments", operation_id="payments.create", status_code=HTTPStatus.CREATED, response_model=Payment)
async def create(
    desk: CurrentDesk,
    service: CurrentService,
    caller: CurrentCaller,
    asked: Annotated[CreatePayment, Depends(json_body(CreatePayment))],
    once: OnceOnly,
) -> Response:
    """Pay an order."""

    async def work() -> Response:
        payment = await desk.pay(caller, asked)
        return created(payment.shown(), f"/api/payments/{payment.id}", service.faults)

    return await once.once(work)


@router.get("/api/payments/user/{user_id}", operation_id="payments.list_for_user")
async def list_for_user(
    desk: CurrentDesk, caller: CurrentCaller, user_id: UserId, limit: Limit = 10, offset: Offset = 0
) -> JSONResponse:
    """List a user's payments."""
    caller.must_own(user_id)
    found = desk.payments.of_user(user_id)
    page = [payment.shown() for payment in found[offset : offset + limit]]
    return JSONResponse({"payments": page, "total": len(found), "limit": limit, "offset": offset})


@router.get("/api/payments/{payment_id}", operation_id="payments.get", response_model_exclude_none=True)
async def get(desk: CurrentDesk, caller: CurrentCaller, payment_id: str) -> Payment:
    """Give a payment."""
    payment = desk.payments.find(payment_id)
    caller.must_own(payment.userId)
    return payment


@router.post("/api/payments/{payment_id}/refund", operation_id="payments.refund", response_model=Payment)
async def refund(
    desk: CurrentDesk,
    caller: CurrentCaller,
    payment_id: str,
    asked: Annotated[RefundPayment, Depends(json_body(RefundPayment))],
    once: OnceOnly,
) -> Response:
    """Refund a payment."""

    async def work() -> Response:
        payment = desk.payments.find(payment_id)
        caller.must_own(payment.userId)
        return JSONResponse(desk.payments.refund(payment, asked.amount).shown())

    return await once.once(work)


@router.get("/api/circuit-breaker/status", operation_id="payments.circuit_breaker")
async def circuit_breaker(desk: CurrentDesk) -> Mapping[str, Mapping[str, Any]]:
    """Show the circuit breakers."""
    return {name: breaker.describe() for name, breaker in desk.breakers.items()}
