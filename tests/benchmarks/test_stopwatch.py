"""Each layer is charged for its own time alone."""

import pytest

from benchmarks import stopwatch
from benchmarks.failure import BenchmarkError
from benchmarks.stopwatch import Stopwatch


class Clock:
    """A clock that moves only when work is done."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def work(self, nanoseconds: int) -> None:
        self.now += nanoseconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(stopwatch, "thread_time_ns", clock)
    return clock


def test_a_caller_is_not_charged_for_what_it_calls(clock: Clock) -> None:
    watch = Stopwatch()
    inner = watch.watch("inner", lambda: clock.work(7_000))

    def body() -> None:
        clock.work(2_000)
        inner()
        inner()
        clock.work(1_000)

    watch.watch("outer", body)()
    assert watch.take() == {"inner": 14.0, "outer": 3.0}


def test_a_collection_is_charged_to_the_collector_and_not_to_whom_it_interrupts(clock: Clock) -> None:
    watch = Stopwatch()
    collection = watch.collector("collector")

    def body() -> None:
        clock.work(1_000)
        collection("start", {})
        clock.work(9_000)
        collection("stop", {})

    watch.watch("engine", body)()
    collection("start", {})
    clock.work(4_000)
    collection("stop", {})
    assert watch.take() == {"collector": 13.0, "engine": 1.0}


def test_taking_starts_anew(clock: Clock) -> None:
    watch = Stopwatch()
    watch.watch("layer", lambda: clock.work(1_000))()
    watch.take()
    assert watch.take() == {}


def test_a_failure_passes_through_and_is_charged(clock: Clock) -> None:
    watch = Stopwatch()

    def fail() -> None:
        clock.work(5_000)
        message = "refused"
        raise LookupError(message)

    with pytest.raises(LookupError, match="refused"):
        watch.watch("layer", fail)()
    assert watch.take() == {"layer": 5.0}


@pytest.mark.usefixtures("clock")
def test_a_method_is_watched_inside_the_block_only() -> None:
    class Engine:
        def respond(self) -> str:
            return "answer"

    plain = Engine.__dict__["respond"]
    watch = Stopwatch()
    with watch.watching("engine", Engine, "respond"):
        assert Engine().respond() == "answer"
    assert Engine.__dict__["respond"] is plain
    assert watch.take() == {"engine": 0.0}


@pytest.mark.usefixtures("clock")
def test_a_method_that_is_gone_is_named() -> None:
    class Engine:
        pass

    with pytest.raises(BenchmarkError, match="Engine has no respond"), Stopwatch().watching("x", Engine, "respond"):
        pass
