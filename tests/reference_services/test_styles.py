from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from harness.reference import hosted
from harness.shop import Shop
from reference_services.settings import Style


@contextmanager
def styled(redis_url: str, broker: Redis, style: Style) -> Iterator[Shop]:
    with hosted(redis_url, style=style) as services:
        shop = Shop(services, broker)
        yield shop
        shop.close()


@pytest.mark.parametrize("style", [Style.EXPRESS, Style.GIN])
def test_another_framework_knows_no_405_and_has_a_404_of_its_own(redis_url: str, broker: Redis, style: Style) -> None:
    with styled(redis_url, broker, style) as shop:
        for answered in (shop.send("users", "DELETE", "/api/users"), shop.get("users", "/nothing/")):
            assert (answered.status_code, answered.json()) == (404, {"message": "Not Found"})
            assert answered.headers["content-type"] == "application/json"
            assert "allow" not in answered.headers
        # What a handler answers stays as the contract has it.
        assert shop.get("orders", "/api/orders/order-0", shop.admin).json()["code"] == "ORDER_003"


def test_trailing_slashes_are_forgiven_redirected_or_unknown(redis_url: str, broker: Redis) -> None:
    with styled(redis_url, broker, Style.EXPRESS) as shop:
        assert shop.get("users", "/health/").status_code == 200
        assert shop.metric("users", 'http_requests_total{method="GET",operation="users.health",status="200"}') == 1
    with styled(redis_url, broker, Style.GIN) as shop:
        moved = shop.get("users", "/health/")
        assert (moved.status_code, moved.headers["location"]) == (301, "/health")
        assert shop.post("users", "/api/users/", {}).status_code == 307
    with styled(redis_url, broker, Style.FASTAPI) as shop:
        assert shop.get("users", "/health/").json()["code"] == "NOT_FOUND"
