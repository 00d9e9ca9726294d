"""What the mock writes while it runs."""

import asyncio
import io
import logging
from collections.abc import Iterator

import orjson
import pytest

from commerce_mock.http import log as lines
from commerce_mock.http.log import FaultHandler, RequestLog
from commerce_mock.journal import Entry

NOON = 1_767_268_800_123  # 2026-01-01T12:00:00.123Z


def entry(number: int = 1, status: int = 201, code: str | None = None, warnings: tuple[str, ...] = ()) -> Entry:
    return Entry(
        number, NOON, "orders", "orders.create", "POST", "/api/orders", status, code, 0.00041, "req-1", warnings
    )


@pytest.fixture
def loggers() -> Iterator[None]:
    """The loggers that `install` changes, put back afterwards."""
    names = ("commerce_mock", "uvicorn.error", "asyncio")
    kept = {name: (logging.getLogger(name).handlers, logging.getLogger(name).filters) for name in names}
    yield
    for name, (handlers, filters) in kept.items():
        logger = logging.getLogger(name)
        logger.handlers, logger.filters, logger.propagate = handlers, filters, True


def test_a_line_for_people_tells_time_status_route_and_duration() -> None:
    assert lines.text(entry()) == b"12:00:00.123  201  orders         POST /api/orders  0.41 ms\n"


def test_a_line_for_people_tells_why_and_what_was_ignored() -> None:
    line = lines.text(entry(status=409, code="ORDER_004", warnings=("/colour", "/query/x")))
    assert line.endswith(b"0.41 ms  ORDER_004  ignored /colour  ignored /query/x\n")


@pytest.mark.parametrize(("status", "colour"), [(201, "32"), (404, "33"), (500, "31")])
def test_a_terminal_sees_the_class_of_the_status(status: int, colour: str) -> None:
    assert f"\x1b[{colour}m{status}\x1b[0m".encode() in lines.text(entry(status=status), colours=True)


def test_a_line_for_programs_is_the_entry_of_the_control_document() -> None:
    line = lines.json(entry())
    assert line.endswith(b"\n")
    assert orjson.loads(line) == entry().document()


def test_entries_are_written_together_soon_after() -> None:
    class Stream(io.BytesIO):
        writes = 0
        written = asyncio.Event()

        def write(self, data: bytes) -> int:  # type: ignore[override] # bytes are all that is written
            self.writes += 1
            self.written.set()
            return super().write(data)

    async def burst(log: RequestLog) -> None:
        for number in range(3):
            log(entry(number))
        assert stream.getvalue() == b""
        await stream.written.wait()

    stream = Stream()
    asyncio.run(asyncio.wait_for(burst(RequestLog(lines.json, stream)), 10))
    assert (stream.writes, stream.getvalue().count(b"\n")) == (1, 3)


def test_what_waits_at_the_end_is_flushed() -> None:
    async def late(log: RequestLog) -> None:
        log(entry())

    stream = io.BytesIO()
    log = RequestLog(lines.json, stream)
    asyncio.run(late(log))
    log.flush()
    log.flush()
    assert stream.getvalue() == lines.json(entry())


def test_a_stream_that_nobody_reads_is_given_up() -> None:
    async def twice(log: RequestLog) -> None:
        for _ in range(2):
            log(entry())
            log.flush()

    stream = io.BytesIO()
    stream.close()
    asyncio.run(twice(RequestLog(lines.json, stream)))


def _raise(value: str) -> None:
    raise ValueError(value)


@pytest.mark.parametrize("as_json", [False, True])
def test_an_exception_is_one_line_that_quotes_no_value(as_json: bool, loggers: None) -> None:  # noqa: FBT001, ARG001 - pytest gives them by name
    stream = io.BytesIO()
    lines.install(FaultHandler(stream, as_json=as_json))
    log = logging.getLogger("commerce_mock")
    try:
        _raise("4111111111111111")
    except ValueError:
        log.exception("%s failed", "req-7")
    (line,) = stream.getvalue().decode().splitlines()
    message = orjson.loads(line)["message"] if as_json else line.removeprefix("error: ")
    assert message.startswith("req-7 failed: ValueError (in _raise, test_log.py:")
    assert "4111" not in line


def test_the_servers_own_chatter_is_left_out_but_not_its_errors(loggers: None) -> None:  # noqa: ARG001 - pytest gives it by name
    stream = io.BytesIO()
    lines.install(FaultHandler(stream, as_json=False))
    server = logging.getLogger("uvicorn.error")
    server.warning("Unsupported upgrade request.")
    server.error("Cancel %s running task(s), timeout graceful shutdown exceeded", 0)
    server.error("Exception in ASGI application\n", exc_info=KeyError("x"))
    assert stream.getvalue() == b"error: Exception in ASGI application: KeyError\n"


def test_a_closed_stream_stops_no_fault(loggers: None) -> None:  # noqa: ARG001 - pytest gives it by name
    stream = io.BytesIO()
    lines.install(FaultHandler(stream, as_json=False))
    stream.close()
    logging.getLogger("commerce_mock").error("nobody hears this")
