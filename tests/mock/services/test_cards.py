"""Test cards: the check digit, and the fate of each number."""

import pytest

from commerce_mock.luhn import luhn
from commerce_mock.services.cards import COMPLETES, FATES, fate

VALID = ["4111111111111111", "4242424242424242", "5555555555554444", "378282246310005", "79927398713", "0", "18"]


@pytest.mark.parametrize("number", [*VALID, *FATES])
def test_a_number_with_the_right_check_digit_passes(number: str) -> None:
    assert luhn(number)


@pytest.mark.parametrize("number", VALID)
def test_every_other_check_digit_is_wrong(number: str) -> None:
    for digit in "0123456789":
        assert luhn(number[:-1] + digit) == (digit == number[-1])


@pytest.mark.parametrize("number", VALID[:5])
def test_two_neighbours_that_change_places_are_noticed(number: str) -> None:
    for index in range(len(number) - 1):
        first, second = number[index], number[index + 1]
        if {first, second} in ({"0", "9"}, {first}):
            continue  # Luhn does not see these two swaps: equal digits, and 0 with 9
        swapped = number[:index] + second + first + number[index + 2 :]
        assert not luhn(swapped)


@pytest.mark.parametrize("number", [None, *VALID])
def test_whoever_has_no_fate_completes(number: str | None) -> None:
    assert fate(number) is COMPLETES


def test_a_fate_is_to_be_refused_to_fail_or_to_stay() -> None:
    for destiny in FATES.values():
        ends = [destiny.refused is not None, destiny.reason is not None, destiny.stays]
        assert ends.count(True) == 1
        assert (destiny.reason is None) == (destiny.error_code is None)
