"""The operations of the user service, and what it does when it hears of a payment."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from reference_services.body import json_body
from reference_services.bus import Bus, Event
from reference_services.context import CurrentService, Service
from reference_services.fields import UserId
from reference_services.idempotency import created
from reference_services.moments import now
from reference_services.security import CurrentCaller
from reference_services.users.models import CreateUser, UpdateUser, User, UserEvent, UserEvents, VerifyUser
from reference_services.users.store import Account, Users, spend


class Desk:
    """What the routes work with; lives as long as the service."""

    def __init__(self, service: Service, bus: Bus) -> None:
        self.users = Users(service.faults)
        self.bus = bus
        self.registrations = service.metrics.counter("user_registrations", "Total user registrations")
        self.verifications = service.metrics.counter("user_verifications", "Total user verifications")
        self.queries = service.metrics.histogram("database_queries_duration_seconds", "Database query duration")

    async def tell(self, account: Account, event: Event) -> None:
        """Publish an event of a user and keep it for their history."""
        account.events.append(
            UserEvent(id=event.id, event_type=event.type, data=dict(event.data), created_at=event.time)
        )
        await self.bus.publish(event)

    async def verify(self, account: Account) -> None:
        """Mark a user as verified, unless they are."""
        if account.user.is_verified:
            return
        account.user = account.user.model_copy(update={"is_verified": True})
        self.verifications.inc()
        await self.tell(account, Event("user_verified", {"user_id": account.user.id}, {"verified_at": now()}))

    async def on_payment_completed(self, payload: Mapping[str, Any]) -> None:
        """Whoever paid is verified."""
        if (account := self.users.get(payload["user_id"])) is not None:
            await self.verify(account)


def _desk(request: Request) -> Desk:
    found: Desk = request.app.state.desk
    return found


CurrentDesk = Annotated[Desk, Depends(_desk)]
router = APIRouter()


def _mail(mailbox: Path | None, user: User, token: str) -> None:
    """Send the verification token to the user's address."""
    if mailbox is not None:
        with mailbox.open("a") as file:
            file.write(json.dumps({"to": user.email, "user_id": user.id, "verification_token": token}) + "\n")


@router.post("/api/users", operation_id="users.create", status_code=HTTPStatus.CREATED, response_model=User)
async def create(
    desk: CurrentDesk, service: CurrentService, asked: Annotated[CreateUser, Depends(json_body(CreateUser))]
) -> JSONResponse:
    """Register a user."""
    with desk.queries.time():
        account = await desk.users.register(asked)
    user = account.user
    _mail(service.settings.mailbox, user, account.mailed or "")
    desk.registrations.inc()
    data = {"email": user.email, "username": user.username, "created_at": user.created_at}
    await desk.tell(account, Event("user_created", {"user_id": user.id}, data))
    body = user.model_dump(mode="json", exclude_none=True)
    if service.faults.on("password_in_answer"):
        body = {**asked.model_dump(mode="json", exclude_unset=True), **body}
    return created(body, f"/api/users/{user.id}", service.faults)


@router.get("/api/users/{user_id}", operation_id="users.get", response_model_exclude_none=True)
async def get(desk: CurrentDesk, caller: CurrentCaller, user_id: UserId) -> User:
    """Give a user."""
    with desk.queries.time():
        account = desk.users.find(user_id)
    caller.must_own(user_id)
    return account.user


@router.put("/api/users/{user_id}", operation_id="users.update", response_model_exclude_none=True)
async def update(
    desk: CurrentDesk,
    caller: CurrentCaller,
    user_id: UserId,
    asked: Annotated[UpdateUser, Depends(json_body(UpdateUser))],
) -> User:
    """Change a user."""
    account = desk.users.find(user_id)
    caller.must_own(user_id)
    with desk.queries.time():
        return desk.users.update(account, asked)


@router.post("/api/users/{user_id}/verify", operation_id="users.verify", response_model_exclude_none=True)
async def verify(
    desk: CurrentDesk,
    caller: CurrentCaller,
    user_id: UserId,
    asked: Annotated[VerifyUser, Depends(json_body(VerifyUser))],
) -> User:
    """Verify a user's address."""
    account = desk.users.find(user_id)
    caller.must_own(user_id)
    spend(account, asked.verification_token)
    await desk.verify(account)
    return account.user


@router.get("/api/users/{user_id}/events", operation_id="users.events")
async def events(desk: CurrentDesk, caller: CurrentCaller, user_id: UserId) -> UserEvents:
    """List a user's events."""
    with desk.queries.time():
        account = desk.users.find(user_id)
    caller.must_own(user_id)
    return UserEvents(events=account.events)
