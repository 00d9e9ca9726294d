"""The operations of the order service, and what it does when it hears of a payment."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from reference_services.body import json_body
from reference_services.breaker import Neighbour
from reference_services.bus import Bus, Event
from reference_services.context import CurrentService, Service
from reference_services.fields import Limit, Offset, UserId
from reference_services.idempotency import OnceOnly, created
from reference_services.moments import now
from reference_services.orders.models import CancelledOrder, CreateOrder, Order, SetOrderStatus, Status
from reference_services.orders.store import Orders, total_of
from reference_services.problems import ProblemError
from reference_services.security import CurrentCaller


class Desk:
    """What the routes work with; lives as long as the service."""

    def __init__(self, service: Service, bus: Bus, users: Neighbour) -> None:
        self.service = service
        self.orders = Orders(service.faults)
        self.bus = bus
        self.users = users
        self.created = service.metrics.counter("orders_created", "Total orders created")
        self.values = service.metrics.histogram(
            "order_value_histogram", "Order value distribution", (10, 50, 100, 500, 1000)
        )
        self.operations = service.metrics.histogram("mongo_operations_duration_seconds", "MongoDB operation duration")

    async def place(self, asked: CreateOrder) -> Order:
        """Place an order of a user who must exist."""
        faults = self.service.faults
        total = total_of(asked.items)
        data = {"total_amount": total, "items": [item.model_dump() for item in asked.items]}
        if faults.on("event_for_refused_call"):
            about = {"order_id": "order-0", "user_id": asked.userId}
            await self.bus.publish(Event("order_created", about, {**data, "created_at": now()}))
        if await self.users.read(f"/api/users/{asked.userId}") is None:
            detail, errors = "The user id is not a UUID, or no user has it.", [("/userId", "no user has this id")]
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "ORDER_001", detail, errors)
        with self.operations.time():
            order = self.orders.place(asked, total)
        if not faults.on("metrics_not_moving"):
            self.created.inc()
            self.values.observe(float(total))
        about = {"order_id": order.id, "user_id": order.userId}
        for _ in range(0 if faults.on("event_missing") else 2 if faults.on("event_twice") else 1):
            self.bus.queue(Event("order_created", about, {**data, "created_at": order.createdAt}))
        await self.bus.flush()
        return order

    async def move(self, order: Order, status: Status, payment_id: str | None = None) -> Order:
        """Move an order to another state, and tell it where that is `confirmed`."""
        with self.operations.time():
            self.orders.move(order, status, payment_id)
        if status is Status.CONFIRMED:
            paid = {"payment_id": order.paymentId} if order.paymentId else {}
            data = {**paid, "confirmed_at": order.updatedAt}
            await self.bus.publish(Event("order_confirmed", {"order_id": order.id}, data))
        return order

    async def on_payment_completed(self, payload: Mapping[str, Any]) -> None:
        """The order that was paid is confirmed, unless it moved on meanwhile."""
        order = self.orders.get(payload["order_id"])
        if order is None or order.status is not Status.PENDING or self.service.faults.on("payment_does_not_confirm"):
            return
        await self.move(order, Status.CONFIRMED, payload["payment_id"])


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


CurrentDesk = Annotated[Desk, Depends(_desk)]
router = APIRouter()


def _shown(order: Order, service: Service) -> dict[str, Any]:
    body = order.shown()
    if service.faults.on("float_total"):
        body["totalAmount"] = sum(float(item.price) * item.quantity for item in order.items)
    if service.faults.on("undocumented_property"):
        body["_id"] = f"{id(order):024x}"
    return body


@router.post("/api/orders", operation_id="orders.create", status_code=HTTPStatus.CREATED, response_model=Order)
async def create(
    desk: CurrentDesk,
    service: CurrentService,
    caller: CurrentCaller,
    asked: Annotated[CreateOrder, Depends(json_body(CreateOrder))],
    once: OnceOnly,
) -> Response:
    """Place an order."""

    async def work() -> Response:
        caller.must_own(asked.userId)
        order = await desk.place(asked)
        return created(_shown(order, service), f"/api/orders/{order.id}", service.faults)

    return await once.once(work)


@router.get("/api/orders/user/{user_id}", operation_id="orders.list_for_user")
async def list_for_user(  # noqa: PLR0913, PLR0917 - the parameters of the operation
    desk: CurrentDesk,
    service: CurrentService,
    caller: CurrentCaller,
    user_id: UserId,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = 10,
    offset: Offset = 0,
) -> JSONResponse:
    """List a user's orders."""
    caller.must_own(user_id)
    with desk.operations.time():
        found = desk.orders.of_user(user_id, status)
    page = found[offset : offset + limit + service.faults.on("limit_off_by_one")]
    total = len(page) if service.faults.on("total_counts_page") else len(found)
    orders = [_shown(order, service) for order in page]
    return JSONResponse({"orders": orders, "total": total, "limit": limit, "offset": offset})


@router.get("/api/orders/{order_id}", operation_id="orders.get", response_model=Order)
async def get(desk: CurrentDesk, service: CurrentService, caller: CurrentCaller, order_id: str) -> JSONResponse:
    """Give an order."""
    with desk.operations.time():
        order = desk.orders.find(order_id)
    caller.must_own(order.userId)
    return JSONResponse(_shown(order, service))


@router.put("/api/orders/{order_id}/status", operation_id="orders.set_status", response_model=Order)
async def set_status(
    desk: CurrentDesk,
    service: CurrentService,
    caller: CurrentCaller,
    order_id: str,
    asked: Annotated[SetOrderStatus, Depends(json_body(SetOrderStatus))],
) -> JSONResponse:
    """Move an order to another state."""
    order = desk.orders.find(order_id)
    caller.must_own(order.userId)
    return JSONResponse(_shown(await desk.move(order, asked.status, asked.paymentId), service))


@router.post("/api/orders/{order_id}/cancel", operation_id="orders.cancel")
async def cancel(desk: CurrentDesk, service: CurrentService, caller: CurrentCaller, order_id: str) -> CancelledOrder:
    """Cancel an order."""
    order = desk.orders.find(order_id)
    if not service.faults.on("no_ownership_check_on_cancel"):
        caller.must_own(order.userId)
    await desk.move(order, Status.CANCELLED)
    return CancelledOrder(id=order.id, status=order.status, cancelledAt=order.cancelledAt or "")
