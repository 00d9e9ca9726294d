"""The command `commerce-mock` as its users run it: from a shell, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
_ROW = re.compile(r"^(\S+) +(http://\S+) +http://\S+/docs")


@dataclass(frozen=True, slots=True)
class Running:
    """A mock that serves: what it printed when it was ready, and the URL of each service."""

    printed: str
    urls: dict[str, str]


@contextmanager
def serving(*flags: str, services: Sequence[str], binaries: Path = BIN, cwd: Path | None = None) -> Iterator[Running]:
    """`commerce-mock serve` on free ports, ended as by Ctrl-C: it must end with exit code 0 and without a traceback."""
    ports = [word for service in services for word in ("--port", f"{service}=0")]
    command = [str(binaries / "commerce-mock"), "serve", *flags, *ports]
    environment = {**os.environ, "NO_COLOR": "1"}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=cwd
    ) as process:
        try:
            yield ready(process)
            assert process.poll() is None, "the mock ended by itself"
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=10)
            assert (process.returncode, "Traceback" in errors) == (0, False), errors
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> Running:
    """What a mock says that was started just now."""
    printed = _until_ready(process)
    return Running(printed, {found[1]: found[2] for line in printed.splitlines() if (found := _ROW.match(line))})


def _until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            return "".join(lines)
    raise AssertionError("".join(lines) + process.stderr.read())
