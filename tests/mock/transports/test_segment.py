"""Frames in a file: whole or not at all, wherever the writer dies and while they are read."""

import errno
import mmap
import os
from pathlib import Path
from zlib import adler32

import pytest

from commerce_mock.transports import segment
from commerce_mock.transports.segment import Reader, Writer, create, firsts, path_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create(tmp_path / "one", 4096)
    return tmp_path / "one"


def frames(reader: Reader) -> list[bytes]:
    found = []
    while (content := reader.next()) is not None:
        found.append(content)
    return found


def test_what_is_written_is_read_in_order_also_by_who_has_read_before(path: Path) -> None:
    writer, reader = Writer(path), Reader(path)
    assert frames(reader) == []
    contents = [b"x" * length for length in range(1, 20)]
    for content in contents[:7]:
        assert writer.append(content)
    assert frames(reader) == contents[:7]
    for content in contents[7:]:
        assert writer.append(content)
    assert frames(reader) == contents[7:]
    assert frames(Reader(path)) == contents


def test_a_full_segment_takes_no_more_and_is_read_to_its_end(path: Path) -> None:
    writer = Writer(path)
    assert not writer.append(b"x" * 4089)
    for _ in range(256):
        assert writer.append(b"12345678")
    assert writer.share == 1
    assert not writer.append(b"1")
    writer.close()
    assert len(frames(Reader(path))) == 256


def test_a_frame_that_just_fits_is_taken(path: Path) -> None:
    assert Writer(path).append(b"x" * 4088)
    assert frames(Reader(path)) == [b"x" * 4088]


@pytest.mark.parametrize("end", ["content only", "length only", "wrong check", "longer than the file"])
def test_a_torn_frame_is_no_frame(path: Path, end: str) -> None:
    writer = Writer(path)
    writer.append(b"whole")
    writer.close()
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        if end == "content only":
            mapped[24:28] = b"torn"
        elif end == "length only":
            mapped[16:20] = (4).to_bytes(4, "little")
            mapped[24:28] = b"torn"
        elif end == "wrong check":
            mapped[16:24] = (4).to_bytes(4, "little") + (adler32(b"torn") ^ 1).to_bytes(4, "little")
            mapped[24:28] = b"torn"
        else:
            mapped[16:24] = (2**31).to_bytes(4, "little") + b"abcd"
    assert frames(Reader(path)) == [b"whole"]


def test_a_disk_without_room_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        create(tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_a_file_that_somebody_reads_is_not_shortened(path: Path) -> None:
    writer, reader = Writer(path), Reader(path)
    writer.append(b"kept")
    create(path, 16)
    assert reader.next() == b"kept"
    assert Reader(path).next() is None
    reader.close()


def test_segments_are_found_in_the_order_of_their_events(tmp_path: Path) -> None:
    for first in (100, 9, 0):
        create(path_of(tmp_path, first), 16)
    for other in ("spare", "x.segment", "12.segment"):
        (tmp_path / other).touch()
    assert firsts(tmp_path) == [0, 9, 100]


def test_a_large_event_gets_a_file_that_is_large_enough(tmp_path: Path) -> None:
    content = b"x" * (segment.SIZE + 3)
    path = tmp_path / "large"
    create(path, segment.size_for(content))
    assert Writer(path).append(content)
    assert segment.size_for(b"small") == segment.SIZE
