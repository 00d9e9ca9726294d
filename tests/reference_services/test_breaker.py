from collections.abc import Iterator

import pytest
from redis import Redis

from harness.reference import Hosted, hosted, until
from harness.shop import Shop
from harness.witness import Witness


@pytest.fixture
def services(redis_url: str) -> Iterator[Hosted]:
    with hosted(redis_url, breaker_timeout=0.1) as running:
        yield running


@pytest.fixture
def user(services: Hosted, broker: Redis, witness: Witness) -> Iterator[Shop]:
    shop = Shop(services, broker, witness)
    yield shop
    shop.close()


def _breaker(shop: Shop, name: str = "order_service") -> dict[str, object]:
    found: dict[str, object] = shop.get("payments", "/api/circuit-breaker/status").json()[name]
    return found


def test_a_breaker_opens_lets_a_probe_through_and_closes_when_it_succeeds(services: Hosted, user: Shop) -> None:
    ann = user.register()
    order = {"id": "order-0", "totalAmount": 1}
    assert _breaker(user) == {"state": "closed", "failure_count": 0, "last_failure": None}
    services.stop("orders")
    for failures in range(1, 6):
        assert user.ask_to_pay(ann, order).status_code == 503
        assert _breaker(user)["failure_count"] == failures
    assert user.metric("payments", 'circuit_breaker_state{service="order_service"}') > 0
    until(lambda: _breaker(user)["state"] == "half_open")
    assert user.ask_to_pay(ann, order).status_code == 503
    assert _breaker(user)["failure_count"] == 6  # the probe failed, so it is open again
    with services.again("orders"):
        until(lambda: user.ask_to_pay(ann, order).json()["code"] == "ORDER_003")
        assert (_breaker(user)["state"], _breaker(user)["failure_count"]) == ("closed", 0)
    assert _breaker(user, "user_service")["failure_count"] == 0


def test_what_needs_a_service_that_is_down_says_so(services: Hosted, user: Shop) -> None:
    ann = user.register()
    services.stop("users")
    assert user.ask_to_order(ann).json()["code"] == "SERVICE_UNAVAILABLE"
    assert user.get("orders", "/health").json()["dependencies"]["users"] == "unhealthy"
    assert user.get("orders", "/ready").status_code == 503
    assert user.get("orders", f"/api/orders/user/{ann.id}", ann.token).json()["total"] == 0
