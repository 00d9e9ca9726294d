"""A recording asked again in a mock of its own: the same to the byte, or the first place that is not."""

import copy
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from commerce_mock.replaying import replay
from harness.platform import GOOD_CARD, Platform
from harness.recordings import Bundle, buy, same, start, stop
from harness.stage import Stage


@pytest.fixture(scope="module")
def bought() -> tuple[Platform, Bundle]:
    platform = Platform(seed=3, judged=False)
    start(platform)
    buy(platform)
    return platform, stop(platform)


def test_a_purchase_is_answered_the_same_with_its_events(bought: tuple[Platform, Bundle]) -> None:
    platform, bundle = bought
    outcome = same(platform, bundle)
    assert outcome.requests == len(bundle["requests"]) == 5
    assert outcome.events == 5
    assert outcome.notes == ()
    kinds = [event["type"] for request in bundle["requests"] for event in request["events"]]
    assert kinds == ["user_created", "order_created", "payment_completed", "user_verified", "order_confirmed"]


def test_mixed_traffic_from_the_middle_of_a_worlds_life_is_answered_the_same() -> None:
    path = Path(__file__).with_name("test_determinism.py")
    spec = importlib.util.spec_from_file_location("traffic", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    platform = Platform(seed=7, judged=False, scenario="demo")
    traffic = module.Traffic(platform)
    traffic.run()
    start(platform)
    traffic.members, traffic.orders, traffic.payments = traffic.members[:3], [], []
    traffic.register = lambda: None
    traffic.run()
    bundle = stop(platform)
    assert len(bundle["requests"]) > 200
    same(platform, bundle)


@pytest.mark.parametrize(
    ("spoil", "number", "place", "sides"),
    [
        (lambda b: b["requests"][1]["answer"].update(status=200), 2, "/answer/status", (200, 201)),
        (lambda b: b["requests"][1]["answer"]["body"].update(totalAmount=1), 2, "/answer/body/totalAmount", (1, 45.49)),
        (lambda b: b["requests"][0]["answer"]["headers"].pop("location"), 1, "/answer/headers/location", None),
        (lambda b: b["requests"][3]["events"].pop(), 4, "/events/2", None),
        (lambda b: b["began"].update(seed=4), 1, "/answer/headers/location", None),
        (lambda b: b["requests"][2]["body"].update(amount=7), 3, "/answer/status", (201, 422)),
        (lambda b: b["requests"][3].update(time="2026-01-01T00:00:00Z"), 4, "/answer/body/status", None),
    ],
)
def test_the_first_difference_is_told(
    spoil: Callable[[Bundle], Any],
    number: int,
    place: str,
    sides: tuple[Any, Any] | None,
    bought: tuple[Platform, Bundle],
) -> None:
    platform, bundle = bought
    spoilt = copy.deepcopy(bundle)
    spoil(spoilt)
    outcome = replay(spoilt, platform.contract)
    assert not outcome.identical
    assert outcome.difference is not None
    assert (outcome.number, outcome.difference.pointer) == (number, place)
    assert outcome.request == f"{bundle['requests'][number - 1]['method']} {bundle['requests'][number - 1]['path']}"
    assert outcome.requests == number - 1
    if sides is not None:
        assert (outcome.difference.expected, outcome.difference.got) == sides


def test_a_mock_that_behaves_otherwise_is_found_out(
    bought: tuple[Platform, Bundle], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, bundle = bought
    monkeypatch.setattr("commerce_mock.services.money.cents", lambda _: 0)
    monkeypatch.setattr("commerce_mock.services.orders.cents", lambda _: 0, raising=False)
    outcome = replay(bundle, platform.contract)
    assert not outcome.identical


def test_events_after_the_last_request_are_part_of_it() -> None:
    platform = Platform(judged=False)
    start(platform)
    ann = platform.register()
    platform.pay(ann, platform.order(ann))
    platform.advance(5)
    bundle = stop(platform)
    assert [event["type"] for event in bundle["last"]["events"]] == [
        "payment_completed", "user_verified", "order_confirmed",
    ]  # fmt: skip
    same(platform, bundle)
    bundle["last"]["events"].pop()
    outcome = replay(bundle, platform.contract)
    assert (outcome.number, str(outcome.difference).partition(":")[0]) == (None, "/events/2")
    assert outcome.notes == ("the answers or events in it were changed after it was recorded",)


def test_no_secret_is_in_a_bundle() -> None:
    platform = Platform(judged=False, jwt_secret="canary-secret-of-this-very-test-alone")
    start(platform)
    ann = platform.register(password="canary-password")
    order = platform.order(ann)
    token = platform.mailed_token(ann)
    platform.post("users", f"/api/users/{ann.id}/verify", {"verification_token": token}, ann.token)
    method = {
        "type": "credit_card",
        "cardNumber": "4929123456781111",
        "expiryMonth": "12",
        "expiryYear": "2030",
        "cvv": "973",
    }
    platform.pay(ann, order, paymentMethod=method)
    platform.pay(ann, order, GOOD_CARD)
    platform.post("admin", "/__admin/tokens", {"user_id": ann.id})
    bundle = stop(platform)
    text = orjson.dumps(bundle).decode()
    for secret in ("canary", "4929123456781111", '"973"', ann.token, ann.token.rpartition(".")[2], "eyJ"):
        assert secret not in text
    assert token in text  # the mail shows it too
    same(platform, bundle)


def test_two_cards_that_only_differ_in_what_is_hidden_stay_two() -> None:
    """Else the same idempotency key would not be refused any more."""
    platform = Platform(judged=False)
    start(platform)
    ann = platform.register()
    order = platform.order(ann)
    for number, cvv in (("4929123456781111", "123"), ("4929123456781111", "124"), ("4556737586891111", "123")):
        method = {"type": "credit_card", "cardNumber": number, "expiryMonth": "12", "expiryYear": "2030", "cvv": cvv}
        body = {
            "orderId": order["id"],
            "userId": ann.id,
            "amount": order["totalAmount"],
            "currency": "USD",
            "paymentMethod": method,
        }
        platform.post("payments", "/api/payments", body, ann.token, idempotency_key="one")
    bundle = stop(platform)
    codes = [request["answer"]["body"].get("code") for request in bundle["requests"][-2:]]
    assert codes == ["IDEMPOTENCY_KEY_REUSED"] * 2
    same(platform, bundle)


def test_faults_outages_forced_refusals_and_time_are_part_of_it() -> None:
    platform = Platform(judged=False, seed=5)
    ann = platform.register()
    fault = {"fault": "status", "status": 503, "operation": "orders.get", "share": 0.5}
    made = platform.post("admin", "/__admin/faults", fault)
    if made.status != 201:  # the words of the control document, whatever they are
        pytest.fail(made.body.decode())
    order = platform.order(ann)
    read = f"/api/orders/{order['id']}"
    platform.send("admin", "PUT", "/__admin/auth", {"outcome": "expired", "times": 2, "operation": "users.*"})
    platform.switch("notifications", up=False)
    for _ in range(3):
        platform.get("orders", read, ann.token)
    start(platform)
    for _ in range(20):
        platform.get("orders", read, ann.token)
        platform.get("users", f"/api/users/{ann.id}", ann.token)
    platform.post("admin", "/__admin/clock/advance", {"seconds": 90})
    platform.get("notifications", "/health")
    bundle = stop(platform)
    statuses = [request["answer"]["status"] for request in bundle["requests"]]
    assert {200, 401, 503} <= set(statuses)
    same(platform, bundle)


def test_what_a_test_turns_by_hand_between_requests_is_part_of_it() -> None:
    platform = Platform(judged=False)
    start(platform)
    ann = platform.register()
    platform.world.down.add("orders")
    assert platform.get("orders", "/api/orders/order-1", ann.token).status == 503
    platform.world.down.clear()
    platform.order(ann)
    platform.world.reset()
    platform.register("bob")
    platform.advance(10)
    platform.world.clock.set(platform.world.clock.now() - 5000, frozen=True)
    platform.register("cid")
    bundle = stop(platform)
    assert [request.get("turned") for request in bundle["requests"]] == [
        None, {"down": {"orders": False}}, {"down": {}}, {"reset": True}, None,
    ]  # fmt: skip
    same(platform, bundle)


def test_a_reset_in_it_returns_to_the_scenario_and_not_to_where_the_recording_began() -> None:
    stage = Stage()
    platform = stage.platform
    platform.judge = None
    platform.register()
    start(platform)
    platform.post("admin", "/__admin/reset")
    platform.register()
    bundle = stop(platform)
    assert "origin" in bundle
    outcome = same(platform, bundle)
    assert outcome.requests == 2


def test_a_running_clock_is_played_as_it_ran() -> None:
    platform = Platform(clock="real", payment_delay=0, judged=False)
    start(platform)
    ann = platform.register()
    order = platform.order(ann)
    platform.pay(ann, order)
    platform.post("admin", "/__admin/clock/advance", {"seconds": 3600})
    platform.get("orders", f"/api/orders/{order['id']}", platform.token(ann.id))
    platform.send("admin", "PUT", "/__admin/clock", {"mode": "frozen", "now": "2030-01-01T00:00:00Z"})
    platform.register("bob")
    platform.send("admin", "PUT", "/__admin/clock", {"mode": "real"})
    platform.register("cid")
    bundle = stop(platform)
    assert bundle["surroundings"]["clock"] == "real"
    same(platform, bundle)


def test_another_world_is_played_under_its_own_name() -> None:
    platform = Platform(judged=False)
    world = platform.engine.worlds.fork(platform.world, "w42")
    platform.world = world
    start(platform)
    buy(platform)
    bundle = stop(platform)
    assert bundle["world"] == "w42"
    assert bundle["requests"][0]["answer"]["headers"]["x-mock-world"] == "w42"
    same(platform, bundle)


def test_rs256_is_signed_anew() -> None:
    platform = Platform(judged=False, jwt_algorithm="RS256")
    key = platform.engine.key
    start(platform)
    ann = platform.register()
    token = key.sign({"sub": ann.id, "exp": 4_000_000_000})
    assert platform.get("users", f"/api/users/{ann.id}", token).status == 200
    bundle = stop(platform)
    assert bundle["settings"]["jwt_algorithm"] == "RS256"
    same(platform, bundle)


def test_what_only_looks_and_what_is_about_other_worlds_is_left_out() -> None:
    platform = Platform(judged=False)
    start(platform)
    platform.get("admin", "/__admin/inbox")
    platform.post("admin", "/__admin/worlds/default/fork", {"name": "w1"})
    platform.post("admin", "/__admin/tokens", {"user_id": "me"})
    platform.get("admin", "/__admin/recordings/status")
    platform.register()
    bundle = stop(platform)
    assert [request["path"] for request in bundle["requests"]] == ["/api/users"]
    assert bundle["requests"][0]["answer"]["headers"]["x-request-id"] == "req-6"
    same(platform, bundle)


def test_events_by_hand_and_their_secrets_are_played_the_same() -> None:
    platform = Platform(scenario="demo")
    start(platform)
    order = {"order_id": "order-124", "user_id": "550e8400-e29b-41d4-a716-446655440001", "payment_id": "pay-9"}
    data = {"amount": 40.25, "currency": "USD", "transaction_id": "t", "completed_at": "2026-01-01T00:00:00Z"}
    paid = {"payload": {**order, "cvv": "canary", "data": {**data, "card": {"cardNumber": "canary"}}}}
    for body, status in (
        ({"type": "payment_completed", "id": "mine", **paid}, 201),
        ({"type": "payment_completed", "id": "mine", **paid}, 200),
        ({"type": "payment_lost", **paid}, 422),
        ({"type": 7, "payload": [{"password": "canary"}]}, 422),
        ({"type": "payment_completed"}, 422),
    ):
        assert platform.post("admin", "/__admin/events/emit", body).status == status
    assert platform.post("admin", "/__admin/events/mine/redeliver", {"receivers": ["notifications"]}).status == 200
    bundle = stop(platform)
    assert b"canary" not in orjson.dumps(bundle)
    assert same(platform, bundle).requests == 6
