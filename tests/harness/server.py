"""The mock as its users run it: a process of its own, real sockets, free ports."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from commerce_mock.auth import issue_token
from commerce_mock.engine import Engine
from commerce_mock.http.listening import listen
from commerce_mock.http.server import serve
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings
from harness.platform import contract

GATEWAY = "gateway"
SECRET = "a-secret-of-the-tests-that-is-long-enough"
NOW = 1_767_225_600_000  # 2026-01-01T00:00:00Z


@dataclass(frozen=True, slots=True)
class Served:
    """A running mock: `urls` by service, and the gateway's; `process` is its process."""

    urls: dict[str, str]
    process: subprocess.Popen[bytes]

    def port(self, service: str) -> int:
        return int(self.urls[service].rpartition(":")[2])

    @staticmethod
    def token(subject: str, role: str = "customer") -> str:
        return issue_token(SECRET, subject, role, 86_400, NOW)


@contextmanager
def served(**settings: Any) -> Iterator[Served]:
    """A mock with frozen clock and empty scenario; it must end within a few seconds, with exit code 0, when told to."""
    settings = {"clock": "2026-01-01T00:00:00Z", "jwt_secret": SECRET, **settings}
    command = [sys.executable, "-c", "import harness.server; harness.server.main()"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "MOCK_SETTINGS": orjson.dumps(settings).decode(),
    }
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:  # noqa: S603 - our own command
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready, "the mock ended before it was ready"
            yield Served(orjson.loads(ready), process)
            assert process.poll() is None, "the mock died"
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()


def main() -> None:
    """Serve until SIGTERM; says on stdout, as JSON, where each service is reached."""
    engine = Engine(contract(), Settings(**orjson.loads(os.environ["MOCK_SETTINGS"])), load_scenario("empty"))
    listeners = listen("127.0.0.1", {**dict.fromkeys(engine.contract.services, 0), None: 0})
    urls = {listener.service or GATEWAY: listener.url for listener in listeners}
    serve(engine, listeners, ready=lambda: print(orjson.dumps(urls).decode(), flush=True))  # noqa: T201 - read by the test
