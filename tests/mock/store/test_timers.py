"""Timers in a heap: the first comes first, and a heap that was kept never changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_mock.store.timers import NO_TIMERS, Heap, Timer, added, ordered, taken, without


def _timers(dues: list[int]) -> list[Timer]:
    return [(due, number, "name", "argument") for number, due in enumerate(dues)]


def _heap(timers: list[Timer]) -> Heap:
    heap = NO_TIMERS
    for timer in timers:
        heap = added(heap, timer)
    return heap


def _emptied(heap: Heap) -> list[Timer]:
    timers = []
    while heap:
        first, heap = taken(heap)
        timers.append(first)
    return timers


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60))
def test_timers_are_taken_in_the_order_of_time_and_then_of_their_number(dues: list[int]) -> None:
    timers = _timers(dues)
    assert _emptied(_heap(timers)) == sorted(timers)


@pytest.mark.parametrize("dues", [range(20_000), range(20_000, 0, -1)])
@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_however_many_wait_and_in_whatever_order_they_came_none_is_too_deep(dues: range) -> None:
    timers = _timers(list(dues))
    assert _emptied(_heap(timers)) == sorted(timers)


def test_a_heap_that_was_kept_never_changes() -> None:
    kept = _heap(_timers([3, 1, 2]))
    added(kept, (0, 9, "name", "argument"))
    taken(kept)
    assert [due for due, *_ in _emptied(kept)] == [1, 2, 3]


def test_nothing_is_taken_where_none_is_set() -> None:
    with pytest.raises(IndexError, match="no timer is set"):
        taken(NO_TIMERS)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60))
def test_timers_are_listed_in_the_order_in_which_they_will_be_taken(dues: list[int]) -> None:
    heap = _heap(_timers(dues))
    assert list(ordered(heap)) == _emptied(heap)


@settings(max_examples=100, derandomize=True, database=None, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60), st.sets(st.integers(0, 60)))
def test_some_are_taken_out_by_name_and_subject_and_the_rest_keeps_its_order(dues: list[int], gone: set[int]) -> None:
    timers = [(due, number, f"name-{number % 2}", f'["{number}", "req-1", null]') for number, due in enumerate(dues)]
    kept = _heap(timers)
    rest = without(kept, "name-1", {str(number) for number in gone})
    assert _emptied(rest) == [timer for timer in sorted(timers) if timer[1] not in gone or timer[2] != "name-1"]
    assert _emptied(kept) == sorted(timers)
