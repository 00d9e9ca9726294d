"""Processor time spent in watched functions, each without what the watched functions below it take."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import thread_time_ns
from typing import Any

from benchmarks.failure import BenchmarkError

Function = Callable[..., Any]
_CALIBRATION = 20_000


class Stopwatch:
    """Sums up nanoseconds of one thread by layer; lives for one profile.

    Its own cost is kept out: a caller is not charged for the bookkeeping of what it calls, and what reading the clock
    adds to a watched function is measured once, on a function that does nothing, and taken off.
    """

    def __init__(self) -> None:
        self._spent: dict[str, int] = {}
        self._calls: dict[str, int] = {}
        self._below: list[int] = []
        self._inside = 0.0
        nothing = self.watch("nothing", lambda: None)
        for _ in range(_CALIBRATION):
            nothing()
        self._inside = self._spent["nothing"] / _CALIBRATION
        self.take()

    def watch(self, layer: str, function: Function) -> Function:
        """Wrap a function: what it takes counts for `layer`."""
        enter, leave = self._enter, self._leave

        def watched(*arguments: Any, **named: Any) -> Any:
            entered = enter()
            started = thread_time_ns()
            try:
                return function(*arguments, **named)
            finally:
                leave(layer, thread_time_ns() - started, entered)

        return watched

    def collector(self, layer: str) -> Callable[[str, Mapping[str, int]], None]:
        """Make a callback for `gc.callbacks`: collections count for `layer`, not for whom they interrupt."""
        started = 0

        def collection(phase: str, _info: Mapping[str, int]) -> None:
            nonlocal started
            if phase == "start":
                started = self._enter()
            else:
                self._leave(layer, thread_time_ns() - started, started)

        return collection

    def _enter(self) -> int:
        entered = thread_time_ns()
        self._below.append(0)
        return entered

    def _leave(self, layer: str, took: int, entered: int) -> None:
        below = self._below
        self._spent[layer] = self._spent.get(layer, 0) + took - below.pop()
        self._calls[layer] = self._calls.get(layer, 0) + 1
        if below:
            below[-1] += thread_time_ns() - entered

    @contextmanager
    def watching(self, layer: str, owner: type, name: str) -> Iterator[None]:
        """Watch a method of a class inside the block; BenchmarkError where the class has no such method."""
        function = owner.__dict__.get(name)
        if function is None:
            message = f"{owner.__module__}.{owner.__name__} has no {name}: name the layer's method anew in watched.py"
            raise BenchmarkError(message)
        setattr(owner, name, self.watch(layer, function))
        try:
            yield
        finally:
            setattr(owner, name, function)

    def take(self) -> dict[str, float]:
        """Microseconds by layer since the last time that it was asked."""
        taken = {
            layer: max(0.0, spent - self._inside * self._calls[layer]) / 1_000 for layer, spent in self._spent.items()
        }
        self._spent.clear()
        self._calls.clear()
        return taken
