"""Events and mails, waited for and as streams, as the rules answer them before a transport waits or goes on."""

import pytest

from commerce_mock.following import Following, Waiting
from commerce_mock.wire import Request, Response
from harness.platform import Answered, Platform
from harness.stage import Stage

EVENTS, MAILS = "/__admin/events", "/__admin/inbox"


def respond(platform: Platform, path: str, method: str = "GET", **headers: str) -> Response:
    route, _, query = path.partition("?")
    given = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return platform.engine.answer(Request(method, route, query.encode(), given, b"", "admin"))


@pytest.mark.parametrize("path", [EVENTS, MAILS])
def test_what_is_waited_for_and_not_there_is_told_to_the_transport(path: str) -> None:
    platform = Platform()
    platform.register()
    waits = respond(platform, f"{path}?wait=1500ms&count=2").delivery
    assert isinstance(waits, Waiting)
    assert waits.seconds == 1.5
    assert waits.is_over() is False
    platform.register("bob")
    assert waits.is_over() is True


@pytest.mark.parametrize("query", ["", "?count=3", "?wait=0s", "?wait=5s", "?wait=5s&count=2&type=user_created"])
def test_what_is_there_is_not_waited_for(query: str) -> None:
    platform = Platform()
    platform.register("ann")
    platform.register("bob")
    assert respond(platform, EVENTS + query).delivery is None


def test_head_does_not_wait() -> None:
    assert respond(Platform(), f"{EVENTS}?wait=5s", "HEAD").delivery is None


@pytest.mark.parametrize("wait", ["61s", "2m", "5", "1h", "-1s", "soon", "10000ms0s", "60.5s"])
def test_nobody_waits_longer_than_a_minute(wait: str) -> None:
    refused: Answered = Platform().get("admin", f"{EVENTS}?wait={wait}")
    assert (refused.status, refused.pointers) == (422, ["/query/wait"])


@pytest.mark.parametrize("wait", ["60s", "1m", "59.999s", "9999ms", "0.5s"])
def test_up_to_a_minute_one_may_wait(wait: str) -> None:
    assert Platform().get("admin", f"{EVENTS}?wait={wait}").status == 200


def test_the_later_answer_is_as_the_parameters_say_too() -> None:
    platform = Platform()
    waiting = respond(platform, f"{EVENTS}?wait=1s&type=order_created&limit=1")
    ann = platform.register()
    platform.order(ann)
    assert isinstance(waiting.delivery, Waiting)
    waiting.delivery.finish(waiting)
    assert b'"order_created"' in waiting.body
    assert b'"total":1,"limit":1' in waiting.body
    assert (b"content-length", str(len(waiting.body)).encode()) in waiting.headers
    assert platform.world.journal.total == 3  # one entry for each request


def test_a_stream_begins_with_what_comes_from_now_on() -> None:
    stage = Stage()
    begun = respond(stage.platform, f"{EVENTS}/stream")
    assert begun.body == b"retry: 1000\nid: event-10\n\n"
    assert isinstance(begun.delivery, Following)
    assert begun.delivery.cursor.position == 10


def test_a_stream_begins_after_an_event() -> None:
    begun = respond(Stage().platform, f"{EVENTS}/stream?after=event-8")
    assert begun.body.startswith(b"retry: 1000\nid: event-8\n\nid: event-9\nevent: order_created\ndata: {")
    assert begun.body.count(b"data: ") == 2


def test_whoever_comes_back_goes_on_after_what_was_heard_last() -> None:
    begun = respond(Stage().platform, f"{MAILS}/stream?after=notification-1", last_event_id="notification-9")
    assert begun.body.startswith(b"retry: 1000\nid: notification-9\n\nid: notification-10\n")


@pytest.mark.parametrize("heard", ["event-11", "ü", "event-0x"])
def test_whoever_heard_what_has_not_happened_is_told_so_and_hears_all(heard: str) -> None:
    begun = respond(Stage().platform, f"{EVENTS}/stream", last_event_id=heard)
    assert begun.body.startswith(
        b'retry: 1000\nid: event-0\n\nevent: reset\nid: event-0\ndata: {"after":"event-0"}\n\nid: event-1\n'
    )


def test_the_world_of_a_stream_is_said_in_the_query_where_no_header_can() -> None:
    platform = Platform()
    platform.register()
    begun = respond(platform, f"{EVENTS}/stream?world=w1")
    assert begun.body == b"retry: 1000\nid: event-0\n\n"
    assert isinstance(begun.delivery, Following)
    assert begun.delivery.cursor.world is platform.engine.worlds.get("w1")
    assert respond(platform, f"{EVENTS}/stream", x_mock_world="w1").body == b"retry: 1000\nid: event-0\n\n"
    assert respond(platform, f"{EVENTS}/stream?world=default").body == b"retry: 1000\nid: event-1\n\n"


def test_a_name_that_no_world_can_have_is_refused() -> None:
    refused = Platform().get("admin", f"{EVENTS}/stream?world=no%20name")
    assert (refused.status, refused.pointers) == (422, ["/query/world"])
