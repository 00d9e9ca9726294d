"""A Redis for the whole run; RabbitMQ is shared with other tests."""

from collections.abc import Iterator

import pytest

from harness.brokers import Valkey, valkey


@pytest.fixture
def anyio_backend() -> str:
    """The clients of the brokers are asyncio's."""
    return "asyncio"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server
