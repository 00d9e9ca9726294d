"""A server process under measurement: pinned, awaited, asked for its processor time and memory, ended."""

import http.client
import io
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from benchmarks.failure import BenchmarkError

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_SERVER_ERRORS = 500


def require_linux(proc: Path = Path("/proc/self/stat")) -> None:
    """Insist on what is measured with; BenchmarkError on a system without it."""
    if not proc.exists():
        message = "this system has no /proc, where processor time and memory are read: run the benchmark on Linux"
        raise BenchmarkError(message)


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this thread, and every process it starts meanwhile, on one core; None leaves it free."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def processor_seconds(process: int) -> float:
    """User and system time of all threads of a process since its start, in steps of a clock tick (10 ms)."""
    # The command name stands in parentheses and may hold spaces; utime and stime are the 12th and 13th after it.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def cores() -> tuple[int | None, int | None]:
    """Name one core for the server and another for the load; neither where there are not two."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)


class ServerProcess:
    """One server on the loopback, started on entering and ended on leaving its `with` block.

    `ports` are by service; `port` is the one of `service`, which is awaited (at `probe`) and loaded.
    `seconds_to_first_answer` counts from the start of the process to the first answer on `probe` that is no 5xx.
    Raises BenchmarkError with the end of its output when it stops or stays silent.
    """

    def __init__(
        self, command: Sequence[str], ports: Mapping[str, int], service: str, probe: str, *, core: int | None
    ) -> None:
        self.ports = ports
        self.port = ports[service]
        self.seconds_to_first_answer = 0.0
        self._command = list(command)
        self._probe = probe
        self._core = core
        self._log: IO[bytes] = io.BytesIO()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        started = time.perf_counter()
        with pinned(self._core):
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours, no shell
                self._command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT
            )
        try:
            self._await_answer(started + _START_SECONDS)
        except BaseException:
            self._end()
            raise
        self.seconds_to_first_answer = time.perf_counter() - started
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    @property
    def pid(self) -> int:
        """The process's id while it runs."""
        if self._process is None:
            message = "the server is not running: use it inside its with block"
            raise BenchmarkError(message)
        return self._process.pid

    def processor_seconds(self) -> float:
        """User and system time of all its threads since its start, in steps of a clock tick (10 ms)."""
        return processor_seconds(self.pid)

    def resident_bytes(self) -> int:
        """Physical memory that it holds right now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        message = f"process {self.pid} has ended: it has no resident memory"
        raise BenchmarkError(message)

    def _await_answer(self, deadline: float) -> None:
        while not self._answers():
            process = self._process
            if process is not None and process.poll() is not None:
                message = f"the server ended with code {process.returncode} before it answered: {self._command}"
                raise BenchmarkError(message + self._output())
            if time.perf_counter() > deadline:
                message = f"no answer on port {self.port}{self._probe} within {_START_SECONDS:.0f} s: {self._command}"
                raise BenchmarkError(message + self._output())
            time.sleep(0.001)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_STOP_SECONDS)
        try:
            connection.request("GET", self._probe)
            return connection.getresponse().status < _SERVER_ERRORS
        except OSError:
            return False
        finally:
            connection.close()

    def _output(self) -> str:
        self._log.seek(0)
        return "\n" + self._log.read().decode(errors="replace")[-2000:]

    def _end(self) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()
