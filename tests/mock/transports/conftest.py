"""Brokers, one of each kind for the whole run."""

from collections.abc import Iterator

import pytest

from harness.brokers import Rabbit, Valkey, rabbitmq, valkey


@pytest.fixture
def anyio_backend() -> str:
    """The clients of the brokers are asyncio's."""
    return "asyncio"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as node:
        yield node
