"""Sequences that only grow: items in chunks, read by position and newest first."""

import pytest
from immutables import Map

from commerce_mock.store.sequences import ALL, SIZE, Sequence, append, length


def _grown(count: int, part: str = ALL) -> Sequence:
    tails, chunks = Map[object, object]().mutate(), Map[object, object]().mutate()
    positions = [append(tails, lambda: chunks, "log", part, n) for n in range(count)]
    assert positions == list(range(count))
    assert length(tails, "log", part) == count
    return Sequence(tails.finish(), chunks.finish(), "log", part)


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


def test_parts_and_names_do_not_touch_each_other() -> None:
    tails, chunks = Map[object, object]().mutate(), Map[object, object]().mutate()
    for n in range(2 * SIZE + 1):
        append(tails, lambda: chunks, "a", ALL, n)
        append(tails, lambda: chunks, "b", ALL, -n)
    frozen = tails.finish(), chunks.finish()
    assert list(Sequence(*frozen, "a", ALL)) == list(range(2 * SIZE + 1))
    assert list(Sequence(*frozen, "b", ALL)) == [-n for n in range(2 * SIZE + 1)]
    assert list(Sequence(*frozen, "c", ALL)) == []
