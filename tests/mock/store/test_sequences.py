"""Sequences that only grow: items in chunks, read by position and newest first."""

import pytest

from commerce_mock.store.sequences import ALL, NO_TAIL, SIZE, Sequence, appended, extended


def _grown(count: int, part: str = ALL, name: str = "log") -> Sequence:
    tail, chunks = NO_TAIL, {}
    for number in range(count):
        position, tail = appended(tail, number)
        assert position == number
        if len(tail[1]) == SIZE:
            chunks[name, part, position // SIZE] = tail[1]
    return Sequence(tail, chunks, name, part)


@pytest.mark.parametrize("part", [ALL, "ann"])
@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE, 3 * SIZE + 5])
def test_a_sequence_reads_as_it_grew(count: int, part: str) -> None:
    grown = _grown(count, part)
    assert list(grown) == list(range(count))
    assert [grown[position] for position in range(count)] == list(range(count))
    assert list(grown.newest()) == list(range(count))[::-1]
    assert list(grown.newest(SIZE)) == list(range(count - SIZE))[::-1]


@pytest.mark.parametrize("count", [0, 5, SIZE, SIZE + 5])
def test_beyond_the_end_is_nothing(count: int) -> None:
    with pytest.raises(IndexError):
        _ = _grown(count)[count]
    assert list(_grown(count).newest(count)) == list(_grown(count).newest(count + 9)) == []


def test_a_tail_that_was_kept_never_changes() -> None:
    _, before = appended(NO_TAIL, "a")
    _, after = appended(before, "b")
    assert (before, after) == ((0, ("a",)), (0, ("a", "b")))


@pytest.mark.parametrize("before", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE])
@pytest.mark.parametrize("more", [0, 1, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE + 7])
def test_many_are_appended_as_one_after_the_other(before: int, more: int) -> None:
    sequence, wanted = _grown(before), _grown(before + more)
    tail, chunks = extended(sequence.tail, list(range(before, before + more)))
    assert tail == wanted.tail
    filled = {(sequence.name, sequence.part, number): chunk for number, chunk in chunks}
    assert {**sequence.chunks, **filled} == wanted.chunks
