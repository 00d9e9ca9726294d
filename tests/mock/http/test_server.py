"""The server as a whole, in this process: every port answers, timers fire, and it ends when told to."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, cast

import orjson
import pytest

from commerce_mock.http import server
from commerce_mock.http.listening import listen
from commerce_mock.http.server import COLLECTOR_THRESHOLDS, fire_timers, serve
from commerce_mock.transaction import Transaction
from commerce_mock.worlds import Worlds
from harness.platform import Platform

Work = Callable[[dict[str | None, int]], Coroutine[Any, Any, None]]


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """What a server does to the collector, undone."""
    kept = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*kept)


def served(work: Work, sign: signal.Signals = signal.SIGTERM, **settings: Any) -> Platform:
    """Serve, do the work as a client, then send the signal; the server must have ended within a second of it."""
    platform = Platform(judged=False, **{"clock": "real", **settings})
    listeners = listen("127.0.0.1", {"users": 0, "orders": 0, None: 0})
    ports = {listener.service: listener.port for listener in listeners}
    told: list[float] = []

    async def client() -> None:
        try:
            await asyncio.wait_for(work(ports), 10)
        finally:
            told.append(asyncio.get_running_loop().time())
            os.kill(os.getpid(), sign)

    async def outlast() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.append(asyncio.get_running_loop().time())

    serve(platform.engine, listeners, jobs=[client, outlast])
    assert told[1] - told[0] < 1
    return platform


async def get(port: int, path: str) -> tuple[list[str], bytes]:
    """The lines of the head, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return head.decode().split("\r\n"), body


def test_each_port_is_its_service_and_the_gateway_is_all_of_them() -> None:
    found = {}

    async def ask(ports: dict[str | None, int]) -> None:
        for service in ("users", "orders"):
            found[service] = orjson.loads((await get(ports[service], "/health"))[1])["service"]
        found["through the gateway"] = orjson.loads((await get(ports[None], "/orders/health"))[1])["service"]

    platform = served(ask)
    assert found == {"users": "users", "orders": "orders", "through the gateway": "orders"}
    assert platform.world.urls.keys() == {"users", "orders"}


@pytest.mark.parametrize(("clock", "dated"), [("real", True), ("frozen", False)])
def test_an_answer_has_the_machines_date_only_where_its_clock_is_served(clock: str, dated: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    heads: list[list[str]] = []

    async def ask(ports: dict[str | None, int]) -> None:
        heads.append((await get(ports["users"], "/health"))[0])

    served(ask, clock=clock)
    names = {line.partition(":")[0] for line in heads[0][1:]}
    assert ("date" in names, "server" in names) == (dated, False)


def test_bytes_that_are_no_http_get_the_contracts_problem() -> None:
    answers: list[bytes] = []

    async def ask(ports: dict[str | None, int]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", ports["users"])
        writer.write(b"GARBAGE\r\n\r\n")
        answers.append(await reader.read())
        writer.close()

    platform = served(ask)
    kind = platform.contract.problems["BAD_REQUEST"]
    told = orjson.loads(answers[0].partition(b"\r\n\r\n")[2])
    assert (told["type"], told["title"], told["status"]) == (kind.type, kind.title, 400)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "sent", [b"", b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
def test_it_ends_within_a_second_whatever_connections_are_open(sign: signal.Signals, sent: bytes) -> None:
    with socket.socket() as client:
        client.setblocking(False)  # noqa: FBT003 - the name of the argument is in C
        answered: list[bytes] = []

        async def hold(ports: dict[str | None, int]) -> None:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", ports["users"]))
            await loop.sock_sendall(client, sent)
            if sent.startswith(b"GET"):
                answered.append(await loop.sock_recv(client, 12))

        served(hold, sign)
        assert answered == ([b"HTTP/1.1 200"] if sent.startswith(b"GET") else [])


def test_it_runs_on_uvloop_and_leaves_the_collector_little_to_do() -> None:
    seen: list[Any] = []

    async def look(_ports: dict[str | None, int]) -> None:
        seen.extend([type(asyncio.get_running_loop()).__module__, gc.get_threshold(), gc.get_freeze_count() > 10_000])

    served(look)
    assert seen == ["uvloop", COLLECTOR_THRESHOLDS, True]


def test_a_second_signal_waits_for_nothing() -> None:
    async def twice(_ports: dict[str | None, int]) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    served(twice)


def test_ready_is_told_once_every_port_answers() -> None:
    platform = Platform(judged=False, clock="real")
    listeners = listen("127.0.0.1", {"users": 0})
    order: list[str] = []

    async def end() -> None:
        await get(listeners[0].port, "/health")
        order.append("answered")
        os.kill(os.getpid(), signal.SIGTERM)

    serve(platform.engine, listeners, ready=lambda: order.append("ready"), jobs=[end])
    assert order == ["ready", "answered"]


def test_a_payment_settles_by_itself_when_its_time_has_come() -> None:
    platform = Platform(judged=False, clock="real", payment_delay=0.1)
    member = platform.register()
    payment = platform.pay(member, platform.order(member)).json

    async def watch() -> None:
        timers = asyncio.create_task(fire_timers(platform.engine.worlds))
        while platform.world.next_due() is not None:
            await asyncio.wait({timers}, timeout=0.02)
        timers.cancel()

    asyncio.run(asyncio.wait_for(watch(), 10))
    stored = platform.world.transaction("test").get("payments", payment["id"])
    assert stored is not None
    assert stored.state == "completed"


def test_a_timer_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_tx: Transaction, _argument: str) -> None:
        raise KeyError("broken")

    world = Platform(judged=False, clock="real").world
    done = asyncio.Event()
    timers = cast("dict[str, Callable[[Transaction, str], None]]", world.behaviour.timers)
    timers |= {"broken": broken, "good": lambda _tx, _argument: done.set()}
    with world.transaction("test") as tx:
        for late, name in ((1, "good"), (2, "broken")):
            tx.schedule(tx.now - late, name, "argument")

    async def watch() -> None:
        timers = asyncio.create_task(fire_timers(Worlds(world)))
        await done.wait()
        timers.cancel()

    asyncio.run(asyncio.wait_for(watch(), 10))
    assert "the timer broken of argument failed" in caplog.text


def test_a_job_that_breaks_is_logged_and_the_server_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    platform = Platform(judged=False, clock="real")
    listeners = listen("127.0.0.1", {"users": 0})

    async def break_down() -> None:
        raise KeyError("broken")

    async def end() -> None:
        await get(listeners[0].port, "/health")
        os.kill(os.getpid(), signal.SIGTERM)

    serve(platform.engine, listeners, jobs=[break_down, end])
    assert "break_down" in caplog.text


@pytest.mark.parametrize("few", [0, 10**9])
def test_what_has_lived_for_a_moment_is_set_aside(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(server, "MOMENT", 0)
    monkeypatch.setattr(server, "FEW", few)
    monkeypatch.setattr(gc, "collect", lambda: looked.append(1))

    async def a_while() -> None:
        task = asyncio.create_task(server.set_aside())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()

    before = gc.get_freeze_count()
    asyncio.run(a_while())
    assert gc.get_freeze_count() > before
    assert bool(looked) == (few > 0)
