"""Events that no service of the mock published: judged, written down, heard, and the same when they come again."""

import logging
from pathlib import Path
from typing import Any

import pytest

from commerce_mock.events import Emitted
from harness.platform import Answered, Platform, contract
from harness.stage import JOHN, NOBODY, Stage

FIFTH = Path(__file__).parents[1] / "fifth_service" / "contract"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ID = "7d5f9d4e-8a5b-4c0f-9c3e-2f1f3f0a9b11"
PAID = {
    "payment_id": "pay-real-1",
    "order_id": "order-124",
    "user_id": JOHN,
    "data": {"amount": 40.25, "currency": "USD", "transaction_id": "t-1", "completed_at": "2026-01-01T00:00:00Z"},
}


def emit(platform: Platform, kind: str = "payment_completed", payload: Any = None, **envelope: Any) -> Answered:
    body = {"type": kind, "payload": PAID if payload is None else payload, **envelope}
    return platform.post("admin", "/__admin/events/emit", body)


def types(platform: Platform) -> list[str]:
    return [event["type"] for event in platform.events()]


class Broker:
    """An outbox that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def append(self, _world: str, event: Emitted) -> None:
        self.got.append(event.id)


@pytest.mark.parametrize(
    ("directory", "scenario", "kind"),
    [(None, scenario, kind) for scenario in ("empty", "demo") for kind in contract().events]
    + [(FIFTH, "empty", kind) for kind in contract(FIFTH).events],
)
def test_the_documents_example_of_every_event_can_be_emitted_in_any_world(
    directory: Path | None, scenario: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform = Platform(directory, scenario=scenario)
    before = len(platform.events())
    example = contract(directory).events[kind].example
    emitted = emit(platform, kind, example)
    assert emitted.status == 201, emitted.body
    assert (emitted.json["type"], emitted.json["payload"]) == (kind, example)
    assert platform.events()[before] == emitted.json
    assert platform.get("admin", "/__admin/inbox").status == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_payment_of_a_real_service_confirms_the_order_of_the_mock() -> None:
    stage = Stage()
    platform = stage.platform
    emitted = emit(platform)
    assert emitted.json["source"] == "/payments"
    assert emitted.json["time"] == "2026-01-01T00:00:00Z"
    assert emitted.json["correlation_id"] == emitted.headers["x-request-id"]
    assert emitted.json["payload"] == {"event_type": "payment_completed", **PAID}
    order = platform.read_order("order-124")
    assert (order["status"], order["paymentId"]) == ("confirmed", "pay-real-1")
    assert types(platform)[-2:] == ["payment_completed", "order_confirmed"]
    mail = platform.inbox(stage.john)[1]
    assert (mail["event_id"], mail["subject"]) == (emitted.json["id"], "We received your payment pay-real-1")


def test_it_is_counted_as_any_other() -> None:
    platform = Stage().platform
    before = platform.world.meters.published.copy()
    emit(platform)
    assert platform.world.meters.published - before == {"payment_completed": 1, "order_confirmed": 1}
    items = platform.get("admin", "/__admin/coverage").json["items"]
    (seen,) = (item for item in items if (item["kind"], item["name"]) == ("event", "payment_completed"))
    assert seen["count"] == 1


def test_an_amount_that_an_event_tells_is_observed() -> None:
    platform = Platform()
    emit(platform, "order_created", contract().events["order_created"].example)
    text = platform.get("orders", "/metrics").body.decode()
    assert f"order_value_histogram_sum {contract().events['order_created'].example['data']['total_amount']}" in text


def test_an_id_that_came_before_does_nothing_and_shows_the_first() -> None:
    platform = Stage().platform
    first = emit(platform, id=ID, source="https://pay.example/p", publish=False)
    assert (first.status, first.json["id"], first.json["source"]) == (201, ID, "https://pay.example/p")
    after = platform.events(), platform.inbox()
    again = emit(platform, payload={"something": "else"}, id=ID)
    assert (again.status, again.json) == (200, first.json)
    assert (platform.events(), platform.inbox()) == after


def test_the_worlds_own_id_is_known_too() -> None:
    platform = Stage().platform
    own = platform.events()[0]
    again = emit(platform, own["type"], own["payload"], id=own["id"])
    assert (again.status, again.json) == (200, own)


@pytest.mark.parametrize(
    "envelope", [{"id": "event-1"}, {"id": ID}, {"id": ID, "kind": "payment_completed", "source": "/other"}]
)
def test_an_id_of_another_event_is_a_conflict(envelope: dict[str, str]) -> None:
    platform = Stage().platform
    emit(platform, id=ID)
    before = platform.events()
    refused = emit(platform, **{"kind": "payment_failed", **envelope}, payload={})
    assert (refused.status, refused.code, refused.pointers) == (409, "CONFLICT", ["/id"])
    assert platform.events() == before


def test_a_rewind_forgets_what_came_with_the_rest() -> None:
    platform = Stage().platform
    asked = platform.get("admin", "/__admin/clock").headers["x-request-id"]
    emit(platform, id=ID)
    assert platform.post("admin", "/__admin/rewind", {"to": asked}).status == 200
    assert emit(platform, id=ID).status == 201
    platform.post("admin", "/__admin/reset")
    assert emit(platform, id=ID).status == 201


@pytest.mark.parametrize(
    ("body", "pointers", "message"),
    [
        ({"type": "payment_lost"}, ["/type"], "there are order_created, order_confirmed, payment_completed"),
        ({"type": "payment_completed", "payload": {}}, ["/payload/payment_id", "/payload/order_id"], "is required"),
        ({"payload": {**PAID, "event_type": "payment_failed"}}, ["/payload/event_type"], ""),
        ({"payload": {**PAID, "user_id": "7"}}, ["/payload/user_id"], ""),
        ({"payload": {**PAID, "data": {**PAID["data"], "amount": 1.005}}}, ["/payload/data/amount"], ""),  # type: ignore[dict-item]
        ({"payload": 7}, ["/payload"], ""),
        ({"id": "event-99"}, ["/id"], "gives its own events"),
        ({"id": "a\nb"}, ["/id"], ""),
        ({"id": ""}, ["/id"], ""),
        ({"time": "9999-12-31T23:59:59-23:00"}, ["/time"], "the years 1 to 9999"),
        ({"time": "yesterday"}, ["/time"], ""),
        ({"traceparent": "x"}, ["/traceparent"], ""),
        ({"source": ""}, ["/source"], ""),
        ({"publish": "no"}, ["/publish"], ""),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(body: dict[str, Any], pointers: list[str], message: str) -> None:
    stage = Stage()
    before = stage.platform.events()
    refused = stage.platform.post(
        "admin", "/__admin/events/emit", {"type": "payment_completed", "payload": PAID, **body}
    )
    assert (refused.status, refused.code) == (422, "VALIDATION_ERROR"), refused.body
    assert refused.pointers[: len(pointers)] == pointers
    assert message in refused.json["errors"][0]["message"]
    assert stage.platform.events() == before


def test_what_is_said_of_it_is_passed_on_to_what_it_causes_but_not_its_time() -> None:
    platform = Stage().platform
    emitted = emit(
        platform, time="2020-02-02T00:00:00.5Z", correlation_id="the-cause", traceparent=TRACE, source="/elsewhere"
    )
    assert emitted.json["time"] == "2020-02-02T00:00:00.500Z"
    told, caused = platform.events()[-2:]
    assert told == emitted.json
    assert (caused["type"], caused["source"], caused["time"]) == ("order_confirmed", "/orders", "2026-01-01T00:00:00Z")
    for event in (told, caused):
        assert (event["correlation_id"], event["traceparent"]) == ("the-cause", TRACE)
    assert platform.read_order("order-124")["updatedAt"] == "2026-01-01T00:00:00Z"


def test_an_older_time_hides_no_cause_from_the_journal() -> None:
    platform = Stage().platform
    headers = {"X-Request-Id": "mine"}
    body = {"type": "payment_completed", "payload": PAID}
    platform.send("admin", "POST", "/__admin/events/emit", body, headers=headers)
    emit(platform, time="2001-01-01T00:00:00Z")
    found = platform.get("admin", "/__admin/requests/mine").json["events"]
    assert found == [event["id"] for event in platform.events() if event["correlation_id"] == "mine"]
    assert len(found) == 2


def test_brokers_get_it_unless_it_came_from_them() -> None:
    platform = Stage().platform
    platform.world.outbox = broker = Broker()
    emit(platform, id="from-there", publish=False)
    confirmed = platform.events()[-1]["id"]
    assert broker.got == [confirmed]  # what it causes is published all the same
    emit(platform, "payment_failed", contract().events["payment_failed"].example, id="by-hand")
    assert broker.got == [confirmed, "by-hand"]


def test_a_user_sees_events_about_themselves_wherever_they_come_from() -> None:
    stage = Stage()
    payload = {"user_id": JOHN, "data": {"verified_at": "2026-01-01T00:00:00Z", "by": "the bank"}}
    emit(stage.platform, "user_verified", payload, id=ID)
    listed = stage.send(stage.ask("users.events")).json["events"]
    assert listed[-1] == {
        "id": ID, "event_type": "user_verified", "data": payload["data"], "created_at": "2026-01-01T00:00:00Z"
    }  # fmt: skip


def test_an_event_about_nobody_known_is_told_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    platform = Platform()
    emit(platform, payload={**PAID, "user_id": NOBODY})
    assert (types(platform), platform.inbox()) == (["payment_completed"], [])
    assert not caplog.records


def test_whose_an_unknown_payment_is_follows_from_the_order() -> None:
    stage = Stage()
    failed = contract().events["payment_failed"].example
    emit(stage.platform, "payment_failed", {**failed, "payment_id": "pay-real-9"})
    newest = stage.platform.inbox()[0]
    assert (newest["user_id"], newest["subject"]) == (JOHN, "Your payment pay-real-9 failed")


SECRETS = {"password": "canary-1", "cardNumber": "canary-2", "card_number": "canary-3", "billing_CVV": "canary-4"}


def test_secrets_in_a_payload_are_kept_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    platform = stage.platform
    caplog.set_level(logging.DEBUG)
    platform.post("admin", "/__admin/recordings/start")
    data = {**PAID["data"], "note": "seen", "more": [SECRETS]}  # type: ignore[dict-item]
    emitted = emit(platform, payload={**PAID, **SECRETS, "data": data})
    assert emitted.status == 201
    hidden = dict.fromkeys(SECRETS, "***")
    assert emitted.json["payload"] == {
        "event_type": "payment_completed", **PAID, **hidden, "data": {**data, "more": [hidden]}
    }  # fmt: skip
    refused = emit(platform, "payment_lost", payload=SECRETS)
    looks = ("events", "inbox", "requests", "requests/request-2", "requests/request-2/explain", "export", "scenario")
    said = [emitted.body, refused.body, *(platform.get("admin", f"/__admin/{path}").body for path in looks)]
    said += [platform.post("admin", "/__admin/recordings/stop").body, caplog.text.encode(), repr(emitted).encode()]
    assert not [text for text in said if b"canary" in text]


def test_the_next_of_the_worlds_own_ids_is_as_the_log_goes_on() -> None:
    platform = Platform()
    platform.register()
    assert emit(platform, id=ID).json["id"] == ID
    assert emit(platform, payload={**PAID, "payment_id": "pay-2"}).json["id"] == "event-3"
    platform.register("kim")
    assert [event["id"] for event in platform.events()] == ["event-1", ID, "event-3", "event-4"]
