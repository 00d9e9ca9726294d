"""The load: wrk replaying prepared requests over keep-alive connections, and what it measured."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.failure import BenchmarkError
from benchmarks.process import ServerProcess, pinned

_SCRIPT = Path(__file__).with_name("replay.lua")
_LINE = re.compile(r"^measured ((?:\w+=\d+ ?)+)$", re.MULTILINE)
_MICRO = 1_000_000
_GRACE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Round:
    """One round of load on one server.

    Latencies and processor time a request are in microseconds; `busy` is the share of the round that the server worked.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    processor: float
    busy: float

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Traffic:
    """Prepared requests in a file, to be replayed at a server; the file belongs to the caller."""

    file: Path

    @classmethod
    def write(cls, file: Path, requests: Iterable[bytes]) -> "Traffic":
        """Store the requests, each exactly as it goes on the wire."""
        with file.open("wb") as stream:
            for request in requests:
                stream.write(b"%d\n%b" % (len(request), request))
        return cls(file)


def wrk() -> str:
    """Find wrk; BenchmarkError says how to install it."""
    found = shutil.which("wrk")
    if found is None:
        message = (
            "wrk is missing: install it with `apt-get install wrk`, or as your system installs packages, and run again"
        )
        raise BenchmarkError(message)
    return found


def parse(output: str) -> dict[str, int]:
    """Read the line that replay.lua ends with; BenchmarkError when it is missing or when answers were not fine."""
    line = _LINE.search(output)
    if line is None:
        message = f"wrk ended without its measurement; it printed:\n{output[-2000:]}"
        raise BenchmarkError(message)
    numbers = {name: int(value) for name, value in (pair.split("=") for pair in line[1].split())}
    if numbers["refused"] or numbers["broken"] or not numbers["requests"]:
        message = (
            f"of {numbers['requests']} answers {numbers['refused']} were 4xx or 5xx and {numbers['broken']} "
            "connections broke: a measurement of errors says nothing; run the server by hand and send it one request"
        )
        raise BenchmarkError(message)
    return numbers


def replay(server: ServerProcess, traffic: Traffic, *, seconds: int, connections: int, core: int | None) -> Round:
    """Load the server for whole `seconds` from one thread pinned to `core`."""
    url = f"http://127.0.0.1:{server.port}/"
    options = ["--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s"]
    command = [wrk(), *options, "--script", str(_SCRIPT), url, "--", str(traffic.file)]
    before = server.processor_seconds()
    with pinned(core):
        try:
            ended = subprocess.run(  # noqa: S603 - the command is ours, no shell
                command, capture_output=True, text=True, check=False, timeout=seconds + _GRACE_SECONDS
            )
        except subprocess.TimeoutExpired:
            message = f"wrk did not end {_GRACE_SECONDS} s after its time: is another load running on this machine?"
            raise BenchmarkError(message) from None
    spent = server.processor_seconds() - before
    numbers = parse(ended.stdout + ended.stderr)
    lasted = numbers["microseconds"] / _MICRO
    return Round(
        requests=numbers["requests"],
        seconds=lasted,
        p50=numbers["p50"],
        p99=numbers["p99"],
        processor=spent * _MICRO / numbers["requests"],
        busy=spent / lasted,
    )
