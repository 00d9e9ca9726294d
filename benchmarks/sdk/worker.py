"""Contenders measured in a process of their own, which holds nothing else; told their task and telling by JSON."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from benchmarks.bench import Bench
from benchmarks.failure import BenchmarkError
from benchmarks.figures import Spread
from benchmarks.process import pinned
from benchmarks.sdk.turns import Taken

_LONGEST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do; lives as long as it.

    `url` is of the server, `create` and `order` are paths on it, `bodies` what may be posted to the first of them.
    """

    url: str
    create: str
    order: str
    bodies: tuple[dict[str, Any], ...]
    rounds: int
    turns: int
    calls: int
    tasks: int

    @property
    def key(self) -> str:
        """The identifier of the order."""
        return self.order.rpartition("/")[2]


def run(command: list[str], core: int | None, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program on a core until it ends; BenchmarkError with the end of its output when it fails or hangs."""
    with pinned(core):
        try:
            return subprocess.run(  # noqa: S603 - the command is ours, no shell
                command, capture_output=True, text=True, check=True, timeout=_LONGEST_SECONDS, **options
            )
        except subprocess.CalledProcessError as error:
            said = (error.stdout + error.stderr)[-2000:]
            message = f"{' '.join(command[:4])} ended with code {error.returncode}; it said:\n{said}"
        except subprocess.TimeoutExpired:
            message = f"{' '.join(command[:4])} did not end within {_LONGEST_SECONDS} s; run it by hand"
    raise BenchmarkError(message)


def work(bench: Bench, module: str, task: Task) -> dict[str, dict[str, Spread]]:
    """Let a worker module do a task on the load's core; spreads of `elapsed` and `processor` by contender."""
    ended = run([sys.executable, "-m", module, orjson.dumps(asdict(task)).decode()], bench.load_core)
    told = orjson.loads(ended.stdout)
    return {name: {kind: Spread.of(samples) for kind, samples in taken.items()} for name, taken in told.items()}


def serve(measure: Callable[[Task], Mapping[str, Taken]]) -> None:
    """Be the worker: do the task that the command line holds and tell what came of it."""
    given = orjson.loads(sys.argv[1])
    taken = measure(Task(**{**given, "bodies": tuple(given["bodies"])}))
    sys.stdout.buffer.write(orjson.dumps({name: asdict(each) for name, each in taken.items()}))
