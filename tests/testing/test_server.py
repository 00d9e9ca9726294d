import json
import subprocess
import sys
from collections.abc import Iterator
from os import environ
from typing import Any

import httpx
import pytest

from commerce_sdk import errors
from commerce_testing import CommerceMock, CommerceServer, Setting, Stage
from commerce_testing.listener import Listener


@pytest.fixture(scope="module")
def listener(stage: Stage) -> Iterator[Listener]:
    listener = Listener(stage.lay(Setting()))
    listener.start()
    yield listener
    listener.stop()


@pytest.fixture
def server(listener: Listener, mock: CommerceMock) -> Iterator[CommerceServer]:
    with CommerceServer(listener, mock) as server:
        yield server


def register(client: Any) -> str:
    user_id: str = client.users.create(
        email="ann@example.com", username="ann", password="correct-horse-9", first_name="Ann", last_name="Lee"
    ).id
    return user_id


def test_a_client_reaches_the_world_over_http(server: CommerceServer, mock: CommerceMock) -> None:
    user_id = register(server.client())
    assert list(mock.state["users"]) == [user_id]
    assert server.client(user_id=user_id).users.get(user_id).email == "ann@example.com"


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_world_of_its_own_behind_the_same_ports(
    server: CommerceServer, mock: CommerceMock, turn: int
) -> None:
    assert mock.state["users"] == {}, turn
    register(server.client())


def test_the_clock_of_the_world_passes_what_its_clients_wait_for(server: CommerceServer, mock: CommerceMock) -> None:
    client = server.client()
    user_id = register(client)
    order = client.orders.create(user_id=user_id, items=[{"product_id": "p", "quantity": 1, "price": "5.00"}])
    client.payments.create(
        order_id=order.id, user_id=user_id, amount="5.00", currency="USD", payment_method={"type": "paypal"}
    )
    assert client.payments.wait("pay-1").status == "completed"
    mock.clock.advance("1h")
    assert httpx.get(f"{server.gateway}/__admin/clock").json()["now"].startswith("2026-01-01T01:00:")


def test_the_gateway_serves_all_services(server: CommerceServer, mock: CommerceMock) -> None:
    user_id = register(server.client())
    headers = {"Authorization": f"Bearer {mock.token(user_id)}"}
    assert httpx.get(f"{server.gateway}/api/users/{user_id}", headers=headers).status_code == 200
    assert httpx.get(f"{server.gateway}/api/orders/order-9", headers=headers).status_code == 404
    listed = httpx.get(f"{server.gateway}/__admin/services").json()["services"]
    assert {each["name"]: each["url"] for each in listed}.items() <= server.urls.items()


def test_what_goes_wrong_in_the_world_goes_wrong_on_its_ports(server: CommerceServer, mock: CommerceMock) -> None:
    client = server.client(max_retries=0)
    fault = mock.fail("orders.health", "connection")
    with pytest.raises(errors.ConnectionFailedError):
        client.orders.health()
    assert fault.struck == 1
    mock.fail("orders.health", "cut")
    with pytest.raises(errors.ConnectionFailedError):
        client.orders.health()
    with mock.service("orders").down(refuse=True), pytest.raises(errors.ConnectionFailedError):
        client.orders.health()
    assert client.orders.health().status == "healthy"


@pytest.mark.anyio
async def test_an_async_client_reaches_the_world_over_http(server: CommerceServer) -> None:
    async with server.async_client() as client:
        assert (await client.orders.health()).status == "healthy"


def test_another_process_finds_the_services_in_its_environment(server: CommerceServer, mock: CommerceMock) -> None:
    script = """
import json
from commerce_sdk import Commerce
with Commerce() as commerce:
    ann = {"email": "a@example.com", "username": "a", "password": "password1", "first_name": "A", "last_name": "B"}
    user = commerce.users.create(**ann)
    order = commerce.orders.create(user_id=user.id, items=[{"product_id": "p", "quantity": 1, "price": "5.00"}])
    print(json.dumps(order.id))
"""
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script],
        env={**environ, **server.environment},
        capture_output=True,
        check=True,
    )
    assert list(mock.state["orders"]) == [json.loads(ran.stdout)]


def test_a_server_that_does_not_come_up_says_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_testing.listener._PATIENCE", 0.01)
    monkeypatch.setattr("commerce_testing.listener._Server.run", lambda _, sockets: sockets)
    never = Listener(stage.lay(Setting()))
    with pytest.raises(RuntimeError, match=r"did not start within 0\.01 s"):
        never.start()
    never.stop()


def test_a_server_that_has_ended_leaves_its_ports(stage: Stage) -> None:
    listener = Listener(stage.lay(Setting()))
    listener.start()
    listener.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{listener.urls['orders']}/health")
