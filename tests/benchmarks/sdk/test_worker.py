"""A worker's samples come back; a worker that fails or hangs is told."""

import sys

import orjson
import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.sdk import worker
from benchmarks.sdk.turns import Taken
from benchmarks.sdk.worker import Task, run, serve

TASK = {
    "url": "http://floor.test",
    "create": "/orders",
    "order": "/orders/order-7",
    "bodies": [{"items": []}],
    "rounds": 1,
    "turns": 2,
    "calls": 3,
    "tasks": 4,
}


def test_a_program_that_fails_is_an_error_with_its_code_and_what_it_said() -> None:
    with pytest.raises(BenchmarkError, match=r"(?s)-c .* ended with code 3; it said:.*no coffee"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('no coffee'); sys.exit(3)"], None)


def test_a_program_that_hangs_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_LONGEST_SECONDS", 0.05)
    with pytest.raises(BenchmarkError, match=r"did not end within 0\.05 s; run it by hand"):
        run([sys.executable, "-c", "import signal; signal.pause()"], None)


def test_a_worker_reads_its_task_from_the_command_line_and_writes_its_samples(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    tasks: list[Task] = []

    def measure(task: Task) -> dict[str, Taken]:
        tasks.append(task)
        return {"typed": Taken([1.5], [1.0])}

    monkeypatch.setattr(sys, "argv", ["worker", orjson.dumps(TASK).decode()])
    serve(measure)
    sys.stdout.flush()
    assert orjson.loads(capfdbinary.readouterr().out) == {"typed": {"elapsed": [1.5], "processor": [1.0]}}
    assert (tasks[0].key, tasks[0].bodies, tasks[0].tasks) == ("order-7", ({"items": []},), 4)
