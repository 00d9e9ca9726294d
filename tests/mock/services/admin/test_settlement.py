"""What payments wait for: a time, reads, or somebody who settles them."""

from pathlib import Path

import pytest

from commerce_mock.events import LOG
from harness.platform import Member, Platform
from harness.stage import Stage

FIFTH = Path(__file__).parents[4] / "tests/fifth_service/contract"
FAILING_CARD = "4000000000000341"


def pay(platform: Platform) -> tuple[Member, str]:
    ann = platform.register()
    return ann, platform.pay(ann, platform.order(ann)).json["id"]


def set_delay(platform: Platform, delay: object) -> int:
    return platform.send("admin", "PUT", "/__admin/payments/settlement", {"delay": delay}).status


def status(platform: Platform, payment: str) -> str:
    found: str = platform.read_payment(payment)["status"]
    return found


def test_an_immediate_payment_begins_as_processing_and_has_ended_when_it_is_answered() -> None:
    platform = Platform(payment_delay="immediate")
    ann = platform.register()
    order = platform.order(ann)
    paid = platform.pay(ann, order)
    assert (paid.status, paid.json["status"]) == (201, "processing")
    # Nobody has asked anything since.
    events = [kept[0].type for kept in platform.world.store.begin().oldest(LOG)]
    assert events[2] == "payment_completed"
    assert set(events[3:]) == {"order_confirmed", "user_verified"}
    assert status(platform, paid.json["id"]) == "completed"


@pytest.mark.parametrize(("delay", "seconds"), [("2s", 2), ("1.5", 1.5), (3, 3), ("1m30s", 90), ("0", 0)])
def test_a_payment_waits_for_a_time(delay: float | str, seconds: float) -> None:
    platform = Platform(payment_delay=delay)
    _, payment = pay(platform)
    if seconds:
        platform.advance(seconds - 0.001)
        assert status(platform, payment) == "processing"
        platform.advance(0.001)
    assert status(platform, payment) == "completed"


def test_a_payment_waits_to_be_settled() -> None:
    platform = Platform(payment_delay="manual")
    _, payment = pay(platform)
    platform.advance(10**7)
    assert status(platform, payment) == "processing"
    platform.post("admin", f"/__admin/payments/{payment}/settle", {"status": "completed"})
    assert status(platform, payment) == "completed"


def test_a_payment_waits_to_be_read() -> None:
    platform = Platform(payment_delay="reads:3")
    ann, payment = pay(platform)
    platform.advance(60)
    assert [status(platform, payment) for _ in range(5)] == ["processing"] * 3 + ["completed"] * 2
    (order,) = platform.get("orders", f"/api/orders/user/{ann.id}", ann.token).json["orders"]
    assert order["status"] == "confirmed"


def test_only_who_sees_the_payment_counts_as_a_reader() -> None:
    platform = Platform(payment_delay="reads:1")
    _, payment = pay(platform)
    bob = platform.register("bob")
    assert platform.get("payments", f"/api/payments/{payment}", bob.token).code == "FORBIDDEN"
    assert [status(platform, payment) for _ in range(2)] == ["processing", "completed"]


def test_a_card_s_fate_comes_after_the_reads_too() -> None:
    platform = Platform(payment_delay="reads:1")
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann), FAILING_CARD).json["id"]
    assert status(platform, payment) == "processing"
    assert platform.read_payment(payment)["errorCode"] == "INSUFFICIENT_FUNDS"


def test_a_payment_that_was_settled_meanwhile_stays_as_it_is() -> None:
    platform = Platform(payment_delay="reads:2")
    _, payment = pay(platform)
    platform.post("admin", f"/__admin/payments/{payment}/settle", {"status": "failed"})
    assert {status(platform, payment) for _ in range(4)} == {"failed"}


def test_what_new_payments_wait_for_is_set_for_one_world_until_its_reset() -> None:
    stage = Stage()
    platform = stage.platform
    show = stage.ask("admin.settlement")
    assert stage.send(show).json == {"delay": "1.0"}
    _, before = pay(platform)
    assert set_delay(platform, "manual") == 200
    assert stage.send(show).json == {"delay": "manual"}
    bob = platform.register("bob")
    after = platform.pay(bob, platform.order(bob)).json["id"]
    platform.advance(60)
    assert (status(platform, before), status(platform, after)) == ("completed", "processing")
    other = platform.engine.worlds.fork(platform.world, "fork")
    assert other.store.begin().recall("/settlement", "delay") == "manual"
    platform.post("admin", "/__admin/reset")
    assert stage.send(show).json == {"delay": "1.0"}


@pytest.mark.parametrize(
    "delay", ["", "soon", "-1", "1e3", "nan", "reads:0", "reads:x", "reads:1000001", "367d", "31622401", 5, None, "2 s"]
)
def test_what_no_payment_can_wait_for_is_refused(delay: object) -> None:
    platform = Platform()
    refused = platform.send("admin", "PUT", "/__admin/payments/settlement", {"delay": delay})
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", ["/delay"])
    assert platform.get("admin", "/__admin/payments/settlement").json == {"delay": "1.0"}


def test_a_contract_without_payments_has_nothing_to_wait_for() -> None:
    fifth = Platform(FIFTH, judged=False)
    for method, body in (("GET", None), ("PUT", {"delay": "manual"})):
        refused = fifth.send("admin", method, "/__admin/payments/settlement", body)
        assert (refused.status, refused.code) == (404, "NOT_FOUND")


def test_a_payment_is_settled_as_the_body_says() -> None:
    stage = Stage()
    failed = stage.send(stage.ask("admin.settle")).json
    assert (failed["status"], failed["failureReason"]) == ("failed", "Insufficient funds")
    assert stage.platform.events()[-1]["type"] == "payment_failed"
    completed = stage.send(stage.ask("admin.settle").but(body={"status": "completed", "failureReason": "no"})).json
    assert completed["status"] == "completed"
    assert "failureReason" not in completed
    assert stage.platform.read_order("order-124")["paymentId"] == completed["id"]


@pytest.mark.parametrize("payment", ["pay-0", "order-124"])
def test_a_payment_that_is_not_there_is_not_settled(payment: str) -> None:
    refused = Platform(scenario="demo").post("admin", f"/__admin/payments/{payment}/settle", {"status": "completed"})
    assert (refused.status, refused.code) == (404, "NOT_FOUND")


def test_a_payment_that_has_ended_is_not_settled_again() -> None:
    platform = Platform(payment_delay="immediate")
    _, payment = pay(platform)
    refused = platform.post("admin", f"/__admin/payments/{payment}/settle", {"status": "failed"})
    assert (refused.status, refused.code, refused.pointers) == (409, "CONFLICT", ["/status"])
    assert status(platform, payment) == "completed"
