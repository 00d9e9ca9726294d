"""How many events a second the relay brings from a filled outbox to a broker, each acknowledged by it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.bench import Bench
from benchmarks.events.brokers import has_rabbitmq, rabbitmq, valkey
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure, Spread
from benchmarks.process import pinned, processor_seconds
from benchmarks.routes import LOADED, USERS, Routes
from benchmarks.sides import registration
from benchmarks.traffic import Owner, order_bodies
from commerce_contract import load
from commerce_mock.engine import Engine
from commerce_mock.settings import Settings
from commerce_mock.transports import brokers, progress, segment
from commerce_mock.transports.cursor import end
from commerce_mock.transports.home import Home
from commerce_mock.transports.outbox import FileOutbox
from commerce_mock.transports.task import Task
from commerce_mock.wire import Request

_COMMAND = (sys.executable, "-m", "commerce_mock.transports.relay")
_JSON = {b"content-type": b"application/json"}
_MICRO = 1_000_000
_LOOK = 0.002  # seconds
_SECONDS = 60.0
_END_SECONDS = 10.0


def relay(bench: Bench) -> list[Figure]:
    """Events a second of a relay that has a core of its own; the broker is on the other one."""
    with valkey(bench.files / "relay-redis", bench.load_core) as broker:
        # A database for each round: the relay would find there what an earlier one has published.
        urls = [f"{broker.url.removesuffix('0')}{number}" for number in range(bench.plan.rounds)]
        found = _figures(bench, "redis", "Redis Streams", urls, bench.plan.redis_events)
    if not has_rabbitmq():
        bench.say("relay: without RabbitMQ, which is not installed: apt-get install rabbitmq-server")
        return found
    with rabbitmq(bench.files / "relay-rabbitmq", bench.load_core) as broker:
        urls = [broker.url] * bench.plan.rounds
        return [*found, *_figures(bench, "rabbitmq", "RabbitMQ, confirmed", urls, bench.plan.rabbit_events)]


def fill(directory: Path, routes: Routes, events: int) -> Task:
    """An outbox with at least so many events, each of an order of its own but for those of users; the relay's task."""
    engine = Engine(load(), Settings(clock="frozen", auth=False))
    outbox = FileOutbox(Home.open(directory), engine.worlds)
    with closing(outbox):
        engine.world.outbox = outbox
        owners = [Owner(_ask(engine, USERS, routes.register, registration(n))["id"], "") for n in range(10)]
        for _, body in order_bodies(owners, events):
            if outbox.position >= events:
                break
            _ask(engine, LOADED, routes.create, orjson.loads(body))
        channels = list(dict.fromkeys(event.channel for event in engine.contract.events.values()))
        return Task(directory, outbox.home.instance, (), channels, {}, None, None)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a relay was: events a second, and microseconds of its processor time an event."""

    throughput: float
    processor: float


def pace(task: Task, url: str, core: int | None, observer: int | None) -> Pace:
    """How fast a relay on one core is, from when it is connected until all of the outbox is acknowledged.

    Raises BenchmarkError where it does not get there.
    """
    broker = brokers.broker(url)
    last = end(task.directory)
    with _running(replace(task, brokers=[broker]), core) as process, pinned(observer):
        deadline = time.perf_counter() + _SECONDS
        began, worked, first = 0.0, 0.0, last
        while True:
            known = progress.load(task.directory, broker.name)
            now = time.perf_counter()
            if known is not None and known.connected and not began:
                began, worked, first = now, processor_seconds(process.pid), known.position
            if known is not None and known.position >= last:
                worked = processor_seconds(process.pid) - worked
                break
            if process.poll() is not None or now > deadline:
                reason = known.error if known is not None else None
                message = f"the relay did not bring {last:,} events to {broker.name}: {reason or 'it tells no reason'}"
                raise BenchmarkError(message)
            time.sleep(_LOOK)
    if first == last:
        message = f"{last:,} events are too few to see how fast the relay is"
        raise BenchmarkError(message)
    return Pace((last - first) / (now - began), worked * _MICRO / (last - first))


def _figures(bench: Bench, key: str, title: str, urls: Sequence[str], events: int) -> list[Figure]:
    directory = bench.files / f"outbox-{key}"
    bench.say(f"relay: filling an outbox with {events:,} events")
    task = fill(directory, bench.routes, events)
    paces = []
    for number, url in enumerate(urls, 1):
        # What every broker has, the relay deletes: each round gets the files by further names.
        fresh = directory.with_name(f"{directory.name}-{number}")
        fresh.mkdir()
        for first in segment.firsts(directory):
            os.link(segment.path_of(directory, first), segment.path_of(fresh, first))
        paces.append(pace(replace(task, directory=fresh), url, bench.server_core, bench.load_core))
        bench.say(f"relay {number}/{len(urls)} {key}: {paces[-1].throughput:,.0f}/s, {paces[-1].processor:.1f} µs")
    return [
        Figure(f"events.relay.{key}.throughput", f"relay to {title}", "/s", Spread.of(one.throughput for one in paces)),
        Figure(
            f"events.relay.{key}.processor",
            f"relay to {title}, processor time",
            "µs",
            Spread.of(one.processor for one in paces),
        ),
    ]


@contextmanager
def _running(task: Task, core: int | None) -> Iterator["subprocess.Popen[bytes]"]:
    """A relay at its task, as the mock starts it; its input is open until the end of the block."""
    with pinned(core):
        process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE)  # noqa: S603 - our own command
    try:
        if process.stdin is not None:
            process.stdin.write(task.line())
            process.stdin.flush()
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ask(engine: Engine, service: str, path: str, body: object) -> Any:
    answered = engine.answer(Request("POST", path, b"", dict(_JSON), orjson.dumps(body), service))
    if answered.status != httpx.codes.CREATED:
        message = f"POST {path} was answered with {answered.status}: {answered.body.decode()}"
        raise BenchmarkError(message)
    return orjson.loads(answered.body)
