"""What many listeners to the events of a mock cost its requests."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import orjson

from benchmarks.bench import Bench
from benchmarks.events.contenders import Contender, figures, prepared, rounds
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Figure
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess, pinned
from benchmarks.sides import Mock

_COMMAND = (sys.executable, "-m", "benchmarks.events.listeners")
_END_SECONDS = 20.0


def listening(bench: Bench) -> list[Figure]:
    """Reads and creates of a mock to which many listen, against those of one to which nobody does.

    All hear of every event. The mock gives them what there is as it comes to it, so that with creates they lag.
    """
    return [figure for operation in (Measure.READ, Measure.CREATE) for figure in _compared(bench, operation)]


def _compared(bench: Bench, operation: Measure) -> Iterator[Figure]:
    count = bench.plan.listeners
    side = Mock(bench.routes)
    with ExitStack() as stack:
        alone, heard = (stack.enter_context(side.server(bench.server_core)) for _ in range(2))
        traffics = [prepared(bench, operation, side, server) for server in (alone, heard)]
        listeners = stack.enter_context(listeners_of(bench, heard))
        contenders = [
            Contender("alone", alone, traffics[0], [alone.pid]),
            Contender(f"{count:,} listeners", heard, traffics[1], [heard.pid, listeners]),
        ]
        rounds(bench, f"listeners, {operation}", contenders)
    yield from figures(f"events.listeners.{operation}", f"{operation}, {count:,} listeners", *reversed(contenders))


@contextmanager
def listeners_of(bench: Bench, server: ServerProcess) -> Iterator[int]:
    """The process of all the listeners, on the load's core. Raises BenchmarkError where one is not heard to the end."""
    path, service = bench.routes.listen
    count = bench.plan.listeners
    command = [*_COMMAND, str(server.ports[service]), path, str(count)]
    with pinned(bench.load_core):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own command
    try:
        if process.stdout is None or process.stdout.readline() != b"listening\n":
            message = f"{count:,} listeners on port {server.ports[service]}{path} did not all begin"
            raise BenchmarkError(message)
        yield process.pid
        said, _ = process.communicate(timeout=_END_SECONDS)
        heard = orjson.loads(said or b"{}")
        bench.say(f"listeners: {heard.get('open', 0):,} to the end, {heard.get('bytes', 0) / 2**20:,.1f} MiB")
        if heard.get("open") != count:
            message = f"of {count:,} listeners {heard.get('open', 0):,} were left at the end: see the mock's log"
            raise BenchmarkError(message)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
