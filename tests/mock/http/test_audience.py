"""Those who wait or listen at a server that only notes what it is to send, in an event loop of the test's own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from commerce_mock import event_stream
from commerce_mock.following import Following
from commerce_mock.http import audience, watching
from commerce_mock.http.app import App
from commerce_mock.http.delivering import LINE, Line, Message
from commerce_mock.wire import Request, Response
from harness.platform import Platform

PATIENCE = 10.0


class Connection:
    """A client that stays until it is told to go. `buffered` is what it has not read; if `stuck`, it takes nothing."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.left = asyncio.Event()
        self.buffered = 0
        self.stuck = False

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.stuck and message.get("more_body"):
            await asyncio.Event().wait()
        self.sent.append(message)

    def get_write_buffer_size(self) -> int:
        return self.buffered

    @property
    def heard(self) -> bytes:
        """What it was sent after the beginning."""
        return b"".join(message["body"] for message in self.sent[2:])


class Room:
    """An app, and those who listen at it; `lined` says whether the server is ours."""

    def __init__(self) -> None:
        self.platform = Platform(judged=False)
        self.app = App(self.platform.engine, {})
        self._tasks: list[asyncio.Task[None]] = []

    def join(self, path: str = "events/stream", *, lined: bool = True, method: str = "GET") -> Connection:
        connection = Connection()
        state = {LINE: Line(cast("asyncio.Transport", connection))} if lined else {}
        route, _, query = path.partition("?")
        target = f"/__admin/{route}".encode()
        scope: Message = {
            "type": "http",
            "method": method,
            "raw_path": target,
            "query_string": query.encode(),
            "headers": [],
        }
        scope.update(server=None, state=state)
        self._tasks.append(asyncio.ensure_future(self.app(scope, connection.receive, connection.send)))
        return connection

    def register(self, name: str) -> None:
        self.platform.register(name)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - nothing tells when it is
            await asyncio.sleep(0)


async def heard(name: str, *connections: Connection) -> None:
    """Wait until all were told of that user."""
    await until(lambda: all(name.encode() in each.heard for each in connections))


def run(story: Callable[[Room], Coroutine[Any, Any, None]]) -> Room:
    async def whole() -> Room:
        room = Room()
        try:
            await story(room)
        finally:
            await room.end()
        return room

    return asyncio.run(whole())


def test_what_a_client_has_not_read_is_waited_for_and_then_it_gets_all() -> None:
    async def story(room: Room) -> None:
        slow, quick = room.join(), room.join()
        await until(lambda: len(slow.sent) == len(quick.sent) == 2)
        slow.buffered = 1
        for name in ("ann", "bob", "cid"):
            room.register(name)
            await heard(name, quick)
        assert slow.heard == b""
        slow.buffered = 0
        await until(lambda: slow.heard.count(b"\ndata: ") == 3)
        assert slow.heard == quick.heard

    run(story)


def test_at_a_server_that_is_not_ours_nobody_waits_for_a_client_that_does_not_read() -> None:
    async def story(room: Room) -> None:
        slow, quick = room.join(lined=False), room.join(lined=False)
        await until(lambda: len(slow.sent) == len(quick.sent) == 2)
        slow.stuck = True
        for name in ("ann", "bob"):
            room.register(name)
            await heard(name, quick)
        assert slow.heard == b""

    run(story)


def test_what_many_hear_is_worded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = event_stream.batch

    def counted(tx: Any, selection: Any, position: int) -> tuple[bytes, int]:
        made.append(position)
        return real(tx, selection, position)

    async def story(room: Room) -> None:
        listeners = [room.join() for _ in range(5)]
        await until(lambda: all(len(each.sent) == 2 for each in listeners))
        monkeypatch.setattr(event_stream, "batch", counted)
        for name in ("ann", "bob", "cid", "dan", "eli", "fay"):
            room.register(name)
            await heard(name, *listeners)

    run(story)
    assert made == [0, 1, 2, 3, 4, 5]


def test_what_was_worded_before_the_world_was_taken_back_is_told_nobody() -> None:
    async def story(room: Room) -> None:
        listener = room.join()
        await until(lambda: len(listener.sent) == 2)
        room.register("ann")
        await heard("ann", listener)
        room.platform.post("admin", "/__admin/reset")
        room.register("bob")
        await heard("bob", listener)
        told = [line for line in listener.heard.split(b"\n") if line.startswith(b"event: ")]
        assert told == [b"event: user_created", b"event: reset", b"event: user_created"]

    run(story)


def test_where_nothing_happens_there_are_signs_of_life_and_the_world_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audience, "BEAT", 0.0)

    async def story(room: Room) -> None:
        room.register("ann")
        listener, waiter = room.join("events/stream?type=user_verified&world=w1"), room.join("inbox?wait=60s&count=9")
        await until(lambda: listener.heard)
        assert listener.heard.startswith(b": \nid: event-0\n\n")
        assert waiter.sent == []
        world = room.platform.engine.worlds.get("w1")
        assert world is not None
        world.used = 0.0
        monkeypatch.setattr(audience, "BEAT", 60.0)
        await until(lambda: world.used > 0)

    run(story)


def test_whoever_cannot_be_told_is_let_go_and_others_hear_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = event_stream.batch

    def failing(tx: Any, selection: Any, position: int) -> tuple[bytes, int]:
        if selection.type is not None:
            raise ZeroDivisionError
        return real(tx, selection, position)

    async def story(room: Room) -> None:
        lost, listener = room.join("events/stream?type=user_created"), room.join()
        await until(lambda: len(lost.sent) == len(listener.sent) == 2)
        monkeypatch.setattr(event_stream, "batch", failing)
        room.register("ann")
        await heard("ann", listener)
        await until(lambda: not lost.sent[-1].get("more_body"))
        assert lost.heard == b""
        assert room.platform.engine.worlds.listeners == 1

    run(story)
    assert "is let go" in caplog.text


def test_when_the_last_one_has_gone_nobody_looks_any_more() -> None:
    async def story(room: Room) -> None:
        for _ in range(2):
            listener, waiter = room.join(), room.join("events?wait=60s")
            await until(lambda: room.platform.engine.worlds.listeners == 1)
            assert len(asyncio.all_tasks()) > 1
            listener.left.set()
            waiter.left.set()
            await until(lambda: len(asyncio.all_tasks()) == 1)
            assert waiter.sent == []
            assert room.platform.engine.worlds.listeners == 0

    run(story)


def test_waiting_ends_with_the_time() -> None:
    async def story(room: Room) -> None:
        waiter = room.join("events?wait=1ms")
        await until(lambda: len(waiter.sent) == 2)
        assert (waiter.sent[0]["status"], b'"total":0' in waiter.sent[1]["body"]) == (200, True)

    run(story)


def test_head_is_over_at_once() -> None:
    async def story(room: Room) -> None:
        asked = room.join(method="HEAD")
        await until(lambda: len(asked.sent) == 2)
        assert asked.sent[1] == {"type": "http.response.body", "body": b""}
        assert room.platform.engine.worlds.listeners == 0

    run(story)


def test_an_answer_that_was_refused_after_all_is_sent_as_it_is() -> None:
    async def story(room: Room) -> None:
        connection = Connection()
        following = room.platform.engine.answer(Request("GET", "/__admin/events/stream", service="admin")).delivery
        assert isinstance(following, Following)
        refused = Response(500, [], b"no", following)
        await room.app.watchers.serve(refused, connection.receive, connection.send, None, "GET")
        assert [message.get("status") or message["body"] for message in connection.sent] == [500, b"no"]

    run(story)


def test_after_work_there_is_a_rest_that_is_many_times_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    async def work() -> None:
        pace = watching._Pace()  # noqa: SLF001 - what keeps requests quick
        await pace.rest()
        for _ in range(200):
            pace.wrote(10_000)
        assert pace.is_tired()
        await pace.rest()
        pace.wrote(0)
        await pace.rest()

    monkeypatch.setattr(watching, "monotonic", lambda: 7.0)
    monkeypatch.setattr(asyncio, "sleep", rest)
    asyncio.run(work())
    owed = 200 * (watching.WRITE + 10_000 * watching.BYTE)
    assert rests == [watching.PAUSE, pytest.approx(owed * watching.RESTING), watching.PAUSE]
