"""Time: frozen, set, moved, and run from timer to timer; whatever expires obeys it."""

from typing import Any

import pytest

from commerce_mock.wire import Request
from harness.platform import Answered, Member, Platform
from harness.stage import Stage

START = "2026-01-01T00:00:00Z"
SECOND = 10**9


class Machine:
    """The machine's clock, turned by the test; `seconds` since START."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        monkeypatch.setattr("time.time_ns", lambda: round((1_767_225_600 + self.seconds) * SECOND))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def clock(platform: Platform) -> tuple[str, str]:
    shown = platform.get("admin", "/__admin/clock").json
    return shown["now"], shown["mode"]


def set_clock(platform: Platform, **body: str) -> Answered:
    return platform.send("admin", "PUT", "/__admin/clock", body)


def by_paypal(member: Member, order: dict[str, Any]) -> dict[str, Any]:
    body = {"orderId": order["id"], "userId": member.id, "amount": order["totalAmount"], "currency": "USD"}
    return {**body, "paymentMethod": {"type": "paypal"}}


def advance(platform: Platform, **body: object) -> Answered:
    return platform.post("admin", "/__admin/clock/advance", body)


@pytest.mark.parametrize(
    ("body", "now"),
    [
        ({"seconds": 60}, "2026-01-01T00:01:00Z"),
        ({"seconds": 0.5}, "2026-01-01T00:00:00.500Z"),
        ({"seconds": 0.0004}, "2026-01-01T00:00:00Z"),
        ({"duration": "72h"}, "2026-01-04T00:00:00Z"),
        ({"duration": "1d2h3m4s5ms"}, "2026-01-02T02:03:04.005Z"),
        ({"duration": "1.5h"}, "2026-01-01T01:30:00Z"),
        ({"duration": "1m", "seconds": 1}, "2026-01-01T00:01:01Z"),
    ],
)
def test_a_frozen_clock_is_moved(body: dict[str, object], now: str) -> None:
    platform = Platform()
    moved = advance(platform, **body)
    assert moved.json == {"now": now, "mode": "frozen"}
    assert platform.get("admin", "/__admin/clock").json == moved.json


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"seconds": 0}, "/seconds"),
        ({"seconds": -1}, "/seconds"),
        ({"duration": "soon"}, "/duration"),
        ({"duration": "3 days"}, "/duration"),
        ({"duration": "-1h"}, "/duration"),
        ({"duration": 5}, "/duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_its_place(body: dict[str, object], pointer: str) -> None:
    platform = Platform()
    refused = advance(platform, **body)
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", [pointer])
    assert clock(platform) == (START, "frozen")


def test_what_falls_due_on_the_way_has_happened_when_the_clock_has_moved() -> None:
    platform = Platform()
    ann = platform.register()
    order = platform.order(ann)
    platform.pay(ann, order)
    advance(platform, seconds=3600)
    assert platform.read_order(order["id"])["status"] == "confirmed"
    assert platform.events()[-1]["time"] == "2026-01-01T00:00:01Z"


@pytest.mark.parametrize("body", [{"duration": "365d"}, {"duration": "999999999d"}, {"duration": "9999999d" * 2}])
def test_a_clock_does_not_leave_the_years_that_timestamps_can_tell(body: dict[str, object]) -> None:
    platform = Platform(clock="9999-06-01T00:00:00Z")
    refused = advance(platform, **body)
    assert (refused.status, refused.code) == (409, "CONFLICT")
    assert refused.json["detail"] == "The clock cannot go beyond 9999-12-31T23:59:59.999Z."
    assert advance(platform, seconds=86_400).status == 200


def test_a_running_clock_is_moved_and_runs_on_from_there(machine: Machine) -> None:
    platform = Platform(clock="real")
    assert advance(platform, duration="72h").json == {"now": "2026-01-04T00:00:00Z", "mode": "real"}
    machine.seconds += 7
    assert clock(platform) == ("2026-01-04T00:00:07Z", "real")


def test_on_a_running_clock_that_is_moved_timers_fire_at_their_own_time(machine: Machine) -> None:
    platform = Platform(clock="real")
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    machine.seconds += 0.25
    advance(platform, duration="1h")
    assert platform.read_payment(payment["id"])["completedAt"] == "2026-01-01T00:00:01Z"
    assert {event["time"] for event in platform.events()[2:]} == {"2026-01-01T00:00:01Z"}


def test_a_running_clock_is_frozen_where_it_is_and_runs_again_with_the_machine_s_time(machine: Machine) -> None:
    platform = Platform(clock="real")
    machine.seconds = 5
    assert set_clock(platform, mode="frozen").json == {"now": "2026-01-01T00:00:05Z", "mode": "frozen"}
    machine.seconds = 60
    assert clock(platform) == ("2026-01-01T00:00:05Z", "frozen")
    assert set_clock(platform, mode="real").json == {"now": "2026-01-01T00:01:00Z", "mode": "real"}
    machine.seconds = 61
    assert clock(platform) == ("2026-01-01T00:01:01Z", "real")


def test_a_clock_runs_from_a_time_that_is_set(machine: Machine) -> None:
    platform = Platform()
    assert set_clock(platform, mode="real", now="2030-02-03T04:05:06Z").json["now"] == "2030-02-03T04:05:06Z"
    machine.seconds += 4
    assert clock(platform) == ("2030-02-03T04:05:10Z", "real")


def test_a_clock_that_is_set_forward_fires_what_is_due_on_the_way() -> None:
    platform = Platform()
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    set_clock(platform, mode="frozen", now="2027-01-01T00:00:00Z")
    assert platform.read_payment(payment["id"])["completedAt"] == "2026-01-01T00:00:01Z"


def test_a_clock_that_is_set_back_lets_what_is_due_wait_for_its_time() -> None:
    platform = Platform()
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    set_clock(platform, mode="frozen", now="2025-12-31T00:00:00Z")
    assert clock(platform) == ("2025-12-31T00:00:00Z", "frozen")
    assert platform.read_payment(payment["id"])["status"] == "processing"
    advance(platform, duration="1d1s")
    assert platform.read_payment(payment["id"])["completedAt"] == "2026-01-01T00:00:01Z"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/mode"),
        ({"mode": "fast"}, "/mode"),
        ({"mode": "real", "now": "tomorrow"}, "/now"),
        ({"mode": "frozen", "now": "2026-12-31T23:59:60Z"}, "/now"),
        ({"mode": "frozen", "now": "0001-01-01T00:00:00+12:00"}, "/now"),
    ],
)
def test_what_is_no_time_is_refused_with_its_place(body: dict[str, str], pointer: str) -> None:
    platform = Platform(judged=False)  # the judge knows no leap seconds
    refused = set_clock(platform, **body)
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", [pointer])
    assert clock(platform) == (START, "frozen")


def test_the_next_timer_is_run_to_and_told() -> None:
    platform = Platform(payment_delay="90s")
    ann = platform.register()
    first = platform.pay(ann, platform.order(ann)).json["id"]
    advance(platform, seconds=30)
    body = by_paypal(ann, platform.order(ann))
    second = platform.post("payments", "/api/payments", body, ann.token, x_request_id="me")
    listed = platform.get("admin", "/__admin/timers").json
    assert [(timer["due"], timer["about"]) for timer in listed["timers"]] == [
        ("2026-01-01T00:01:30Z", first),
        ("2026-01-01T00:02:00Z", second.json["id"]),
    ]
    assert platform.get("admin", "/__admin/timers?limit=1&offset=1").json == {
        "timers": listed["timers"][1:],
        "total": 2,
        "limit": 1,
        "offset": 1,
    }
    went = platform.post("admin", "/__admin/clock/next").json
    assert went == {"now": "2026-01-01T00:01:30Z", "mode": "frozen", "fired": listed["timers"][:1]}
    assert platform.read_payment(first)["status"] == "completed"
    assert platform.read_payment(second.json["id"])["status"] == "processing"
    assert platform.post("admin", "/__admin/clock/next").json["fired"] == [
        {"due": "2026-01-01T00:02:00Z", "name": "payments.outcome", "about": second.json["id"], "request_id": "me"}
    ]
    nothing = platform.post("admin", "/__admin/clock/next").json
    assert nothing == {"now": "2026-01-01T00:02:00Z", "mode": "frozen", "fired": []}
    assert platform.get("admin", "/__admin/timers").json["timers"] == []


def test_timers_of_one_moment_fire_together(machine: Machine) -> None:
    platform = Platform(clock="real", payment_delay=10)
    ann = platform.register()
    payments = [platform.pay(ann, platform.order(ann)).json["id"] for _ in range(2)]
    went = platform.post("admin", "/__admin/clock/next").json
    assert (went["now"], went["mode"]) == ("2026-01-01T00:00:10Z", "real")
    assert [timer["about"] for timer in went["fired"]] == payments
    machine.seconds += 1
    assert clock(platform) == ("2026-01-01T00:00:11Z", "real")


def test_each_world_has_a_clock_of_its_own(machine: Machine) -> None:
    platform = Platform(clock="real")

    def ask(world: str, method: str, path: str, body: bytes = b"") -> str:
        headers = {b"x-mock-world": world.encode(), b"content-type": b"application/json"}
        return platform.engine.answer(Request(method, path, b"", headers, body, "admin")).body.decode()

    ask("here", "POST", "/__admin/clock/advance", b'{"duration": "1h"}')
    machine.seconds += 1
    assert ask("here", "GET", "/__admin/clock") == '{"now":"2026-01-01T01:00:01Z","mode":"real"}'
    assert ask("default", "GET", "/__admin/clock") == '{"now":"2026-01-01T00:00:01Z","mode":"real"}'
    ask("default", "POST", "/__admin/worlds/here/fork", b'{"name": "there"}')
    assert ask("there", "GET", "/__admin/clock") == ask("here", "GET", "/__admin/clock")


# What expires


def test_a_payment_ends_when_its_time_has_come() -> None:
    platform = Platform(payment_delay="1h")
    ann = platform.register()
    payment = platform.pay(ann, platform.order(ann)).json
    advance(platform, duration="59m59s")
    assert platform.read_payment(payment["id"])["status"] == "processing"
    advance(platform, duration="1s")
    assert platform.read_payment(payment["id"])["status"] == "completed"


@pytest.mark.parametrize("mode", ["frozen", "real"])
def test_a_token_expires(mode: str, machine: Machine) -> None:
    platform = Platform(clock="real" if mode == "real" else START)
    ann = platform.register()
    token = platform.token(ann.id, expires_in=3600)
    path = f"/api/users/{ann.id}"
    machine.seconds += 0.5
    advance(platform, duration="59m59s")
    assert platform.get("users", path, token).status == 200
    advance(platform, duration="2s")
    assert platform.get("users", path, token).code == "UNAUTHORIZED"


def test_an_idempotency_key_is_forgotten_after_a_day() -> None:
    stage = Stage()
    keyed = stage.ask("orders.create").but(headers={"Idempotency-Key": "one"}, token=stage.platform.admin)
    first = stage.send(keyed).json["id"]
    advance(stage.platform, duration="23h59m59s")
    assert stage.send(keyed).json["id"] == first
    advance(stage.platform, duration="1s")
    assert stage.send(keyed).json["id"] != first


def test_an_open_breaker_lets_a_call_through_after_half_a_minute() -> None:
    stage = Stage()
    platform = stage.platform
    platform.switch("orders", up=False)
    for _ in range(5):
        assert stage.send(stage.ask("payments.create")).status == 503
    platform.switch("orders", up=True)

    def state() -> str:
        shown: dict[str, dict[str, str]] = platform.get("payments", "/api/circuit-breaker/status").json
        return shown["order_service"]["state"]

    advance(platform, seconds=29)
    assert (state(), stage.send(stage.ask("payments.create")).status) == ("open", 503)
    advance(platform, seconds=1)
    assert (state(), stage.send(stage.ask("payments.create")).status, state()) == ("half_open", 201, "closed")
