"""Contenders take turns, and a sample is the mean of a round."""

import pytest

from benchmarks.sdk import turns
from benchmarks.sdk.turns import Taken, take_turns


class Clocks:
    """Two clocks that a batch moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = self.processor = 0.0
        monkeypatch.setattr(turns, "perf_counter", lambda: self.wall)
        monkeypatch.setattr(turns, "process_time", lambda: self.processor)

    def work(self, wall: float, processor: float) -> None:
        self.wall += wall
        self.processor += processor


def test_the_order_of_contenders_is_reversed_every_other_turn_in_all_rounds() -> None:
    done: list[str] = []
    contenders = {name: lambda name=name: done.append(name) for name in "ab"}
    take_turns(contenders, rounds=1, turns=2, calls=1)
    assert "".join(done) == "baab" * 2


def test_a_sample_is_the_mean_microseconds_of_a_call_in_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    fast, slow = (lambda: clocks.work(0.25, 0.125)), (lambda: clocks.work(0.5, 0.375))
    taken = take_turns({"fast": fast, "slow": slow}, rounds=2, turns=3, calls=5)
    assert taken == {
        "fast": Taken(elapsed=[50_000, 50_000], processor=[25_000, 25_000]),
        "slow": Taken(elapsed=[100_000, 100_000], processor=[75_000, 75_000]),
    }


def test_the_round_that_warms_up_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    durations = iter([8.0, 1.0, 2.0])
    taken = take_turns({"a": lambda: clocks.work(next(durations), 0)}, rounds=2, turns=1, calls=1)
    assert taken["a"].elapsed == [1_000_000, 2_000_000]
