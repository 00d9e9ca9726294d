"""Long polls and streams of a mock that serves, as HTTP clients meet them."""

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self
from zlib import crc32

import httpx
import orjson
import pytest

from harness.platform import Platform
from harness.server import Served, served

PATIENCE = 10.0


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def world(request: pytest.FixtureRequest) -> str:
    """A world of its own for each test."""
    return f"w{crc32(request.node.name.encode())}"


class Client:
    """Speaks to one world of a mock that serves."""

    def __init__(self, mock: Served, world: str) -> None:
        self.mock = mock
        self.http = httpx.Client(headers={"X-Mock-World": world}, timeout=PATIENCE)
        self._admin = f"{mock.urls['admin']}/__admin"

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"{self._admin}/{path}")

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(f"{self._admin}/{path}", json=body).raise_for_status()

    def register(self, name: str) -> str:
        body = {"email": f"{name}@example.com", "username": name, "password": "correct-horse-9"}
        made = self.http.post(
            f"{self.mock.urls['users']}/api/users", json={**body, "first_name": "A", "last_name": "B"}
        )
        identifier: str = made.raise_for_status().json()["id"]
        return identifier

    def stream(self, path: str, **headers: str) -> "Stream":
        return Stream(self.http.stream("GET", f"{self._admin}/{path}", headers=headers))

    def until_asked(self, count: int) -> None:
        """Return once so many requests are in the world's journal."""
        until = time.monotonic() + PATIENCE
        while self.get("requests?operation=admin.events&limit=1").json()["total"] < count:
            assert time.monotonic() < until


class Stream:
    """What a client hears, block by block."""

    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def __enter__(self) -> Self:
        self.answer: httpx.Response = self._opened.__enter__()
        self._lines = self.answer.iter_lines()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(*error)

    def block(self) -> dict[str, str]:
        """The next block of fields; a comment is the field without a name."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            fields[name] = value
        raise EOFError

    def event(self) -> tuple[str, str, Any]:
        """The next event's id, type and data; what is none is passed over."""
        while "data" not in (found := self.block()):
            pass
        return found["id"], found["event"], orjson.loads(found["data"])


@pytest.fixture
def client(mock: Served, world: str) -> Iterator[Client]:
    speaking = Client(mock, world)
    with speaking.http:
        yield speaking


def test_a_long_poll_is_answered_as_soon_as_there_is_enough(client: Client) -> None:
    with ThreadPoolExecutor() as pool:
        began = time.monotonic()
        poll = pool.submit(client.get, "events?wait=60s&count=2")
        client.until_asked(1)
        client.register("ann")
        client.register("bob")  # nothing that waits keeps this from being answered
        answer = poll.result(PATIENCE).raise_for_status()
    assert time.monotonic() - began < PATIENCE
    assert [event["id"] for event in answer.json()["events"]] == ["event-2", "event-1"]
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_long_poll_is_one_request_of_the_journal(client: Client) -> None:
    before = client.get("requests").json()["total"]
    waited = client.get("inbox?wait=30ms").json()
    found = client.get("requests?limit=2").json()
    assert (waited["total"], found["total"] - before) == (0, 2)


def test_when_the_time_is_over_the_answer_is_what_there_is(client: Client) -> None:
    client.register("ann")
    began = time.monotonic()
    found = client.get("events?wait=50ms&count=3").json()
    assert (found["total"], time.monotonic() - began >= 0.05) == (1, True)


def test_whoever_does_not_wait_to_the_end_is_forgotten(client: Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.http.get(f"{client.mock.urls['admin']}/__admin/events?wait=60s", timeout=0.1)
    client.register("ann")
    assert client.get("events?wait=60s").json()["total"] == 1


def test_a_stream_tells_what_happens_from_now_on(client: Client) -> None:
    client.register("ann")
    with client.stream("events/stream") as stream:
        assert stream.answer.headers["content-type"] == "text/event-stream"
        assert stream.answer.headers["cache-control"] == "no-store"
        assert "content-length" not in stream.answer.headers
        assert stream.block() == {"retry": "1000", "id": "event-1"}
        user = client.register("bob")
        identifier, kind, event = stream.event()
    assert (identifier, kind, event["payload"]["user_id"]) == ("event-2", "user_created", user)
    assert event == client.get("events?limit=1").json()["events"][0]


def test_a_stream_tells_only_what_is_wanted(client: Client) -> None:
    with client.stream("inbox/stream?to=bob@example.com") as stream:
        client.register("ann")
        client.register("bob")
        identifier, kind, mail = stream.event()
    assert (identifier, kind, mail["to"]) == ("notification-2", "notification", "bob@example.com")


def test_streams_of_the_same_and_of_other_worlds_and_filters_go_side_by_side(client: Client, world: str) -> None:
    other = Client(client.mock, f"{world}x")
    with (
        other.http,
        client.stream("events/stream") as first,
        client.stream("events/stream") as second,
        other.stream("events/stream") as third,
        client.stream(f"events/stream?world={world}x") as fourth,
        client.stream("events/stream?type=order_created") as fifth,
    ):
        assert fourth.answer.headers["x-mock-world"] == f"{world}x"
        assert fifth.block() == {"retry": "1000", "id": "event-0"}
        here, there = client.register("ann"), other.register("ann")
        heard = [stream.event()[2] for stream in (first, second, third, fourth)]
    assert [event["payload"]["user_id"] for event in heard] == [here, here, there, there]
    assert [event["world"] for event in heard] == [world, world, f"{world}x", f"{world}x"]


def test_whoever_comes_back_misses_nothing(client: Client) -> None:
    with client.stream("events/stream") as stream:
        client.register("ann")
        heard = stream.event()[0]
    client.register("bob")
    client.register("cid")
    with client.stream("events/stream", **{"Last-Event-ID": heard}) as stream:
        assert [stream.event()[0], stream.event()[0]] == ["event-2", "event-3"]


def test_a_long_past_is_told_in_order_and_whole(client: Client) -> None:
    names = [f"u{number}" for number in range(250)]
    for name in names:
        client.register(name)
    with client.stream("events/stream?after=event-0") as stream:
        heard = [stream.event()[2]["payload"]["data"]["username"] for _ in names]
    assert heard == names


def test_a_stream_tells_that_the_world_was_taken_back_and_goes_on(client: Client) -> None:
    client.register("ann")
    client.post("snapshots", name="then")
    with client.stream("events/stream") as stream:
        client.register("bob")
        assert stream.event()[0] == "event-2"
        client.http.post(f"{client.mock.urls['admin']}/__admin/snapshots/then/restore").raise_for_status()
        assert stream.event() == ("event-1", "reset", {"after": "event-1"})
        client.register("cid")
        identifier, _, event = stream.event()
    assert (identifier, event["payload"]["data"]["username"]) == ("event-2", "cid")


def test_the_stream_of_a_world_that_is_deleted_ends(client: Client, world: str) -> None:
    with client.stream("events/stream") as stream:
        stream.block()
        client.http.delete(f"{client.mock.urls['admin']}/__admin/worlds/{world}").raise_for_status()
        with pytest.raises(EOFError):
            stream.block()


def test_head_tells_what_a_stream_would_be(client: Client) -> None:
    answer = client.http.head(f"{client.mock.urls['admin']}/__admin/events/stream")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "text/event-stream", b"")
    assert "content-length" not in answer.headers
    assert client.get("clock").status_code == 200


def test_a_refused_stream_is_a_problem(client: Client) -> None:
    refused = client.get("events/stream?type=order_lost")
    assert (refused.status_code, refused.json()["code"]) == (422, "VALIDATION_ERROR")


def test_a_page_of_another_origin_may_listen(client: Client) -> None:
    with client.stream("events/stream", Origin="http://shop.example") as stream:
        assert stream.answer.headers["access-control-allow-origin"] == "*"


def test_a_slow_listener_lags_and_misses_nothing(client: Client) -> None:
    """It reads nothing until far more was told than any buffer holds."""
    names = [f"u{number:03}" for number in range(300)]
    with client.stream("events/stream") as slow, client.stream("events/stream") as quick:
        quick.block()
        for name in names:
            client.register(name)
        heard = [quick.event()[2]["payload"]["data"]["username"] for _ in names]
        late = [slow.event()[2]["payload"]["data"]["username"] for _ in names]
    assert heard == late == names


def test_the_end_of_the_mock_waits_for_nobody_who_listens() -> None:
    with served() as running:
        ended: list[str] = []

        def listen(path: str) -> None:
            with pytest.raises(httpx.TransportError):
                httpx.get(f"{running.urls['admin']}/__admin/{path}", timeout=PATIENCE)
            ended.append(path)

        threads = [threading.Thread(target=listen, args=(path,)) for path in ("events/stream", "inbox?wait=60s")]
        for thread in threads:
            thread.start()
        client = Client(running, "default")
        with client.http:
            until = time.monotonic() + PATIENCE
            while client.get("requests?path=/__admin/*&method=GET").json()["total"] < 2:
                assert time.monotonic() < until
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(PATIENCE) == 0
        assert time.monotonic() - began < 2
        for thread in threads:
            thread.join(PATIENCE)
        assert len(ended) == len(threads)
        running.process.poll = lambda: None  # type: ignore[method-assign] # it was ended here


def test_more_listeners_than_there_may_be_are_refused() -> None:
    platform = Platform()
    platform.engine.worlds.listeners = 4_999
    assert platform.get("admin", "/__admin/inbox/stream").status == 200
    platform.engine.worlds.listeners = 5_000
    refused = platform.get("admin", "/__admin/inbox/stream")
    assert (refused.status, refused.code) == (409, "CONFLICT")
