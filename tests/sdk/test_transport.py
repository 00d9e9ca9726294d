"""What the default transports do beyond the suite of all transports: threads, processes, event loops."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from commerce_sdk._errors import RequestTimeoutError
from commerce_sdk._transport import AsyncHttpxTransport, HttpxTransport
from sdk.carriers import get
from sdk.wire import SILENCE, answer, serving

BACKENDS = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def test_eight_threads_share_a_transport() -> None:
    transport = HttpxTransport(max_connections=4)
    with serving(answer(b"for all")) as wire, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: transport.send(get(f"{wire.url}/{n}")), range(200)))
        transport.close()
    assert [answered.body for answered in answers] == [b"for all"] * 200
    assert sorted(int(heard.line.split()[1][1:]) for heard in wire.heard) == list(range(200))
    assert len(wire.connections) <= 4


def test_a_thread_that_finds_no_connection_free_sent_nothing() -> None:
    transport = HttpxTransport(max_connections=1)
    with serving(SILENCE) as wire, ThreadPoolExecutor(1) as threads:
        first = threads.submit(transport.send, get(wire.url + "/", timeout=0.4))
        wire.asked.wait(5)
        with pytest.raises(RequestTimeoutError) as caught:
            transport.send(get(wire.url + "/", timeout=0.05))
        assert isinstance(first.exception(5), RequestTimeoutError)
        transport.close()
    assert not caught.value.sent
    assert str(caught.value) == f"orders.get: all connections to {wire.url} were in use; none was free in time"
    assert len(wire.heard) == 1


@BACKENDS
def test_a_task_that_finds_no_connection_free_sent_nothing(backend: str) -> None:
    async def main(url: str) -> list[RequestTimeoutError]:
        transport = AsyncHttpxTransport(max_connections=1)
        failures: list[RequestTimeoutError] = []

        async def send(seconds: float) -> None:
            try:
                await transport.send(get(url, timeout=seconds))
            except RequestTimeoutError as failure:
                failures.append(failure)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send, 0.4)
            await anyio.sleep(0.05)
            await send(0.05)
        await transport.aclose()
        return failures

    with serving(SILENCE) as wire:
        second, first = anyio.run(main, wire.url + "/", backend=backend)
    assert (first.sent, second.sent) == (True, False)
    assert len(wire.heard) == 1


@BACKENDS
def test_many_tasks_at_once_are_all_answered_over_few_connections(backend: str) -> None:
    async def main(url: str) -> list[bytes]:
        transport = AsyncHttpxTransport(max_connections=8)
        bodies: list[bytes] = []

        async def send() -> None:
            bodies.append((await transport.send(get(url))).body)

        for _ in range(3):
            async with anyio.create_task_group() as tasks:
                for _ in range(32):
                    tasks.start_soon(send)
        await transport.aclose()
        return bodies

    with serving(answer(b"for all")) as wire:
        assert anyio.run(main, wire.url + "/", backend=backend) == [b"for all"] * 96
    assert len(wire.connections) <= 8


@BACKENDS
def test_event_loops_one_after_the_other_use_one_transport_and_leave_nothing_open(backend: str) -> None:
    transport = AsyncHttpxTransport()
    with serving() as wire:
        for _ in range(3):
            anyio.run(transport.send, get(wire.url + "/"), backend=backend)  # and nobody closes it
            assert wire.hung_up.wait(5), "a loop's connections end with it"
            wire.hung_up.clear()
    assert [heard.connection for heard in wire.heard] == [1, 2, 3]


def test_event_loops_at_once_use_one_transport() -> None:
    transport = AsyncHttpxTransport()

    async def main(url: str) -> list[bytes]:
        answers = await asyncio.gather(*(transport.send(get(url)) for _ in range(20)))
        return [answered.body for answered in answers]

    with serving() as wire, ThreadPoolExecutor(2) as threads:
        url = wire.url + "/"
        runs = [threads.submit(asyncio.run, main(url)) for _ in range(2)]
        assert [run.result(10) for run in runs] == [[b"ok"] * 20] * 2


@BACKENDS
def test_closing_ends_the_connections_of_the_running_loop(backend: str) -> None:
    transport = AsyncHttpxTransport()

    async def main(url: str) -> None:
        await transport.send(get(url))
        await transport.aclose()
        assert await anyio.to_thread.run_sync(wire.hung_up.wait, 5)

    with serving() as wire:
        anyio.run(main, wire.url + "/", backend=backend)


def test_closing_while_a_request_is_under_way_lets_it_finish() -> None:
    transport = HttpxTransport()
    with serving(answer(b"x" * 3)) as wire, ThreadPoolExecutor(1) as threads:
        wire.hold.clear()
        under_way = threads.submit(transport.send, get(wire.url + "/"))
        assert wire.asked.wait(5)
        transport.close()
        wire.hold.set()
        assert under_way.result(5).body == b"xxx"
        assert wire.hung_up.wait(5), "its connection is not kept"


FORKING = """
import os, sys
from commerce_sdk._errors import CommerceError
from commerce_sdk._message import Request
from commerce_sdk._operation import Operation
from commerce_sdk.{module} import {name}

def send(path):
    operation = Operation("orders.get", "orders", "GET", "/")
    try:
        return transport.send(Request(operation, "GET", sys.argv[1] + path, {{}}, timeout=5)).status
    except CommerceError as failure:
        return failure

transport = {name}()
print(send("/before"), flush=True)
child = os.fork()
if not child:
    print(send("/child"), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(send("/after"), flush=True)
transport.close()
"""


def forked(url: str, module: str, name: str) -> list[str]:
    """What such a program says; it ends without a warning."""
    program = FORKING.format(module=module, name=name)
    command = [sys.executable, "-W", "error", "-c", program, url]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True, env=environment)  # noqa: S603 - ours
    assert not run.stderr
    return run.stdout.splitlines()


def test_after_a_fork_nothing_of_the_parents_is_used() -> None:
    transport = HttpxTransport()
    with serving() as wire:
        transport.send(get(wire.url + "/"))
        transport.after_fork()  # what the child runs first
        assert wire.hung_up.wait(5), "its copy of the connection is closed"
        transport.send(get(wire.url + "/"))
        transport.close()
    assert [heard.connection for heard in wire.heard] == [1, 2]


def test_a_forked_child_has_connections_of_its_own() -> None:
    with serving() as wire:
        assert forked(wire.url, "_transport", "HttpxTransport") == ["200", "200", "200"]
    assert [(heard.line.split()[1], heard.connection) for heard in wire.heard] == [
        ("/before", 1),
        ("/child", 2),
        ("/after", 1),
    ]


def test_reqwest_refuses_to_work_in_a_forked_child_and_goes_on_in_the_parent() -> None:
    with serving() as wire:
        first, child, last = forked(wire.url, "transports.pyreqwest", "PyreqwestTransport")
    assert (first, last) == ("200", "200")
    assert "os.fork" in child
    assert [heard.line.split()[1] for heard in wire.heard] == ["/before", "/after"]
