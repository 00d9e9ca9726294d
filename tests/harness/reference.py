"""The reference services for tests: in a thread, which is quick, or as processes, which can be ended."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from harness.brokers import free_port
from reference_services.serving import Server, listen, serve, servers
from reference_services.settings import SERVICES, Settings

SECRET = "a-secret-of-the-tests-that-is-long-enough"
_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the services are reached, and tokens for them."""

    urls: Mapping[str, str]

    @staticmethod
    def token(subject: str, role: str = "customer", expires_in: float = 3600, **changes: Any) -> str:
        claims = {"sub": subject, "role": role, "exp": int(time.time() + expires_in), **changes}
        return jwt.encode(claims, SECRET, algorithm="HS256")


@dataclass(frozen=True, slots=True)
class Hosted(Reference):
    """Services in a thread of this process."""

    settings: Settings
    _servers: Mapping[str, Server] = field(repr=False)
    _again: dict[str, ExitStack] = field(default_factory=dict, repr=False)

    def stop(self, service: str) -> None:
        """End one service: nobody listens on its port any more."""
        server = self._servers[service]
        server.should_exit = True
        until(lambda: not server.servers or not any(each.is_serving() for each in server.servers))

    @contextmanager
    def making(self, fault: str) -> Iterator[None]:
        """Let all services make a mistake for a while."""
        with ExitStack() as stack:
            for server in self._servers.values():
                app: Any = server.config.app
                stack.enter_context(app.state.faults.making(fault))
            yield

    @contextmanager
    def outages(self) -> Iterator[Mapping[str, Callable[[Mapping[str, str]], str]]]:
        """The hooks by which the conformance suite ends a service and lets it come back, with an empty memory."""
        with ExitStack() as stack:

            def outage(known: Mapping[str, str]) -> str:
                service = known["service"]
                if (running := self._again.pop(service, None)) is not None:
                    running.close()
                else:
                    self.stop(service)
                return service

            def recovery(known: Mapping[str, str]) -> str:
                service = known["service"]
                self._again[service] = stack.enter_context(ExitStack())
                self._again[service].enter_context(self.again(service))
                return service

            yield {"outage": outage, "recovery": recovery}

    @contextmanager
    def again(self, service: str) -> Iterator[None]:
        """One service anew after `stop`, on the same port, with an empty memory."""
        with _thread([service], self.settings):
            yield


@contextmanager
def hosted(redis: str, faults: Iterable[str] = (), **settings: Any) -> Iterator[Hosted]:
    """All services in a thread. `settings` are those of `Settings`; payments are settled at once."""
    urls = {service: f"http://127.0.0.1:{free_port()}" for service in SERVICES}
    settings = {"payment_delay": 0.01, **settings}
    known = Settings(urls=urls, redis=redis, secret=SECRET, faults=frozenset(faults), **settings)
    with _thread(list(SERVICES), known) as made:
        yield Hosted(urls, known, made)


@contextmanager
def _thread(names: Sequence[str], settings: Settings) -> Iterator[Mapping[str, Server]]:
    made = servers(names, settings)
    sockets = {name: listen(settings.urls[name]) for name in names}
    ready = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(serve(made, sockets, ready.set))
        except BaseException as error:  # noqa: BLE001 - the test that waits must learn of it
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="reference services")
    thread.start()
    try:
        assert ready.wait(_PATIENCE), "the reference services are not up"
        assert not failures, failures
        yield made
    finally:
        for server in made.values():
            server.should_exit = True
        thread.join(_PATIENCE)
        for each in sockets.values():
            each.close()
    assert not failures, failures
    assert not thread.is_alive(), "the reference services did not end"


@dataclass(frozen=True, slots=True)
class Processes(Reference):
    """Services as processes."""

    arguments: Sequence[str] = field(repr=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """One service, or `all`; returns when each of them answers."""
        which = ["--all"] if name == "all" else ["--service", name]
        command = [sys.executable, "-m", "reference_services", *which, *self.arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)  # noqa: S603 - our own command
        self.running[name] = process

    def wait(self, name: str) -> None:
        """Wait until the process serves; a dependency may still be down."""
        stdout = self.running[name].stdout
        assert stdout is not None
        assert stdout.readline() == b"ready\n", f"{name} did not start"

    def outages(self) -> Mapping[str, Callable[[Mapping[str, str]], str]]:
        """The hooks by which the conformance suite ends the process of a service and starts it anew."""

        def outage(known: Mapping[str, str]) -> str:
            self.stop(known["service"])
            return known["service"]

        def recovery(known: Mapping[str, str]) -> str:
            self.start(known["service"])
            self.wait(known["service"])
            return known["service"]

        return {"outage": outage, "recovery": recovery}

    def stop(self, name: str) -> None:
        """End the process."""
        process = self.running.pop(name)
        process.terminate()
        try:
            code = process.wait(_PATIENCE)
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()
        assert code == 0, f"{name} ended with {code}"


@contextmanager
def processes(redis: str, *arguments: str, apart: bool = False) -> Iterator[Processes]:
    """All services in one process, or `apart`, each in its own. `arguments` are further options of the command."""
    urls = {service: f"http://127.0.0.1:{free_port()}" for service in SERVICES}
    named = [part for service, url in urls.items() for part in (f"--{service}-url", url)]
    reference = Processes(urls, [*named, "--redis", redis, "--secret", SECRET, *arguments])
    names = list(SERVICES) if apart else ["all"]
    try:
        for name in names:
            reference.start(name)
        for name in names:
            reference.wait(name)
        until(lambda: all(healthy(url) for url in urls.values()))
        yield reference
    finally:
        for name in list(reference.running):
            reference.stop(name)


def healthy(url: str) -> bool:
    """Whether a service says that it is well."""
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def until(true: Any, seconds: float = 5) -> None:
    """Wait until a function says yes."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.005)
