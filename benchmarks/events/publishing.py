"""What publishing to a broker costs the requests, and what a broker that has come to a halt does to them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.events.brokers import Broker, has_rabbitmq, rabbitmq, valkey
from benchmarks.events.contenders import Contender, figures, prepared, rounds
from benchmarks.events.turns import child, move, stopped
from benchmarks.figures import Figure
from benchmarks.plan import Measure
from benchmarks.sides import Mock

_RELAY_SECONDS = 10.0
Start = Callable[[Path, int | None], AbstractContextManager[Broker]]


def publishing(bench: Bench) -> list[Figure]:
    """Creates of a mock that publishes, against those of one that does not; also with the broker stopped."""
    found = list(_with_redis(bench))
    if has_rabbitmq():
        found += _with_rabbitmq(bench)
    else:
        bench.say("publishing: without RabbitMQ, which is not installed: apt-get install rabbitmq-server")
    return found


def _with_redis(bench: Bench) -> Iterator[Figure]:
    with ExitStack() as stack:
        alone = _alone(bench, stack)
        redis = _publishing(bench, stack, "redis", valkey)
        paused = _publishing(bench, stack, "paused", valkey, paused=True)
        rounds(bench, "publishing", [alone, redis, paused])
    yield from figures("events.publishing.redis", "create, publishing to Redis", redis, alone)
    yield from figures("events.publishing.paused", "create, Redis stopped", paused, alone)


def _with_rabbitmq(bench: Bench) -> Iterator[Figure]:
    with ExitStack() as stack:
        alone = _alone(bench, stack)
        rabbit = _publishing(bench, stack, "rabbitmq", rabbitmq)
        rounds(bench, "publishing", [alone, rabbit])
    yield from figures("events.publishing.rabbitmq", "create, publishing to RabbitMQ", rabbit, alone)


def _alone(bench: Bench, stack: ExitStack) -> Contender:
    side = Mock(bench.routes)
    server = stack.enter_context(side.server(bench.server_core))
    return Contender("alone", server, prepared(bench, Measure.CREATE, side, server), [server.pid])


def _publishing(bench: Bench, stack: ExitStack, name: str, start: Start, *, paused: bool = False) -> Contender:
    directory = bench.files / f"publishing-{name}"
    broker = stack.enter_context(start(directory / "broker", bench.load_core))
    side = Mock(bench.routes, ("--events", broker.url, "--outbox", str(directory / "outbox")))
    server = stack.enter_context(side.server(bench.server_core))
    relay = child(server.pid, _RELAY_SECONDS)
    # It would share the mock's core, as it inherits that: as on any machine, it takes another one.
    move(relay, bench.load_core)
    traffic = prepared(bench, Measure.CREATE, side, server)
    workers = [server.pid, relay]
    if paused:
        stack.enter_context(stopped(broker.processes))
    else:
        workers += broker.processes
    return Contender(name, server, traffic, workers)
