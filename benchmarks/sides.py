"""The two sides of a comparison: how the mock and the floor are started and get their users."""

import socket
import sys
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

import httpx
import jwt

from benchmarks.connection import connect, expect
from benchmarks.process import ServerProcess
from benchmarks.routes import LOADED, USERS, Routes
from benchmarks.traffic import Owner

SECRET = "a secret of the benchmark, long enough for HS256"  # noqa: S105 - only signs tokens for its own servers
_FAR_FUTURE = 4_102_444_800  # 2100-01-01
# What the console script `commerce-mock` runs, from this interpreter also where the project is not installed.
MOCK = (sys.executable, "-c", "from commerce_cli.mock import main; main()")
SERVE = ("serve", "--scenario", "empty", "--auth", "required", "--log", "off", "--jwt-secret", SECRET)
FLOOR = (sys.executable, "-m", "benchmarks.floor")


class Side(Protocol):
    """One side of a comparison; lives as long as the run."""

    name: str

    def server(self, core: int | None, command: Sequence[str] = ()) -> ServerProcess:
        """Prepare a server on free ports; it starts when its `with` block is entered.

        `command` starts another program with the same options.
        """

    def owners(self, server: ServerProcess, count: int) -> Sequence[Owner]:
        """Users that the running server knows, each with a token."""


def free_ports(names: Sequence[str]) -> dict[str, int]:
    """Find a free loopback port for each name; all are bound before any is let go, so that they differ."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in names]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return {name: listener.getsockname()[1] for name, listener in zip(names, listeners, strict=True)}


def token(user: str) -> str:
    """Sign a customer's token for the mock of this run."""
    return jwt.encode({"sub": user, "exp": _FAR_FUTURE}, SECRET, algorithm="HS256")


def registration(number: int) -> dict[str, str]:
    """Make the body that registers one of many users."""
    return {
        "email": f"owner{number}@example.com",
        "username": f"owner{number}",
        "password": f"the password of owner {number}",
        "first_name": "Load",
        "last_name": f"Owner {number}",
    }


class Mock:
    """The mock as a user starts it: every layer on. `options` are further ones of `serve`."""

    name = "mock"

    def __init__(self, routes: Routes, options: Sequence[str] = ()) -> None:
        self._routes = routes
        self._options = tuple(options)

    def server(self, core: int | None, command: Sequence[str] = MOCK) -> ServerProcess:
        """Prepare `commerce-mock serve` on free ports."""
        ports = free_ports(self._routes.services)
        options = [part for name, port in ports.items() for part in ("--port", f"{name}={port}")]
        wanted = [*command, *SERVE, *self._options, *options]
        return ServerProcess(wanted, ports, LOADED, self._routes.health, core=core)

    def owners(self, server: ServerProcess, count: int) -> Sequence[Owner]:
        """Register users through the API."""
        with connect(server.ports[USERS]) as connection:
            return [self._register(connection, number) for number in range(count)]

    def _register(self, connection: httpx.Client, number: int) -> Owner:
        answer = connection.post(self._routes.register, json=registration(number))
        expect(answer, httpx.codes.CREATED)
        user = answer.json()["id"]
        return Owner(user, token(user))


class Floor:
    """The floor: it knows no users and looks at no token, but is sent the same bytes."""

    name = "floor"

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def server(self, core: int | None, command: Sequence[str] = FLOOR) -> ServerProcess:
        """Prepare the floor on a free port."""
        ports = free_ports([LOADED])
        options = ["--port", str(ports[LOADED]), "--collection", self._routes.create]
        return ServerProcess([*command, *options], ports, LOADED, self._routes.health, core=core)

    def owners(self, server: ServerProcess, count: int) -> Sequence[Owner]:  # noqa: ARG002 - the mock needs the server
        """Make users up."""
        users = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"owner{number}")) for number in range(count)]
        return [Owner(user, token(user)) for user in users]
