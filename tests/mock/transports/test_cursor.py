"""Reading an outbox while it is written, from anywhere."""

from contextlib import closing
from pathlib import Path

import pytest

from commerce_mock.transports import segment
from commerce_mock.transports.cursor import Cursor, end
from harness.outboxes import published


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "SIZE", 8192)
    monkeypatch.setattr(segment.create, "__defaults__", (8192,))


def test_who_reads_along_misses_nothing(tmp_path: Path) -> None:
    with published(tmp_path) as mock, closing(Cursor(tmp_path, "outbox", 0)) as cursor:
        assert cursor.read(10) == []
        found = []
        member = mock.fill(1)
        for turn in range(120):
            mock.platform.order(member)
            if turn % 3 == 0:
                found += cursor.read(1000)
        found += cursor.read(1000)
        assert [each.position for each in found] == list(range(mock.outbox.position))
        assert end(tmp_path) == mock.outbox.position
        assert cursor.read(10) == []


def test_no_more_is_read_than_is_wanted(tmp_path: Path) -> None:
    with published(tmp_path) as mock, closing(Cursor(tmp_path, "outbox", 0)) as cursor:
        mock.fill(50)
        sizes = []
        while part := cursor.read(7):
            sizes.append(len(part))
        assert sizes == [7] * 7 + [1]


def test_what_is_no_longer_there_is_counted(tmp_path: Path) -> None:
    with published(tmp_path) as mock, closing(Cursor(tmp_path, "outbox", 3)) as cursor:
        mock.fill(100)
        first, second, *_ = segment.firsts(tmp_path)
        segment.path_of(tmp_path, first).unlink()
        assert cursor.read(1)[0].position == second
        assert cursor.missed == second - 3


def test_an_empty_outbox_has_nothing(tmp_path: Path) -> None:
    assert end(tmp_path) == 0
    assert Cursor(tmp_path, "outbox", 0).read(10) == []
