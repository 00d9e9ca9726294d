"""Processes are found with those below them, moved, and stopped but for their turn."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmarks.events.turns import child, family, move, send, stopped, turn
from benchmarks.failure import BenchmarkError

_WAIT = "import sys; sys.stdin.read()"
_PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_WAIT!r}])"


@contextmanager
def running(program: str) -> Iterator[int]:
    """A process that lives as long as its input is open."""
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE)  # noqa: S603 - our own program
    assert process.stdin is not None
    with closing(process.stdin):
        yield process.pid
    process.wait(10)


def state(process: int, wanted: str) -> bool:
    """Whether a process gets into a state within ten seconds."""
    deadline = time.monotonic() + 10
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in wanted:
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def test_a_process_is_found_with_what_it_has_started() -> None:
    with running(_PARENT) as parent:
        below = child(parent, 10)
        assert family(parent) == [parent, below]
    assert family(parent) == []


def test_a_process_that_starts_no_other_is_an_error() -> None:
    with running(_WAIT) as process, pytest.raises(BenchmarkError, match=f"process {process} has started no other"):
        child(process, 0)


def test_a_process_is_moved_to_a_core_where_there_is_one() -> None:
    core = max(os.sched_getaffinity(0))
    with running(_WAIT) as process:
        move(process, None)
        assert os.sched_getaffinity(process) == os.sched_getaffinity(0)
        move(process, core)
        assert os.sched_getaffinity(process) == {core}


def test_a_stopped_process_works_in_its_turn_only_and_goes_on_afterwards() -> None:
    with running(_WAIT) as process:
        with stopped([process]):
            assert state(process, "T")
            with turn([process]):
                assert state(process, "RS")
            assert state(process, "T")
        assert state(process, "RS")


def test_a_process_that_has_ended_needs_no_signal() -> None:
    with running("pass") as process:
        pass
    with stopped([process]):
        send([process], 0)  # type: ignore[arg-type]  # which is no signal at all
