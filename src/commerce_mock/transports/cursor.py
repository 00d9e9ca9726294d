"""Reading an outbox from a position on, while it is written."""

from pathlib import Path

from commerce_mock.transports.definition import Definition, definition, is_event
from commerce_mock.transports.message import Message
from commerce_mock.transports.segment import Reader, firsts, path_of


class Cursor:
    """A place in an outbox that one broker has reached; lives as long as the relay.

    `position` is that of the next event. `missed` counts events that were asked for and are no longer there.
    """

    def __init__(self, directory: Path, instance: str, position: int) -> None:
        self.position = position
        self.missed = 0
        self._directory = directory
        self._instance = instance
        self._first = -1  # of the segment that is read
        self._reader: Reader | None = None
        self._defined: list[Definition] = []

    def read(self, most: int) -> list[Message]:
        """The next events, `most` at the most; none where there are no more yet."""
        found: list[Message] = []
        while len(found) < most and self._is_open():
            content = self._next()
            if content is not None:
                defined = int(content[1 : content.index(b",")])
                found.append(self._defined[defined].message(content, self.position, self._instance))
                self.position += 1
            elif self._is_last():
                break
            else:
                self.close()
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _next(self) -> bytes | None:
        """The next event in the file; what stands before it is learnt."""
        while self._reader is not None and (content := self._reader.next()) is not None:
            if is_event(content):
                return content
            self._defined.append(definition(content))
        return None

    def _is_last(self) -> bool:
        """Whether the file is the one that is written to: the next one would be named after the position by now."""
        return self._first == self.position or not path_of(self._directory, self.position).exists()

    def _is_open(self) -> bool:
        """Go to the file that has the position, where none is open; whether there is one."""
        if self._reader is not None:
            return True
        known = firsts(self._directory)
        if not known:
            return False
        if self.position < known[0]:
            self.missed += known[0] - self.position
            self.position = known[0]
        self._first = max(each for each in known if each <= self.position)
        self._reader = Reader(path_of(self._directory, self._first))
        self._defined.clear()
        for _ in range(self.position - self._first):
            self._next()
        return True


def end(directory: Path) -> int:
    """The position behind the last event that an outbox has."""
    known = firsts(directory)
    if not known:
        return 0
    position, reader = known[-1], Reader(path_of(directory, known[-1]))
    try:
        while (content := reader.next()) is not None:
            position += is_event(content)
    finally:
        reader.close()
    return position
