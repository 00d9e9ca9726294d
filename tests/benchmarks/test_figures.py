"""Samples, their spread, and ratios of the same rounds."""

import pytest

from benchmarks.figures import Figure, Spread


def test_a_spread_tells_median_lowest_and_highest() -> None:
    spread = Spread.of([3.0, 1.0, 2.0, 100.0, 2.5])
    assert (spread.median, spread.low, spread.high) == (2.5, 1.0, 100.0)


def test_a_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one sample"):
        Spread.of([])


def test_a_ratio_is_taken_round_by_round_so_that_a_drift_of_the_machine_cancels_out() -> None:
    figure = Figure("create.throughput", "create", "/s", Spread.of([50, 25, 10]), Spread.of([100, 50, 20]))
    assert figure.ratio == Spread((0.5, 0.5, 0.5))


def test_a_figure_without_a_reference_has_no_ratio() -> None:
    assert Figure("memory.order", "memory", "KiB", Spread.of([1])).ratio is None


def test_rounds_without_a_counterpart_are_refused() -> None:
    figure = Figure("read.p99", "read", "ms", Spread.of([1, 2]), Spread.of([1]))
    with pytest.raises(ValueError, match="shorter"):
        _ = figure.ratio
