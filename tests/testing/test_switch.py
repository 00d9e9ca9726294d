from typing import Any

import pytest

from commerce_sdk import errors
from commerce_testing import CommerceMock


def test_a_service_that_is_down_answers_503_until_it_is_up(shop: Any) -> None:
    client = shop.mock.client(max_retries=0)
    orders = shop.mock.service("orders").down()
    assert not orders.is_up
    with pytest.raises(errors.ServiceUnavailableError):
        client.orders.get("order-1")
    orders.up()
    assert orders.is_up
    with pytest.raises(errors.OrderNotFound):
        client.orders.get("order-1")


def test_a_service_can_be_down_for_a_while(mock: CommerceMock) -> None:
    with mock.service("orders").down() as orders:
        assert not orders.is_up
    assert orders.is_up


def test_the_services_that_need_it_notice(shop: Any) -> None:
    client = shop.mock.client(max_retries=0)
    order_id = shop.order()
    with shop.mock.service("orders").down():
        for _ in range(5):
            with pytest.raises(errors.ServiceUnavailableError):
                client.payments.create(
                    order_id=order_id,
                    user_id=shop.user_id,
                    amount="59.98",
                    currency="USD",
                    payment_method={"type": "paypal"},
                )
    assert client.payments.circuit_breaker().order_service.state == "open"
    shop.mock.clock.advance("30s")
    assert client.payments.circuit_breaker().order_service.state == "half_open"


@pytest.mark.parametrize("name", ["parcels", "admin"])
def test_a_service_that_there_is_not_is_refused_with_those_that_there_are(mock: CommerceMock, name: str) -> None:
    with pytest.raises(ValueError, match=f"no service is named '{name}': there are notifications, orders, payments"):
        mock.service(name)


def test_a_service_that_refuses_surely_got_nothing(shop: Any) -> None:
    client = shop.mock.client(max_retries=0)
    with shop.mock.service("orders").down(refuse=True) as orders:
        assert not orders.is_up
        with pytest.raises(errors.ConnectionFailedError) as caught:
            client.orders.get("order-1")
        assert not caught.value.sent
    with pytest.raises(errors.OrderNotFound):
        client.orders.get("order-1")
