"""`commerce-mock serve` as its users run it, in a process of its own; and how its flags become a mock."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from harness.platform import contract

from commerce_mock.controls import with_controls

SERVICES = tuple(with_controls(contract()).services)
ORDERS = "openapi/orders.yaml"
DEADLINE = 20.0


@dataclass(frozen=True)
class Process:
    """A running `commerce-mock serve`: its URLs by service, and where its stderr goes."""

    popen: subprocess.Popen[str]
    urls: dict[str, str]
    errors: Path

    def end(self, sign: signal.Signals = signal.SIGINT) -> float:
        """Send the signal; the seconds until it ended, which must be with exit code 0."""
        started = time.monotonic()
        self.popen.send_signal(sign)
        assert self.popen.wait(DEADLINE) == 0
        assert "Traceback" not in self.log
        return time.monotonic() - started

    @property
    def log(self) -> str:
        return self.errors.read_text(encoding="utf-8")

    def until(self, happened: Callable[[], object]) -> None:
        """Ask again until something has happened."""
        deadline = time.monotonic() + DEADLINE
        while not happened():
            assert time.monotonic() < deadline, self.log
            assert self.popen.poll() is None, self.log


def command(*flags: str) -> list[str]:
    return [sys.executable, "-c", "from commerce_cli.mock import main; main()", "serve", *flags]


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"}


@contextmanager
def serving(errors: Path, *flags: str) -> Iterator[Process]:
    """The mock on free ports, ready."""
    ports = [word for service in SERVICES for word in ("--port", f"{service}=0")]
    with (
        errors.open("w", encoding="utf-8") as stderr,
        subprocess.Popen(  # noqa: S603 - our own command
            command(*ports, *flags), stdout=subprocess.PIPE, stderr=stderr, text=True, env=ENVIRONMENT
        ) as popen,
    ):
        try:
            assert popen.stdout is not None
            urls = {}
            for line in popen.stdout:
                if found := re.match(r"(\S+) +(http://\S+) +http://\S+/docs", line):
                    urls[found[1]] = found[2]
                if line.startswith("Ctrl-C"):
                    break
            assert urls.keys() == set(SERVICES), errors.read_text(encoding="utf-8")
            yield Process(popen, urls, errors)
        finally:
            popen.kill()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_within_a_second_with_a_client_connected(sign: signal.Signals, tmp_path: Path) -> None:
    with serving(tmp_path / "log") as mock, httpx.Client() as client:
        assert client.get(f"{mock.urls['orders']}/health").status_code == 200
        assert mock.end(sign) < 1
        assert re.search(r"  200  orders +GET /health  [\d.]+ ms$", mock.log, re.MULTILINE)


def test_each_request_is_a_line_for_programs_without_what_it_carried(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--log", "json") as mock:
        body = {"email": "a@example.com", "username": "aa", "password": "canary-secret-1", "first_name": "A"}
        httpx.post(
            f"{mock.urls['users']}/api/users?secret=canary", json=body, headers={"authorization": "Bearer canary"}
        )
        mock.end()
        (entry,) = map(orjson.loads, mock.log.splitlines())
        assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/users", 422)
        assert "canary" not in mock.log


def test_nothing_is_logged_where_that_was_asked_for(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--log", "off") as mock:
        httpx.get(f"{mock.urls['orders']}/health")
        mock.end()
        assert mock.log == ""


def test_a_taken_port_is_one_line_and_exit_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(  # noqa: S603 - our own command
            command("--gateway", "0", "--port", f"orders={port}"),
            capture_output=True, text=True, env=ENVIRONMENT, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        rf"commerce-mock: port {port} of orders is taken: choose another with --port orders=\d+\n", done.stderr
    )


@pytest.mark.parametrize("log", ["text", "json"])
def test_a_change_of_the_documents_is_served_and_a_broken_save_survived(log: str, tmp_path: Path) -> None:
    for folder in ("openapi", "asyncapi"):
        shutil.copytree(contract().root / folder, tmp_path / "contract" / folder)
    path = tmp_path / "contract" / ORDERS
    good = path.read_text(encoding="utf-8")
    with serving(tmp_path / "log", "--watch", "--log", log, "--contract", str(tmp_path / "contract")) as mock:
        document = f"{mock.urls['orders']}/openapi.json"
        path.write_text(good.replace("summary: Place an order", "summary: Buy things"), encoding="utf-8")
        mock.until(lambda: "Buy things" in httpx.get(document).text)
        path.write_text(good.replace("x-emits: [order_created]", "x-emits: [order_creatd]"), encoding="utf-8")
        mock.until(lambda: "`order_creatd` is no event" in mock.log)
        assert "Buy things" in httpx.get(document).text
        path.write_text(good, encoding="utf-8")
        mock.until(lambda: "Place an order" in httpx.get(document).text)
        assert mock.end() < 1
    assert mock.log.count("reloaded: orders.yaml (") == 2
    assert "not reloaded: the last good contract is still served, because" in mock.log
    if log == "json":
        assert all(orjson.loads(line) for line in mock.log.splitlines())


def test_flags_reach_the_mock(tmp_path: Path) -> None:
    flags = ("--clock", "2030-01-01T00:00:00Z", "--auth", "off", "--scenario", "empty", "--strict", "--seed", "7")
    with serving(tmp_path / "log", *flags) as mock:
        clock = httpx.get(f"{mock.urls['admin']}/__admin/clock").json()
        assert clock == {"now": "2030-01-01T00:00:00Z", "mode": "frozen"}
        orders = f"{mock.urls['orders']}/api/orders"
        assert httpx.get(f"{orders}/order-123").status_code == 404
        items = [{"productId": "prod-1", "quantity": 1, "price": 1}]
        body = {"userId": "550e8400-e29b-41d4-a716-446655440001", "items": items, "colour": "red"}
        assert [error["pointer"] for error in httpx.post(orders, json=body).json()["errors"]] == ["/colour"]
        mock.end()
