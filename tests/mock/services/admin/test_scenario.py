"""A running world saved as a scenario, begun anew with one, and filled with a generated one."""

from pathlib import Path
from typing import Any

import pytest

from commerce_mock.beginning import begin
from commerce_mock.clock import parse_time
from commerce_mock.scenario import Scenario, ScenarioError
from commerce_mock.services.generating import Wanted, generate
from commerce_mock.wire import Request
from harness.platform import PASSWORD, Answered, Platform
from harness.stage import JANE, JOHN, STUCK_CARD

FIFTH = Path(__file__).parents[4] / "tests/fifth_service/contract"
FAILING_CARD = "4000000000000341"
KIM = {"id": JOHN, "email": "kim@example.com", "username": "kim", "first_name": "Kim", "last_name": "Park"}
ORDER = {
    "id": "order-1",
    "userId": JOHN,
    "items": [{"productId": "tea", "quantity": 2, "price": 4.5}],
    "status": "pending",
    "totalAmount": 9,
}


def save(platform: Platform) -> dict[str, Any]:
    answered = platform.get("admin", "/__admin/scenario")
    assert answered.status == 200, answered.body
    content: dict[str, Any] = answered.json
    return content


def load(platform: Platform, content: object) -> Answered:
    return platform.send("admin", "PUT", "/__admin/scenario", content)


def busy() -> Platform:
    """A world in which much has happened: users, orders and payments in many states, and faults."""
    platform = Platform()
    ann, bob = platform.register("ann"), platform.register("bob")
    order, payment = platform.paid(ann, 29.99, 15.5)
    platform.refund(ann, payment, 5)
    platform.set_status(order, "processing")
    platform.cancel(ann, platform.order(ann, 7))
    platform.pay(bob, platform.order(bob, 12.34), FAILING_CARD)
    platform.advance(5)
    platform.pay(bob, platform.order(bob, 3), STUCK_CARD)
    platform.pay(bob, platform.order(bob, 4), FAILING_CARD)
    platform.send("admin", "PUT", "/__admin/payments/settlement", {"delay": "reads:2"})
    waits = platform.pay(bob, platform.order(bob, 5)).json["id"]
    platform.read_payment(waits)
    platform.post("admin", "/__admin/faults", {"fault": "problem", "operation": "users.create", "code": "USER_001"})
    return platform


def test_a_saved_world_is_loaded_as_it_was() -> None:
    before = busy()
    saved = save(before)
    other = Platform(clock="2020-01-01T00:00:00Z")
    answered = load(other, saved)
    assert answered.status == 200, answered.body
    assert (answered.json["now"], answered.json["resources"]) == (
        saved["clock"],
        {"users": 2, "orders": 6, "payments": 5},
    )
    assert save(other) == saved
    assert [{**event, "correlation_id": ""} for event in other.events()] == [
        {**event, "correlation_id": ""} for event in before.events()
    ]


def test_a_loaded_world_goes_on_as_the_saved_one_does() -> None:
    before = busy()
    other = Platform()
    load(other, save(before))
    outcomes = []
    for platform in (before, other):
        platform.advance(60)
        found = []
        for number in range(1, 6):
            platform.read_payment(f"pay-{number}")
            found.append(platform.read_payment(f"pay-{number}"))
        outcomes.append(found)
    assert outcomes[0] == outcomes[1]
    assert [payment["status"] for payment in outcomes[1]] == [
        "partially_refunded",
        "failed",
        "processing",
        "failed",
        "completed",
    ]


def test_a_user_of_a_loaded_world_is_verified_with_the_token_of_the_mail() -> None:
    before = Platform()
    ann = before.register()
    other = Platform()
    load(other, save(before))
    path = f"/api/users/{ann.id}/verify"
    proof = {"verification_token": other.mailed_token(ann)}
    assert other.post("users", path, proof, ann.token).status == 200


def test_no_password_is_saved() -> None:
    platform = Platform(scenario="demo")
    platform.register("ann", password=PASSWORD)
    text = platform.get("admin", "/__admin/scenario").body.decode()
    assert "abc123" in text
    assert PASSWORD not in text
    assert "password" not in text


def test_a_reset_returns_to_the_scenario_that_was_loaded_with_its_faults() -> None:
    platform = Platform(scenario="demo")
    fault = {"fault": "problem", "operation": "users.get", "code": "USER_004"}
    load(platform, {"users": [KIM], "faults": [fault], "settlement": "manual", "clock": "2026-02-02T00:00:00Z"})
    before = save(platform)
    platform.register()
    platform.send("admin", "DELETE", "/__admin/faults")
    platform.post("admin", "/__admin/reset")
    assert save(platform) == before
    assert platform.get("users", f"/api/users/{JOHN}", platform.admin).code == "USER_004"
    assert platform.get("admin", "/__admin/payments/settlement").json == {"delay": "manual"}


def test_what_was_there_is_gone_once_a_scenario_is_loaded() -> None:
    platform = Platform(scenario="demo")
    platform.switch("orders", up=False)
    platform.register()
    load(platform, {"users": [KIM]})
    assert platform.events() == []
    assert platform.get("users", f"/api/users/{JANE}", platform.admin).code == "USER_004"
    assert (
        platform.get("admin", "/__admin/requests?limit=100").json["requests"][-1]["operation"] == "admin.load_scenario"
    )
    assert all(service["up"] for service in platform.get("admin", "/__admin/services").json["services"])


def test_worlds_that_are_made_later_begin_with_what_the_default_one_was_loaded_with() -> None:
    platform = Platform(scenario="demo")
    load(platform, {"users": [KIM], "clock": "2026-02-02T00:00:00Z"})
    made = platform.engine.worlds.of(Request("GET", "/", headers={b"x-mock-world": b"w1"}))
    assert made.store.begin().count("users") == 1
    assert made.clock.now() == parse_time("2026-02-02T00:00:00Z")


def test_a_scenario_is_loaded_into_one_world_alone() -> None:
    platform = Platform(scenario="demo")
    fork = platform.engine.worlds.fork(platform.world, "fork")
    before = fork.store.state
    load(platform, {"users": [KIM]})
    assert fork.store.state is before
    assert platform.engine.worlds.fork(fork, "another").store.begin().count("users") == 2


def test_a_clock_that_runs_is_not_set_by_a_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_767_225_600 * 10**9)
    platform = Platform(clock="real")
    loaded = load(platform, {"users": [KIM], "clock": "2020-01-01T00:00:00Z"}).json
    assert (loaded["now"], loaded["mode"]) == ("2026-01-01T00:00:00Z", "real")


@pytest.mark.parametrize(
    ("content", "pointer", "told"),
    [
        ([], "", "must be an object"),
        ({"clock": "noon"}, "/clock", "must be a valid date-time"),
        ({"clock": "0001-01-01T00:00:00+10:00"}, "/clock", "is not an ISO 8601 time"),
        ({"users": {}}, "/users", "must be an array"),
        ({"users": [7]}, "/users/0", "must be an object"),
        ({"users": [{**KIM, "private": 7}]}, "/users/0/private", "must be an object"),
        ({"users": [{**KIM, "email": "kim"}]}, "/users/0/email", "`email` must be a valid email. Say it as the doc"),
        ({"users": [KIM, KIM]}, "/users/1/id", f"there is a {JOHN} before this one. Give each its own."),
        ({"pets": []}, "/pets", "the contract stores no pets. It stores orders, payments, users."),
        ({"orders": [{**ORDER, "status": "lost"}]}, "/orders/0/status", "`status` must be pending, "),
        ({"settlement": "soon"}, "/settlement", "must match"),
        ({"settlement": "367d"}, "/settlement", "'367d' is no delay"),
        ({"faults": [{"fault": "magic"}]}, "/faults/0/fault", "must be problem"),
        ({"faults": [{"fault": "problem", "code": "NO_1"}]}, "/faults/0/code", "`code` is declared by none of the op"),
        ({"events": [{"type": "x", "time": "2026-01-01T00:00:00Z"}]}, "/events/0/resource", "is required"),
        (
            {"events": [{"type": "x", "resource": "users/1", "time": "2026-01-01T00:00:00Z"}]},
            "/events/0/type",
            "the contract publishes no x.",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_changes_nothing(content: object, pointer: str, told: str) -> None:
    platform = Platform(scenario="demo", judged=False)  # the judge words and counts in its own way
    before = platform.world.store.state
    refused = load(platform, content)
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR")
    (error,) = (error for error in refused.json["errors"] if error["pointer"] == pointer)
    assert told in error["message"]
    assert platform.world.store.state is before
    assert platform.world.journal.total == 1


@pytest.mark.parametrize(
    ("private", "place", "told"),
    [
        ({"due": "soon"}, "due", "'soon' is not an ISO 8601 time. Correct it."),
        ({"due": 7}, "due", "7 is not an ISO 8601 time. Correct it."),
        ({"reads": 0}, "reads", "0 is no number of reads from 1 on. Correct it."),
        ({"reads": True}, "reads", "True is no number of reads from 1 on. Correct it."),
    ],
)
def test_a_payment_waits_only_for_what_can_come(private: dict[str, Any], place: str, told: str) -> None:
    platform = Platform()
    payment = {"id": "pay-1", "orderId": "order-1", "userId": JOHN, "amount": 9, "currency": "USD", "private": private}
    resources: dict[str, list[dict[str, Any]]] = {"users": [KIM], "orders": [ORDER], "payments": [payment]}
    with pytest.raises(ScenarioError) as refused:
        begin(platform.world, Scenario("made", resources=resources))
    assert str(refused.value) == f"made:1 #/payments/0/private/{place}: {told}"


def test_a_world_is_filled_and_a_reset_returns_to_that() -> None:
    platform = Platform()
    body = {"users": 5, "orders": 40, "seed": 3, "now": "2026-03-01T00:00:00Z"}
    filled = platform.post("admin", "/__admin/scenario/generate", body)
    assert filled.status == 200
    assert (filled.json["now"], filled.json["requests"]) == ("2026-03-01T00:00:00Z", 0)
    assert (filled.json["resources"]["users"], filled.json["resources"]["orders"]) == (5, 40)
    before = save(platform)
    ann = platform.register()
    assert platform.order(ann)["id"] == "order-41"
    platform.post("admin", "/__admin/reset")
    assert save(platform) == before


def test_what_is_filled_is_what_the_same_scenario_would_lay() -> None:
    filled, laid = Platform(), Platform()
    filled.post("admin", "/__admin/scenario/generate", {"users": 7, "orders": 200, "seed": 9})
    content: dict[str, Any] = {"clock": "2026-01-01T00:00:00Z"}
    for collection, value, hidden in generate(Wanted(7, 200, 9, parse_time(content["clock"]))):
        content.setdefault(collection, []).append({**value, **({"private": hidden} if hidden else {})})
    assert load(laid, content).status == 200
    assert save(filled) == save(laid)
    for platform in (filled, laid):
        ann = platform.register()
        assert platform.paid(ann)[1]["id"] == save(platform)["payments"][-1]["id"]
    assert save(filled) == save(laid)


def test_a_filled_world_works_as_any_other() -> None:
    platform = Platform()
    platform.post("admin", "/__admin/scenario/generate", {"users": 3, "orders": 300})
    users = save(platform)["users"]
    everything = platform.get("orders", f"/api/orders/user/{users[0]['id']}?limit=100", platform.admin).json
    assert everything["total"] == sum(order["userId"] == users[0]["id"] for order in save(platform)["orders"])
    times = [order["createdAt"] for order in everything["orders"]]
    assert times == sorted(times, reverse=True)
    again = {
        "email": users[0]["email"].upper(),
        "username": "x",
        "password": PASSWORD,
        "first_name": "A",
        "last_name": "B",
    }
    assert platform.post("users", "/api/users", again).code == "USER_001"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"users": 1}, "/orders"),
        ({"users": 0, "orders": 1}, "/users"),
        ({"users": 1, "orders": 1_000_001}, "/orders"),
        ({"users": 1, "orders": 1, "seed": -1}, "/seed"),
        ({"users": 1, "orders": 1, "now": "noon"}, "/now"),
        ({"users": 1, "orders": 1, "now": "0001-01-01T00:00:00Z"}, "/now"),
        ({"users": 1, "orders": 1, "now": "0001-01-01T00:00:00+10:00"}, "/now"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_place(body: dict[str, Any], pointer: str) -> None:
    platform = Platform()
    before = platform.world.store.state
    refused = platform.post("admin", "/__admin/scenario/generate", body)
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", [pointer])
    assert platform.world.store.state is before


def test_a_contract_of_other_things_is_not_filled() -> None:
    refused = Platform(FIFTH, judged=False).post("admin", "/__admin/scenario/generate", {"users": 1, "orders": 1})
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert refused.json["detail"] == "the contract's users are not such as can be generated."


def test_a_world_that_is_too_large_for_a_file_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce_mock.saving.MOST", 16)
    platform = Platform(scenario="demo")
    refused = platform.get("admin", "/__admin/scenario")
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert refused.json["detail"] == "The world has 17 resources and events, and a scenario 16 at most."
