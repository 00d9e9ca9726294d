"""Which events and mails the filters let through, in the demo scenario."""

import pytest

from commerce_mock.services.admin.selecting import Events, Mails
from harness.platform import Answered
from harness.stage import JANE, JOHN, Stage


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


def events(stage: Stage, query: str) -> tuple[list[str], int]:
    found = stage.platform.get("admin", f"/__admin/events?limit=100&{query}").json
    return [event["id"].removeprefix("event-") for event in found["events"]], found["total"]


def mails(stage: Stage, query: str) -> tuple[list[str], int]:
    found = stage.platform.get("admin", f"/__admin/inbox?limit=100&{query}").json
    return [mail["id"].removeprefix("notification-") for mail in found["notifications"]], found["total"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("type=order_created", "9 7 2"),
        ("source=orders", "10 9 7 4 2"),
        ("source=/orders", "10 9 7 4 2"),
        ("channel=payment_events", "8 3"),
        ("correlation_id=scenario&type=user_verified", "5"),
        ("correlation_id=nobody", ""),
        ("about=order-123", "4 3 2"),
        ("about=pay-456", "3"),
        ("about=order-12", ""),  # the beginning of an id is no id
        (f"about={JANE}", "6"),
        (f"about={JOHN}&source=users", "5 1"),
        ("about=jane@example.com", ""),  # named, but no id
        ("source=orders&channel=user_events", ""),
        ("after=event-8", "10 9"),
        ("after=event-0&type=user_created", "6 1"),
        ("after=event-1&type=user_created", "6"),
        ("after=event-10", ""),
    ],
)
def test_events_are_those_that_are_as_all_parameters_say(stage: Stage, query: str, ids: str) -> None:
    assert events(stage, query) == (ids.split(), len(ids.split()))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("to=jane@example.com", "6"),
        ("to=jane@example.co", ""),
        (f"user_id={JANE}", "6"),
        ("event_type=order_created", "9 7 2"),
        (f"event_type=user_created&user_id={JOHN}", "1"),
        ("channel=sms", ""),
        ("channel=email&event_type=user_verified", "5"),
        ("after=notification-8", "10 9"),
        ("after=notification-0&event_type=user_created", "6 1"),
        ("after=notification-1&event_type=user_created&to=jane@example.com", "6"),
    ],
)
def test_mails_are_those_that_are_as_all_parameters_say(stage: Stage, query: str, ids: str) -> None:
    assert mails(stage, query) == (ids.split(), len(ids.split()))


def test_a_page_of_the_filtered_ones_counts_them_all(stage: Stage) -> None:
    found = stage.platform.get("admin", "/__admin/events?source=orders&limit=2&offset=1").json
    assert [event["id"] for event in found["events"]] == ["event-9", "event-7"]
    assert (found["total"], found["limit"], found["offset"]) == (5, 2, 1)


@pytest.mark.parametrize(
    ("path", "pointer", "listed"),
    [
        ("events?type=order_lost", "/query/type", "order_created"),
        ("events?source=shipments", "/query/source", "payments"),
        ("events?channel=orders", "/query/channel", "order_events"),
        ("events?after=event-11", "/query/after", "the newest is event-10"),
        ("events?after=event-01", "/query/after", "the newest is event-10"),
        ("events?after=" + "9" * 5000, "/query/after", "the newest is event-10"),
        ("events/stream?type=order_lost", "/query/type", "order_created"),
        ("events/stream?after=order-1", "/query/after", "the newest is event-10"),
        ("inbox?event_type=order_lost", "/query/event_type", "user_verified"),
        ("inbox?after=notification-11", "/query/after", "the newest is notification-10"),
        ("inbox?after=notification-01", "/query/after", "the newest is notification-10"),
        ("inbox?after=event-1", "/query/after", "the newest is notification-10"),
        ("inbox/stream?after=x", "/query/after", "the newest is notification-10"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(stage: Stage, path: str, pointer: str, listed: str) -> None:
    refused: Answered = stage.platform.get("admin", f"/__admin/{path}")
    assert (refused.status, refused.code, refused.pointers) == (422, "VALIDATION_ERROR", [pointer])
    assert listed in refused.json["detail"]
    assert len(refused.body) < 1000


def test_an_id_with_signs_that_json_escapes_is_found() -> None:
    stage = Stage()
    odd = 'a"b\\ü'
    store = stage.platform.world.store.begin()
    chooses = Events(about=odd).chooser(store)
    assert chooses is not None
    assert [entry for entry in store.oldest(Events.log) if chooses(entry)] == []
    assert Mails(to=odd).chooser(store) is not None


def test_without_any_parameter_nothing_is_looked_at() -> None:
    store = Stage().platform.world.store.begin()
    assert Events().chooser(store) is None
    assert Mails().chooser(store) is None
    assert Mails(channel="email").chooser(store) is None
