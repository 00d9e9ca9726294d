"""What the mock writes while it runs: a line a request, a line for what went wrong inside; never headers or bodies."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import orjson

from commerce_mock.clock import timestamp
from commerce_mock.journal import Entry

DELAY = 0.05  # seconds that lines are gathered for, so that a burst costs one write
NAME = "commerce_mock"

_GREEN, _YELLOW, _RED, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"
_CLASSES = {4: _YELLOW, 5: _RED}

Line = Callable[[Entry], bytes]


class RequestLog:
    """Takes every journal entry and writes it soon after; lives as long as the server. `flush` writes what is left."""

    def __init__(self, line: Line, stream: BinaryIO) -> None:
        self._line = line
        self._stream: BinaryIO | None = stream
        self._waiting: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        """Keep the entry for the next write."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(DELAY, self.flush)
        self._waiting.append(entry)

    def flush(self) -> None:
        """Write what waits. A stream that nobody reads any more is written to no more."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._stream is not None:
            try:
                self._stream.write(b"".join(map(self._line, waiting)))
                self._stream.flush()
            except (OSError, ValueError):
                self._stream = None


def text(entry: Entry, *, colours: bool = False) -> bytes:
    """A line for people: `08:00:00.123  201  orders  POST /api/orders  0.41 ms`."""
    colour, plain = (_CLASSES.get(entry.status // 100, _GREEN), _PLAIN) if colours else ("", "")
    time = datetime.fromtimestamp(entry.time / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
    tail = [f"{entry.duration * 1000:.2f} ms", entry.code or "", *(f"ignored {place}" for place in entry.warnings)]
    words = [time, f"{colour}{entry.status}{plain}", f"{entry.service or '-':<13}", f"{entry.method} {entry.path}"]
    return "  ".join([*words, *filter(None, tail)]).encode("utf-8", "backslashreplace") + b"\n"


def json(entry: Entry) -> bytes:
    """A line for programs: an entry as `/__admin/requests` shows it."""
    return orjson.dumps(entry.document(), option=orjson.OPT_APPEND_NEWLINE)


class FaultHandler(logging.Handler):
    """Writes what the mock itself logs, an exception as one line: its type and the place that raised it.

    Its message stays out, because it may quote a value of the request.
    """

    def __init__(self, stream: BinaryIO, *, as_json: bool) -> None:
        super().__init__()
        self._stream = stream
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        message = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            message = f"{message.strip()}: {type(error).__name__}{_place(error)}"
        with suppress(OSError, ValueError):  # nothing can be said where nobody listens
            self._stream.write(self._line(record, message))
            self._stream.flush()

    def _line(self, record: logging.LogRecord, message: str) -> bytes:
        if self._as_json:
            content = {
                "time": timestamp(int(record.created * 1000)),
                "level": record.levelname.lower(),
                "message": message,
            }
            return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
        return f"{record.levelname.lower()}: {message}\n".encode("utf-8", "backslashreplace")


def install(handler: logging.Handler) -> None:
    """Let everything that the mock and its server log go through `handler` alone."""
    for name in (NAME, "uvicorn.error", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.filters = [_server_fault] if name == "uvicorn.error" else []
        logger.propagate = False


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    code = trace.tb_frame.f_code
    return f" (in {code.co_name}, {Path(code.co_filename).name}:{trace.tb_lineno})"


def _server_fault(record: logging.LogRecord) -> bool:
    """Uvicorn also says as an error that it did not wait for a client at the end, which is what was wanted."""
    return record.levelno >= logging.ERROR and "graceful shutdown" not in record.msg
