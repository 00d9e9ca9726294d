"""What a delay says: a time, reads, or that somebody settles the payment."""

import pytest

from commerce_mock.settlement import Delay, parse_delay


@pytest.mark.parametrize(
    ("given", "delay"),
    [
        ("immediate", Delay(0)),
        ("manual", Delay()),
        ("reads:1", Delay(reads=1)),
        ("reads:1000000", Delay(reads=1_000_000)),
        (1.0, Delay(1000)),
        (0, Delay(0)),
        ("1.5", Delay(1500)),
        ("2s", Delay(2000)),
        ("250ms", Delay(250)),
        ("1h30m", Delay(5_400_000)),
        ("366d", Delay(366 * 86_400_000)),
    ],
)
def test_a_delay_is_read(given: float | str, delay: Delay) -> None:
    assert parse_delay(given) == delay


@pytest.mark.parametrize("given", [-1, float("nan"), float("inf"), "", "1e3", "367d", "reads:1000001", "Manual", "1 s"])
def test_what_is_no_delay_is_told_with_what_is(given: float | str) -> None:
    with pytest.raises(ValueError, match=r"is no delay: give immediate, manual, reads:3, or seconds or a duration up"):
        parse_delay(given)
