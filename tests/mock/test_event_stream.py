import orjson
import pytest

from commerce_mock import event_stream
from commerce_mock.following import MOST_AT_ONCE
from commerce_mock.services.admin.selecting import Events, Mails
from harness.platform import Platform
from harness.stage import Stage


def test_a_stream_begins_with_when_and_from_where_to_come_back() -> None:
    assert event_stream.opening("event-7") == b"retry: 1000\nid: event-7\n\n"


def test_a_sign_of_life_tells_how_far_the_log_was_looked_through() -> None:
    assert event_stream.beat("event-7") == b": \nid: event-7\n\n"


def test_what_was_taken_back_is_told_with_the_last_that_counts() -> None:
    assert event_stream.taken_back("event-7") == b'event: reset\nid: event-7\ndata: {"after":"event-7"}\n\n'


def test_an_id_that_no_line_can_hold_is_left_out() -> None:
    assert event_stream.opening("a\nevent: b") == b"retry: 1000\n\n"


def test_an_event_is_one_line_of_json_under_its_type() -> None:
    platform = Platform()
    platform.register()
    data, end = event_stream.batch(platform.world.transaction("test"), Events(), 0)
    head, _, shown = data.removesuffix(b"\n\n").rpartition(b"\ndata: ")
    assert (head, end) == (b"id: event-1\nevent: user_created", 1)
    assert orjson.loads(shown) == platform.events()[0]


def test_a_mail_is_a_notification() -> None:
    platform = Platform()
    platform.register()
    data, _ = event_stream.batch(platform.world.transaction("test"), Mails(), 0)
    assert data.startswith(b"id: notification-1\nevent: notification\ndata: {")


def test_so_many_are_worded_at_once_and_the_next_ones_next_time() -> None:
    platform = Platform(judged=False)
    for number in range(MOST_AT_ONCE + 1):
        platform.register(f"user{number}")
    tx = platform.world.transaction("test")
    data, end = event_stream.batch(tx, Events(), 0)
    assert (data.count(b"\ndata: "), end) == (MOST_AT_ONCE, MOST_AT_ONCE)
    data, end = event_stream.batch(tx, Events(), end)
    assert (data.count(b"\ndata: "), end) == (1, MOST_AT_ONCE + 1)


def test_of_a_long_log_a_part_is_looked_through_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "MOST_LOOKED_THROUGH", 4)
    tx = Stage().platform.world.transaction("test")
    wanted, end, ends = Events(type="user_verified", about="nobody"), 0, []
    while end < tx.store.count(Events.log):
        data, end = event_stream.batch(tx, wanted, end)
        assert data == b""
        ends.append(end)
    assert ends == [4, 8, 10]
