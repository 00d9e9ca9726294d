"""One service as a FastAPI app."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from fastapi import APIRouter, FastAPI
from redis.asyncio import Redis
from redis.exceptions import RedisError

from reference_services import problems
from reference_services.breaker import Breaker, Neighbour
from reference_services.bus import Bus
from reference_services.consumer import Consumer, Reaction
from reference_services.context import Service
from reference_services.faults import Faults
from reference_services.idempotency import Keys
from reference_services.metrics import Metrics
from reference_services.monitoring import Check, monitoring
from reference_services.notifications import Notifier
from reference_services.orders import routes as orders
from reference_services.payments import routes as payments
from reference_services.payments.desk import Desk as PaymentDesk
from reference_services.settings import Settings
from reference_services.styles import TrailingSlashes
from reference_services.tracing import Traced
from reference_services.users import routes as users

_SLOW: Final = 30.0  # seconds: on a busy machine a broker that is slow is none that is down


@dataclass(slots=True)
class _Parts:
    """What one service has that others have not."""

    desk: object
    router: APIRouter | None = None
    streams: Sequence[str] = ("payment_events",)
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    asks: Mapping[str, Check] = field(default_factory=dict)
    refresh: Callable[[], None] = lambda: None
    close: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class _Plugs:
    """What connects a service with the world."""

    service: Service
    redis: Redis
    http: httpx.AsyncClient

    def bus(self, stream: str) -> Bus:
        return Bus(self.service, self.redis, stream)

    def neighbour(self, name: str, breaker: Breaker | None = None) -> Neighbour:
        return Neighbour(self.service, self.http, name, breaker)


def _users(plugs: _Plugs, bus: Bus) -> _Parts:
    desk = users.Desk(plugs.service, bus)
    return _Parts(desk, users.router, reactions={"payment_completed": desk.on_payment_completed})


def _orders(plugs: _Plugs, bus: Bus) -> _Parts:
    asked = plugs.neighbour("users")
    desk = orders.Desk(plugs.service, bus, asked)
    reactions = {"payment_completed": desk.on_payment_completed}
    return _Parts(desk, orders.router, reactions=reactions, asks={"users": asked.works})


def _payments(plugs: _Plugs, bus: Bus) -> _Parts:
    settings, metrics = plugs.service.settings, plugs.service.metrics
    gauge = metrics.gauge("circuit_breaker_state", "Circuit breaker states", "service")
    breakers = {
        name: Breaker(settings.breaker_timeout, gauge.labels(name), plugs.service.faults)
        for name in ("user_service", "order_service")
    }
    payer = plugs.neighbour("users", breakers["user_service"])
    paid = plugs.neighbour("orders", breakers["order_service"])
    desk = PaymentDesk(plugs.service, bus, payer, paid, breakers)
    asks = {"users": payer.works, "orders": paid.works}
    return _Parts(desk, payments.router, streams=(), asks=asks, refresh=desk.refresh, close=desk.close)


def _notifications(plugs: _Plugs, bus: Bus) -> _Parts:
    del plugs, bus
    notifier = Notifier()
    return _Parts(notifier, streams=("user_events", "order_events", "payment_events"), reactions=notifier.reactions())


_BUILDERS: Mapping[str, tuple[str, Callable[[_Plugs, Bus], _Parts]]] = {
    "users": ("user_events", _users),
    "orders": ("order_events", _orders),
    "payments": ("payment_events", _payments),
    "notifications": ("", _notifications),
}


def create_app(name: str, settings: Settings) -> FastAPI:
    """The service with this name."""
    service = Service(name, settings, Faults(settings.faults), Metrics())
    redis = Redis.from_url(settings.redis, decode_responses=True, socket_timeout=_SLOW, socket_connect_timeout=_SLOW)
    plugs = _Plugs(service, redis, httpx.AsyncClient(trust_env=False))
    stream, build = _BUILDERS[name]
    bus = plugs.bus(stream)
    parts = build(plugs, bus)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(plugs.http)
            stack.push_async_callback(redis.aclose)
            if parts.close is not None:
                stack.push_async_callback(parts.close)
            tasks = [asyncio.create_task(bus.keep_trying())]
            if parts.streams:
                consumer = Consumer(redis, name, parts.streams, parts.reactions)
                await consumer.join()
                tasks.append(asyncio.create_task(consumer.listen()))
            stack.push_async_callback(_end, tasks)
            yield

    app = FastAPI(title=name, lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.service, app.state.settings, app.state.faults = service, settings, service.faults
    app.state.desk, app.state.keys = parts.desk, Keys()
    checks = {"database": _database, "broker": _broker(redis), **parts.asks}
    routers = [monitoring(name, checks, parts.refresh), *([parts.router] if parts.router is not None else [])]
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    problems.install(app)
    app.add_middleware(TrailingSlashes, style=settings.style)
    app.add_middleware(Traced, service=service)
    return app


async def _database() -> bool:
    """Memory is there as long as we are."""
    return True


def _broker(redis: Redis) -> Check:
    async def works() -> bool:
        try:
            answered: Any = redis.ping()
            await answered
        except (RedisError, OSError):
            return False
        return True

    return works


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
