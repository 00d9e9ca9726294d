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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from commerce_cli.mock import LARGEST_IMPORT
from commerce_cli.running import RefusedError
from commerce_cli.serving import Options, make_engine, serve_mock
from commerce_contract import ContractError, Fault, Location
from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.controls import with_controls
from commerce_mock.engine import Engine
from commerce_mock.http.listening import Listener
from commerce_mock.http.listening import listen as real_listen
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import MEBIBYTE, Settings
from harness.platform import contract

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
    return [sys.executable, "-c", "from commerce_cli.mock import LARGEST_IMPORT, main; main()", "serve", *flags]


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


def options(**changes: object) -> Options:
    """What `commerce-mock serve` without flags means, changed."""
    plain = Options(
        host="127.0.0.1", ports=(), gateway=None, contract=None, scenario=None, seed=0, clock="real", auth=True,
        payment_delay="1", strict=False, watch=False, log="off", world_idle="1h", jwt_secret=None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # the fields' types differ


def test_the_options_show_no_secret() -> None:
    assert "canary" not in repr(options(jwt_secret="canary"))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Instead of serving, what would be served is told: engine, listeners, jobs. The mock counts as ready at once."""
    calls: list[Any] = []

    def serve(engine: Engine, listeners: list[Listener], *, ready: Callable[[], None], jobs: list[Any]) -> None:
        ready()
        calls.extend([engine, [(listener.service, listener.port) for listener in listeners], jobs])

    monkeypatch.setattr("commerce_cli.serving.serve", serve)
    monkeypatch.setattr("commerce_cli.serving.log.install", lambda _: None)
    return calls


def test_the_ports_are_those_of_the_contract(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def listen(host: str, ports: dict[str | None, int]) -> list[Listener]:
        asked.append((host, dict(ports)))
        return real_listen(host, dict.fromkeys(ports, 0))

    monkeypatch.setattr("commerce_cli.serving.listen", listen)
    serve_mock(options())
    assert asked == [("127.0.0.1", {name: contract().services[name].port for name in SERVICES})]
    assert {service for service, _ in started[1]} == set(SERVICES)


def test_with_a_gateway_only_it_and_named_services_have_ports(
    started: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    serve_mock(options(gateway=0, ports=("orders=0",)))
    engine, listeners, jobs = started
    ports = dict(listeners)
    assert ports.keys() == {"orders", None}
    assert jobs == []
    gateway = f"http://127.0.0.1:{ports[None]}"
    assert engine.world.urls == {**dict.fromkeys(SERVICES, gateway), "orders": f"http://127.0.0.1:{ports['orders']}"}
    printed = capsys.readouterr().out
    assert f"{gateway}/docs/users" in printed
    assert f"http://127.0.0.1:{ports['orders']}/docs\n" in printed


@pytest.mark.parametrize(("log", "told"), [("off", False), ("text", True), ("json", True)])
def test_requests_are_told_to_the_log_unless_it_is_off(log: str, told: bool, started: list[Any]) -> None:  # noqa: FBT001 - pytest gives it by name
    serve_mock(options(gateway=0, log=log))
    assert (started[0].on_answer is not None) == told


def test_settings_come_from_the_flags(started: list[Any]) -> None:
    flags = {"seed": 7, "clock": "2030-01-01", "auth": False, "payment_delay": 2.5, "strict": True}
    serve_mock(options(gateway=0, scenario="empty", jwt_secret="s", largest_import=3, **flags))
    assert started[0].settings == Settings(
        seed=7, clock="2030-01-01", auth=False, payment_delay=2.5, strict=True, jwt_secret="s",
        largest_import=3 * MEBIBYTE,
    )  # fmt: skip


def test_an_import_may_be_as_large_as_the_flag_and_the_document_say(started: list[Any]) -> None:
    serve_mock(options(gateway=0))
    assert started[0].settings.largest_import == Settings().largest_import == LARGEST_IMPORT * MEBIBYTE
    operation = contract().operations["admin.import"]
    assert f"may have {LARGEST_IMPORT} MiB" in operation.description


@pytest.mark.parametrize("log", ["text", "json"])
def test_what_a_watcher_sees_is_told(
    log: str, started: list[Any], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    serve_mock(options(gateway=0, watch=True, log=log))
    engine, _, (job,) = started
    watcher = job.__self__
    before = engine.pages
    watcher.reloaded([Path("a/orders.yaml"), Path("b/users.yaml")], 0.0123)
    assert engine.pages is not before
    del engine.world.urls["users"]
    watcher.reloaded([], 0)
    watcher.refused(LookupError("the service users is gone"))
    watcher.refused(ContractError([Fault(Location("a.yaml", "/x", 3), "it is wrong", "Right it")], Path()))
    said = capsys.readouterr().err if log == "text" else caplog.text
    assert "reloaded: orders.yaml, users.yaml (12 ms)" in said
    assert "not served: users, which gets its port when the mock starts again" in said
    assert "not reloaded: the last good contract is still served, because the service users is gone" in said
    assert "it is wrong" in said


def test_how_long_a_world_may_be_idle_is_a_duration() -> None:
    made = make_engine(options(world_idle="2m"), contract(), load_scenario("empty"), DEVELOPMENT_SECRET)
    assert made.settings.world_idle == 120
    with pytest.raises(RefusedError, match="--world-idle soon: give seconds"):
        make_engine(options(world_idle="soon"), contract(), load_scenario("empty"), DEVELOPMENT_SECRET)
