import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anyio
import pytest

from commerce_sdk import Request, Response, errors
from commerce_sdk._operation import Operation
from commerce_testing import CommerceMock, Setting, Stage

HEALTH = Operation("orders.health", "orders", "GET", "/health")


def request(url: str, operation: Operation = HEALTH, **changes: Any) -> Request:
    return replace(Request(operation, operation.method, url, {}), **changes)


def service_of(response: Response) -> str:
    name: str = json.loads(response.body)["service"]
    return name


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("http://localhost:3001/health", "orders"),
        ("http://localhost:3002/health", "users"),  # a middleware sends it elsewhere
        ("http://127.0.0.1:3003/health", "payments"),
        ("https://orders.example.com/health", "orders"),  # any other address is the operation's service
    ],
)
def test_the_address_says_which_service_is_meant(mock: CommerceMock, url: str, service: str) -> None:
    assert service_of(mock.transport.send(request(url))) == service


def test_an_answer_is_like_one_that_came_over_http(mock: CommerceMock) -> None:
    response = mock.transport.send(request("http://localhost:3001/api/orders/order-1?x=1"))
    assert response.status == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["www-authenticate"] == "Bearer"
    (entry,) = mock.requests
    assert entry.path == "/api/orders/order-1"
    assert response.headers["x-request-id"] == entry.request_id == "req-1"


def test_a_body_that_is_too_large_is_refused_as_over_http(mock: CommerceMock) -> None:
    create = Operation("users.create", "users", "POST", "/api/users")
    sent = request("http://localhost:3002/api/users", create, body=b" " * (1024 * 1024 + 1))
    assert mock.transport.send(sent).status == 413


def test_a_service_that_the_contract_does_not_have_cannot_be_reached(mock: CommerceMock) -> None:
    parcels = Operation("parcels.get", "parcels", "GET", "/parcels/1")
    with pytest.raises(errors.ConnectionFailedError, match=r"no service 'parcels', but .*orders") as caught:
        mock.transport.send(request("http://parcels.test/parcels/1", parcels))
    assert caught.value.sent is False


def test_a_header_that_http_cannot_carry_is_refused_as_over_http(mock: CommerceMock) -> None:
    with pytest.raises(errors.InvalidRequestError, match="X-Name"):
        mock.transport.send(request("http://localhost:3001/health", headers={"X-Name": "ü"}))
    assert mock.requests == []


@pytest.mark.anyio
async def test_other_tasks_run_before_an_async_answer(mock: CommerceMock) -> None:
    order = []

    async def ask(name: str) -> None:
        order.append(f"{name} asks")
        await mock.async_transport.send(request("http://localhost:3001/health"))
        order.append(f"{name} has its answer")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, "one")
        tasks.start_soon(ask, "other")
    assert [line.partition(" ")[2] for line in order] == ["asks", "asks", "has its answer", "has its answer"]


@pytest.mark.anyio
async def test_an_async_call_can_be_cancelled(mock: CommerceMock) -> None:
    with anyio.move_on_after(0) as scope:
        await mock.async_transport.send(request("http://localhost:3001/health"))
    assert scope.cancelled_caught
    assert mock.requests == []


def test_a_fault_strikes_before_the_service_sees_the_request(mock: CommerceMock) -> None:
    mock.fail("orders.health", "connection")
    with pytest.raises(errors.ConnectionFailedError):
        mock.transport.send(request("http://localhost:3001/health"))
    assert [(entry.status, entry.fault) for entry in mock.requests] == [(444, "fault-1 reset")]
    assert service_of(mock.transport.send(request("http://localhost:3001/health"))) == "orders"


def test_worlds_share_nothing(stage: Stage) -> None:
    one, other = (CommerceMock(stage.lay(Setting("demo"))) for _ in range(2))
    items = [{"product_id": "prod-1", "quantity": 1, "price": "1.00"}]
    (user_id, *_) = one.state["users"]
    place: Callable[[CommerceMock], str] = lambda mock: mock.client().orders.create(user_id=user_id, items=items).id  # type: ignore[arg-type] # noqa: E731
    assert place(one) == place(other)
    assert len(one.requests) == len(other.requests) == 1
    one.service("orders").down()
    assert other.service("orders").is_up
    one.clock.advance(5)
    assert other.clock.monotonic() == 0


WAIT = Operation("admin.events", "admin", "GET", "/__admin/events")
POLL = "http://localhost:3010/__admin/events?wait=5s"


def total(response: Response) -> int:
    found: int = json.loads(response.body)["total"]
    assert response.headers["content-length"] == str(len(response.body))
    return found


def test_a_long_poll_waits_for_what_another_thread_causes(shop: Any) -> None:
    other = threading.Timer(0.02, shop.order)
    other.start()
    assert total(shop.mock.transport.send(request(POLL + "&type=order_created", WAIT))) == 1
    other.join()


def test_a_long_poll_ends_with_its_time_and_passes_none_of_the_world(mock: CommerceMock) -> None:
    before = mock.clock.now
    assert total(mock.transport.send(request(POLL.replace("5s", "20ms"), WAIT))) == 0
    assert mock.clock.now == before


def test_a_client_that_does_not_wait_so_long_is_told_so(mock: CommerceMock) -> None:
    with pytest.raises(errors.RequestTimeoutError):
        mock.transport.send(request(POLL, WAIT, timeout=0.02))
    assert total(mock.transport.send(request(POLL.replace("5s", "20ms"), WAIT, timeout=1.0))) == 0


@pytest.mark.anyio
async def test_an_async_long_poll_lets_other_tasks_run(shop: Any) -> None:
    found = []

    async def poll() -> None:
        found.append(total(await shop.mock.async_transport.send(request(POLL + "&type=order_created", WAIT))))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(poll)
        await anyio.sleep(0.02)
        shop.order()
    assert found == [1]


def test_a_stream_ends_with_what_there_is(shop: Any) -> None:
    listen = Operation("admin.stream_events", "admin", "GET", "/__admin/events/stream")
    heard = shop.mock.transport.send(request("http://localhost:3010/__admin/events/stream?after=event-0", listen))
    assert heard.headers["content-type"] == "text/event-stream"
    assert heard.body.count(b"\nevent: user_created\n") == 1
