"""A bench small enough for tests, and the floor as a running server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from benchmarks.bench import Bench
from benchmarks.orders import place
from benchmarks.plan import QUICK
from benchmarks.process import ServerProcess
from benchmarks.routes import contract_routes
from benchmarks.sdk.worker import Task
from benchmarks.sides import Floor
from benchmarks.traffic import order_bodies
from harness.remembered import remember

TINY = replace(QUICK, rounds=2, turns=2, calls=3, connections=4, crowd_calls=2, imports=1, checks=1)


@pytest.fixture(autouse=True)
def _documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own documents are read once."""
    remember(monkeypatch, "benchmarks.routes", "benchmarks.controls", "benchmarks.events.relaying")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def bench(tmp_path: Path, said: list[str]) -> Bench:
    routes = contract_routes()
    floor = Floor(routes)
    return Bench(TINY, routes, floor, floor, server_core=None, load_core=None, files=tmp_path, say=said.append)


@pytest.fixture(scope="session")
def floor() -> Iterator[ServerProcess]:
    with Floor(contract_routes()).server(None) as server:
        yield server


@pytest.fixture
def task(floor: ServerProcess) -> Task:
    """Name an order that the floor holds, and three more that may be placed there."""
    routes = contract_routes()
    owners = Floor(routes).owners(floor, 2)
    (order,) = place(floor, routes, owners, 1)
    bodies = tuple(orjson.loads(body) for _, body in order_bodies(owners, 3))
    url = f"http://127.0.0.1:{floor.port}"
    return Task(url, routes.create, order.path, bodies, rounds=2, turns=2, calls=4, tasks=2)
