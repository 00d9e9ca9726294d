"""The world's time, and how it is written down."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_mock.clock import EARLIEST, LATEST, Clock, machine_time, parse_duration, parse_time, timestamp


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_767_225_600_000, "2026-01-01T00:00:00Z"),
        (1_767_225_600_120, "2026-01-01T00:00:00.120Z"),
        (EARLIEST, "0001-01-01T00:00:00Z"),
        (LATEST, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_moment_is_written_in_utc_with_milliseconds_only_where_there_are_some(milliseconds: int, text: str) -> None:
    assert timestamp(milliseconds) == text
    assert parse_time(text) == milliseconds


@settings(derandomize=True, database=None)
@given(st.integers(EARLIEST, LATEST))
def test_every_moment_reads_as_it_was_written(milliseconds: int) -> None:
    assert parse_time(timestamp(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-01-01", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00+02:00", "2025-12-31T22:00:00Z"),
        ("2026-01-01T00:00:00.0019Z", "2026-01-01T00:00:00.001Z"),
    ],
)
def test_a_time_without_zone_is_in_utc_and_a_zone_is_taken_off(text: str, same: str) -> None:
    assert timestamp(parse_time(text)) == same


@pytest.mark.parametrize(
    "text", ["", "now", "2026-13-01", "2026-01-01T25:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_time(text)


def test_a_frozen_clock_stands_still_and_a_real_one_follows_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen, real = Clock(5), Clock()
    monkeypatch.setattr(time, "time_ns", lambda: 1_767_225_600_123_999_999)
    assert (frozen.now(), frozen.mode) == (5, "frozen")
    assert (real.now(), real.mode) == (1_767_225_600_123, "real")


def test_a_clock_that_is_set_runs_from_there_or_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = [1_000_000]
    monkeypatch.setattr(time, "time_ns", lambda: machine[0] * 1_000_000)
    clock = Clock()
    clock.set(5, frozen=False)
    machine[0] += 7
    assert (clock.now(), clock.mode, machine_time()) == (12, "real", 1_000_007)
    clock.set(5, frozen=True)
    machine[0] += 7
    assert (clock.now(), clock.mode, clock.offset) == (5, "frozen", 0)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("0s", 0), ("5ms", 5), ("2s", 2000), ("1.5h", 5_400_000), ("1h30m", 5_400_000), ("3d", 259_200_000), ("0.1ms", 1)],
)
def test_a_duration_is_read_in_milliseconds_rounded_up(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "5", "s", "1h ", "-1s", "1w", "1h-1m", "1,5h", "٣s", "1" * 400 + "d", "3652060d"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|is longer than"):
        parse_duration(text)
