"""Processes that work only while it is their turn: on two cores, what one has left to do would disturb the other."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.failure import BenchmarkError

_SOON = 0.01  # seconds


def family(process: int) -> list[int]:
    """A process and all below it, as of now; empty where there is none."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [process] if Path(f"/proc/{process}").exists() else []
    for each in found:
        found += children.get(each, [])
    return found


def child(process: int, within: float) -> int:
    """The first process that another one starts, waited for; BenchmarkError where it starts none in so many seconds."""
    deadline = time.monotonic() + within
    while len(found := family(process)) < 2:  # noqa: PLR2004 - itself and the child
        if time.monotonic() > deadline:
            message = f"process {process} has started no other within {within:.0f} s: run its command by hand"
            raise BenchmarkError(message)
        time.sleep(_SOON)
    return found[1]


def move(process: int, core: int | None) -> None:
    """Let all threads of a process run on that core alone; None leaves them where they are."""
    if core is None:
        return
    for thread in Path(f"/proc/{process}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), {core})


def send(processes: Iterable[int], which: signal.Signals) -> None:
    """Signal processes; those that have ended need none."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, which)


@contextmanager
def stopped(processes: Iterable[int]) -> Iterator[None]:
    """Let processes do nothing inside the block, with all their connections open; afterwards they go on."""
    kept = tuple(processes)
    send(kept, signal.SIGSTOP)
    try:
        yield
    finally:
        send(kept, signal.SIGCONT)


@contextmanager
def turn(processes: Iterable[int]) -> Iterator[None]:
    """Let stopped processes work inside the block, and stop again."""
    kept = tuple(processes)
    send(kept, signal.SIGCONT)
    try:
        yield
    finally:
        send(kept, signal.SIGSTOP)
