import os
import threading
from collections.abc import Iterator

import anyio
import pytest

from commerce_sdk import AsyncCommerce, Commerce, Order, User, errors
from harness.server import Served, served
from sdk.scripted import AsyncScriptedTransport, ScriptedTransport, async_client, client


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served(payment_delay=0) as running:
        yield running


@pytest.fixture(autouse=True)
def places(mock: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the services are and who calls, in the environment."""
    monkeypatch.setenv("COMMERCE_TOKEN", mock.token("tests", "service"))
    for service in ("users", "orders", "payments"):
        monkeypatch.setenv(f"COMMERCE_{service.upper()}_URL", mock.urls[service])


def register(commerce: Commerce, name: str) -> User:
    return commerce.users.create(
        email=f"{name}@example.com", username=name, password="correct horse", first_name="A", last_name="B"
    )


def place(commerce: Commerce, user: User) -> Order:
    return commerce.orders.create(user_id=user.id, items=[{"product_id": "p", "quantity": 2, "price": "29.99"}])


def test_a_checkout_over_real_sockets() -> None:
    with Commerce() as commerce:
        user = register(commerce, "checkout")
        order = place(commerce, user)
        method = {"type": "paypal"}
        payment = commerce.payments.create(
            order_id=order.id,
            user_id=user.id,
            amount=order.total_amount,
            currency="USD",
            payment_method={"type": "paypal"},
        )
        assert commerce.payments.wait(payment.id, timeout=5).status == "completed"
        assert [each.payment_id for each in commerce.orders.list_for_user(user.id, status="confirmed")] == [payment.id]
        assert method["type"] == payment.payment_method.type if payment.payment_method else False
        with pytest.raises(errors.PaymentAlreadyProcessed):
            commerce.payments.create(
                order_id=order.id,
                user_id=user.id,
                amount=order.total_amount,
                currency="USD",
                payment_method={"type": "paypal"},
            )
        assert "orders_created_total" in commerce.orders.metrics()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_same_for_async_with_many_at_once(backend: str) -> None:
    async def checkout() -> list[str]:
        async with AsyncCommerce() as commerce:
            user = await commerce.users.create(
                email=f"{backend}@example.com",
                username=backend,
                password="correct horse",
                first_name="A",
                last_name="B",
            )

            async def place_one() -> None:
                await commerce.orders.create(
                    user_id=user.id, items=[{"product_id": "p", "quantity": 1, "price": "1.00"}]
                )

            async with anyio.create_task_group() as group:
                for _ in range(25):
                    group.start_soon(place_one)
            return [order.id async for order in commerce.orders.list_for_user(user.id, limit=10)]

    assert len(set(anyio.run(checkout, backend=backend))) == 25


def test_one_client_serves_many_threads() -> None:
    with Commerce() as commerce:
        user = register(commerce, "threads")
        threads = [threading.Thread(target=place, args=(commerce, user)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert commerce.orders.list_for_user(user.id).total == 16


def test_a_client_made_before_a_fork_works_on_both_sides() -> None:
    with Commerce() as commerce:
        user = register(commerce, "fork")
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            os._exit(0 if place(commerce, user).user_id == user.id else 1)
        order = place(commerce, user)
        assert os.waitpid(child, 0)[1] == 0
        assert commerce.orders.get(order.id) == order
        assert commerce.orders.list_for_user(user.id).total == 2


def test_an_async_client_works_in_one_event_loop_after_another() -> None:
    commerce = AsyncCommerce()

    async def read() -> str:
        return (await commerce.orders.health()).status

    assert [anyio.run(read), anyio.run(read), anyio.run(read, backend="trio")] == ["healthy"] * 3

    async def close() -> None:
        await commerce.aclose()

    anyio.run(close)


def test_closing_is_for_what_the_client_made_and_may_be_done_twice() -> None:
    with Commerce() as commerce:
        commerce.orders.health()
    commerce.close()
    unused = Commerce()
    unused.close()
    with client(ScriptedTransport()) as given:
        pass
    given.close()

    async def twice() -> None:
        async with async_client(AsyncScriptedTransport()) as other:
            pass
        async with AsyncCommerce() as own:
            await own.orders.health()
        await own.aclose()
        await other.aclose()

    anyio.run(twice)


def test_a_client_tells_where_its_services_are(mock: Served) -> None:
    assert f"orders={mock.urls['orders']}" in repr(Commerce())
    assert f"orders={mock.urls['orders']}" in repr(AsyncCommerce())
