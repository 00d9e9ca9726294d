"""Segments: the files that an outbox consists of, mapped into memory by who writes and who reads.

A frame is eight bytes, its length and the checksum of its content, then the content, filled up to eight bytes. The
eight bytes are written last, and the checksum has to fit: a frame is there as a whole or not at all, wherever its
writer dies.
It is Adler-32, which needs no tables that would push the mock's own data out of the caches.
"""

import mmap
import os
from pathlib import Path
from struct import Struct
from typing import Final
from zlib import adler32

SIZE: Final = 8 * 1024 * 1024  # bytes
WORD: Final = 8
_DEFINITION: Final = 1024 * 1024  # bytes, more than any has
_SUFFIX: Final = ".segment"
_DIGITS: Final = 20
_HEAD: Final = Struct("=II")
_pack, _unpack = _HEAD.pack_into, _HEAD.unpack_from


def path_of(directory: Path, first: int) -> Path:
    """Where the segment is that begins with the event at position `first`."""
    return directory / f"{first:0{_DIGITS}}{_SUFFIX}"


def firsts(directory: Path) -> list[int]:
    """The first position of each segment that there is, in order."""
    names = [path.stem for path in directory.glob(f"*{_SUFFIX}")]
    return sorted(int(name) for name in names if name.isdecimal() and len(name) == _DIGITS)


def create(path: Path, size: int = SIZE) -> None:
    """Make an empty segment, of which every byte has its place on the disk. Raises OSError where there is no room."""
    path.unlink(missing_ok=True)  # never shorten a file that somebody may have mapped
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        # A hole in the file would end the process where the disk is full, when it is written to.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:  # pragma: no cover - macOS
            os.write(descriptor, bytes(size))
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def size_for(content: bytes) -> int:
    """How large a segment is that has room for an event and its definition: the usual size, but for a huge one."""
    return SIZE if len(content) <= SIZE // 2 else len(content) + _DEFINITION


class Writer:
    """Appends frames to one segment; lives until the segment is full."""

    __slots__ = ("_at", "_map", "_size")

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._size = len(self._map)
        self._at = 0

    def append(self, content: bytes) -> bool:
        """Write a frame; False where there is no room for it."""
        at, length = self._at, len(content)
        begins = at + WORD
        ends = begins + length
        if ends > self._size:
            return False
        self._map[begins:ends] = content
        _pack(self._map, at, length, adler32(content))
        self._at = (ends + 7) & ~7
        return True

    @property
    def share(self) -> float:
        """How full it is, from 0 to 1."""
        return self._at / self._size

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()


class Reader:
    """Reads the frames of one segment in order, also while they are written; lives until all are read."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._size = len(self._map)
        self._at = 0

    def next(self) -> bytes | None:
        """The next frame, None where it is not there yet."""
        begins = self._at + WORD
        if begins > self._size:
            return None
        length, check = _unpack(self._map, self._at)
        content = self._map[begins : begins + length]
        if not length or len(content) != length or adler32(content) != check:
            return None
        self._at = (begins + length + 7) & ~7
        return content

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()
