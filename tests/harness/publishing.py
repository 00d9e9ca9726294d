"""`commerce-mock serve --events` in a process of its own, which a test may kill, and load for it."""

import http.client
import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Self

from harness.command import BIN, ready
from harness.platform import PASSWORD

SECONDS = 30.0  # so long anything may take before a test fails
SERVICES = ("users", "orders", "payments", "notifications", "admin")


class Serving:
    """A mock that serves; lives until it is ended or killed."""

    def __init__(self, outbox: Path, *urls: str, flags: tuple[str, ...] = ()) -> None:
        ports = [word for name in SERVICES for word in ("--port", f"{name}=0")]
        events = [word for url in urls for word in ("--events", url)]
        command = [
            str(BIN / "commerce-mock"),
            "serve",
            "--log",
            "off",
            *events,
            "--outbox",
            str(outbox),
            *flags,
            *ports,
        ]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}
        )
        try:
            self.running = ready(self.process)
        except AssertionError:
            self.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def end(self) -> str:
        """End it as Ctrl-C does; what it said on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=SECONDS)
        assert (self.process.returncode, "Traceback" in errors) == (0, False), errors
        return errors

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.communicate()

    @property
    def relay(self) -> int | None:
        """The process of its relay."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(found[0]) if found else None

    def ask(self, path: str, body: Any = None, service: str = "admin", **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the mock's own address
            self.running.urls[service] + path, data, {"content-type": "application/json", **headers}
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            return json.load(answer)

    def brokers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/__admin/brokers")["brokers"]
        return found

    def drained(self) -> bool:
        """Whether every broker has everything."""
        return all(each["connected"] and not each["pending"] for each in self.brokers())

    def register(self, name: str) -> str:
        body = {
            "email": f"{name}@example.com",
            "username": name,
            "password": PASSWORD,
            "first_name": "A",
            "last_name": "B",
        }
        user: str = self.ask("/api/users", body, "users")["id"]
        return user


def _user(name: str) -> dict[str, str]:
    return {
        "email": f"{name}@example.com",
        "username": name,
        "password": PASSWORD,
        "first_name": "A",
        "last_name": "B",
    }


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


class Load:
    """Somebody who registers one user after the other until it is told to stop, or until the mock is gone.

    `answered` are the users whose creation was answered.
    """

    def __init__(self, mock: Serving, name: str) -> None:
        self.answered: list[str] = []
        self._address = mock.running.urls["users"].removeprefix("http://")
        self._name = name
        self._stopped = False
        self._thread = Thread(target=self._work)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._thread.join(SECONDS)

    def _work(self) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=SECONDS)
        number = 0
        try:
            while not self._stopped:
                number += 1
                content = json.dumps(_user(f"{self._name}{number}"))
                connection.request("POST", "/api/users", content, {"content-type": "application/json"})
                answer = json.load(connection.getresponse())
                self.answered.append(answer["id"])
        except (OSError, http.client.HTTPException):
            return  # the mock is gone
        finally:
            connection.close()


@contextmanager
def loaded(mock: Serving, *names: str) -> Iterator[list[Load]]:
    """Several of them at once."""
    loads = [Load(mock, name) for name in names]
    try:
        yield loads
    finally:
        for load in loads:
            load.stop()
