from datetime import timedelta

import pytest

from commerce_testing.duration import Duration, milliseconds


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (0, 0),
        (30, 30_000),
        (0.2, 200),
        (1.1, 1100),
        (0.0001, 1),
        ("500ms", 500),
        ("30s", 30_000),
        ("1.5m", 90_000),
        ("1h30m", 5_400_000),
        ("2d", 172_800_000),
        (timedelta(hours=2), 7_200_000),
        (timedelta(microseconds=1), 1),
    ],
)
def test_a_duration_is_whole_milliseconds_and_never_too_short(duration: Duration, expected: int) -> None:
    assert milliseconds(duration) == expected


@pytest.mark.parametrize("duration", ["", "30", "s30", "30 s", "-1s", "1h 30m"])
def test_text_that_is_no_duration_is_refused_with_one_that_is(duration: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write seconds, or text such as '500ms'"):
        milliseconds(duration)


@pytest.mark.parametrize("duration", [-1, -0.001, timedelta(seconds=-1), float("inf"), float("nan")])
def test_time_does_not_go_back_nor_on_for_ever(duration: Duration) -> None:
    with pytest.raises(ValueError, match="it only goes forward"):
        milliseconds(duration)
