"""Circuit breakers: five failures in a row open one, thirty seconds later one probe decides."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from commerce_mock.clock import SECOND
from commerce_mock.services.breakers import CLOSED, OPEN_FOR, Breaker
from harness.platform import Answered, Member, Platform

SERVICES = [("users", "user_service"), ("orders", "order_service")]


class Scene:
    """Somebody with an order to pay, and one of the services that payments calls."""

    def __init__(self, service: str, name: str) -> None:
        self.service, self.name = service, name
        self.platform = Platform()
        self.ann: Member = self.platform.register()
        self.order = self.platform.order(self.ann)
        self.switch(up=False)

    def switch(self, *, up: bool) -> None:
        self.platform.switch(self.service, up=up)

    def pay(self, **changes: Any) -> Answered:
        return self.platform.pay(self.ann, self.order, **changes)

    def fail(self, times: int) -> None:
        for _ in range(times):
            assert (self.pay().status, self.state()) == (503, "closed")

    @property
    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.platform.get("payments", "/api/circuit-breaker/status").json
        other = next(name for _, name in SERVICES if name != self.name)
        assert shown[other] == {"state": "closed", "failure_count": 0, "last_failure": None}
        breaker: dict[str, Any] = shown[self.name]
        return breaker

    def state(self) -> str:
        """The state as the status endpoint tells it; the metric must agree."""
        state: str = self.shown["state"]
        families = text_string_to_metric_families(self.platform.get("payments", "/metrics").body.decode())
        (family,) = (family for family in families if family.name == "circuit_breaker_state")
        gauge = {sample.labels["service"]: sample.value for sample in family.samples}[self.name]
        assert gauge == ["closed", "open", "half_open"].index(state)
        return state

    def open(self) -> None:
        self.fail(4)
        assert self.pay().status == 503
        assert self.state() == "open"


@pytest.fixture(params=SERVICES, ids=[service for service, _ in SERVICES])
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(*request.param)


def test_a_failure_is_counted_with_its_time_and_says_when_to_try_again(scene: Scene) -> None:
    scene.platform.advance(7)
    refused = scene.pay()
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "SERVICE_UNAVAILABLE", "30")
    assert scene.shown == {"state": "closed", "failure_count": 1, "last_failure": "2026-01-01T00:00:07Z"}
    assert scene.platform.get("payments", f"/api/payments/user/{scene.ann.id}", scene.ann.token).json["total"] == 0


def test_five_failures_in_a_row_open_it(scene: Scene) -> None:
    scene.open()
    assert scene.shown == {"state": "open", "failure_count": 5, "last_failure": "2026-01-01T00:00:00Z"}


def test_a_success_ends_the_row(scene: Scene) -> None:
    scene.fail(4)
    scene.switch(up=True)
    assert scene.pay().status == 201
    assert scene.shown["failure_count"] == 0
    scene.switch(up=False)
    scene.fail(4)


def test_a_call_that_was_answered_ends_the_row_though_the_payment_was_refused(scene: Scene) -> None:
    scene.fail(4)
    scene.switch(up=True)
    assert scene.pay(amount=1).status == 422
    assert scene.shown["failure_count"] == 0


def test_while_it_is_open_no_call_is_made_though_the_service_is_back(scene: Scene) -> None:
    scene.open()
    scene.switch(up=True)
    for waited, retry_after in ((0, "30"), (10.5, "20"), (19, "1")):
        scene.platform.advance(waited) if waited else None
        refused = scene.pay()
        assert (refused.status, refused.headers["retry-after"]) == (503, retry_after)
        assert refused.json["detail"] == f"The circuit breaker of {scene.service} is open."
    assert scene.shown["failure_count"] == 5


def test_a_call_that_fails_says_that_the_service_does_not_answer(scene: Scene) -> None:
    assert scene.pay().json["detail"] == f"The service {scene.service} does not answer."


def test_after_thirty_seconds_a_good_probe_closes_it(scene: Scene) -> None:
    scene.open()
    scene.platform.advance(29.999)
    assert scene.state() == "open"
    scene.platform.advance(0.001)
    assert scene.state() == "half_open"
    scene.switch(up=True)
    assert scene.pay().status == 201
    assert scene.state() == "closed"
    assert scene.shown == {"state": "closed", "failure_count": 0, "last_failure": "2026-01-01T00:00:00Z"}


def test_a_probe_that_is_answered_closes_it_though_the_payment_is_refused(scene: Scene) -> None:
    scene.open()
    scene.platform.advance(30)
    scene.switch(up=True)
    assert scene.pay(card="4000000000000002").code == "PAY_001"
    assert scene.state() == "closed"


def test_a_bad_probe_opens_it_for_another_thirty_seconds(scene: Scene) -> None:
    scene.open()
    scene.platform.advance(30)
    assert scene.pay().status == 503
    assert scene.state() == "open"
    assert scene.shown == {"state": "open", "failure_count": 6, "last_failure": "2026-01-01T00:00:30Z"}
    scene.platform.advance(29.999)
    assert scene.state() == "open"
    scene.platform.advance(0.001)
    assert scene.state() == "half_open"


def test_a_request_that_is_refused_before_the_call_does_not_count(scene: Scene) -> None:
    assert scene.pay(card="4111111111111112").code == "PAY_001"
    assert scene.pay(amount=-1).status == 422
    assert scene.pay(userId="00000000-0000-4000-8000-000000000009").status == 403
    assert scene.shown["failure_count"] == 0


def test_a_reset_closes_it(scene: Scene) -> None:
    scene.open()
    scene.platform.post("admin", "/__admin/reset")
    assert scene.shown == {"state": "closed", "failure_count": 0, "last_failure": None}


def test_the_users_breaker_closes_though_the_orders_service_is_down() -> None:
    scene = Scene("users", "user_service")
    scene.fail(4)
    scene.switch(up=True)
    scene.platform.switch("orders", up=False)
    assert scene.pay().status == 503
    status = scene.platform.get("payments", "/api/circuit-breaker/status").json
    assert [breaker["failure_count"] for breaker in status.values()] == [0, 1]


def test_a_breaker_changes_only_by_what_it_is_told() -> None:
    breaker = CLOSED
    for failures in range(1, 5):
        breaker = breaker.failed(failures * SECOND)
        assert (breaker.failures, breaker.state(10**12)) == (failures, "closed")
    opened = breaker.failed(9 * SECOND)
    assert opened.state(9 * SECOND) == opened.state(9 * SECOND + OPEN_FOR - 1) == "open"
    assert opened.state(9 * SECOND + OPEN_FOR) == "half_open"
    assert opened.succeeded() == Breaker(last_failure=9 * SECOND)


def test_an_order_needs_the_users_and_says_when_they_do_not_answer() -> None:
    platform = Platform()
    ann = platform.register()
    platform.world.down.add("users")
    item = {"productId": "p", "quantity": 1, "price": 1}
    refused = platform.post("orders", "/api/orders", {"userId": ann.id, "items": [item]}, ann.token)
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert refused.json["detail"] == "The service users does not answer."
