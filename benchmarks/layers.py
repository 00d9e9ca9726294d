"""What each layer of the mock costs, in microseconds a request, under load.

The mock is loaded twice: as it is, for the processor time of a whole request, and with its seams watched, for the time
of each layer. What the layers leave of the whole is HTTP: the kernel, the server and its app.
"""

import signal
import sys
import time
from dataclasses import dataclass
from os import kill
from pathlib import Path
from statistics import median

import orjson

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.load import Traffic
from benchmarks.orders import place
from benchmarks.plan import Measure
from benchmarks.process import ServerProcess
from benchmarks.traffic import creates, reads

HTTP = "HTTP: kernel, server, app"
_DUMP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of one operation; `share` is of the processor time that the whole request takes."""

    operation: str
    name: str
    microseconds: float
    share: float


def layers(bench: Bench) -> list[Layer]:
    """Profile a create and a read of the subject."""
    return [layer for operation in (Measure.CREATE, Measure.READ) for layer in _profile(bench, operation)]


def split(operation: str, whole: float, costs: dict[str, float]) -> list[Layer]:
    """Set the costs of the layers against the whole, the dearest first; the rest is HTTP."""
    all_costs = {**costs, HTTP: max(0.0, whole - sum(costs.values()))}
    dearest_first = sorted(all_costs.items(), key=lambda cost: -cost[1])
    return [Layer(operation, name, microseconds, microseconds / whole) for name, microseconds in dearest_first]


def _profile(bench: Bench, operation: Measure) -> list[Layer]:
    plan = bench.plan
    with bench.subject.server(bench.server_core) as server:
        traffic = _prepared(bench, operation, server)
        whole = median(bench.load(server, traffic, plan.seconds).processor for _ in range(plan.rounds))
    file = bench.files / f"layers-{operation}.json"
    watched = (sys.executable, "-m", "benchmarks.watched", str(file))
    with bench.subject.server(bench.server_core, watched) as server:
        traffic = _prepared(bench, operation, server)
        _take(server, file)
        requests = sum(bench.load(server, traffic, plan.seconds).requests for _ in range(plan.rounds))
        costs = {name: spent / requests for name, spent in _take(server, file).items()}
    bench.say(f"layers, {operation}: {whole:.1f} µs, {sum(costs.values()):.1f} µs of it in the engine")
    return split(operation, whole, costs)


def _prepared(bench: Bench, operation: Measure, server: ServerProcess) -> Traffic:
    owners = bench.subject.owners(server, bench.plan.owners)
    placed = place(server, bench.routes, owners, bench.plan.few_orders)
    bodies = creates(bench.routes.create, owners, bench.plan.bodies)
    traffic = bench.traffic(reads(placed) if operation is Measure.READ else bodies)
    bench.load(server, traffic, bench.plan.warm_up_seconds)
    return traffic


def _take(server: ServerProcess, file: Path) -> dict[str, float]:
    """Ask the watched server for microseconds by layer since it was last asked."""
    file.unlink(missing_ok=True)
    kill(server.pid, signal.SIGUSR2)
    deadline = time.perf_counter() + _DUMP_SECONDS
    while not file.exists():
        if time.perf_counter() > deadline:
            message = (
                f"the watched server did not tell its layers within {_DUMP_SECONDS:.0f} s: see benchmarks/watched.py"
            )
            raise BenchmarkError(message)
        time.sleep(0.01)
    taken: dict[str, float] = orjson.loads(file.read_bytes())
    return taken
