"""What the tests of events share: a Redis for the whole run, and a consumer's other side."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from redis.asyncio import Redis

from harness.brokers import Valkey, valkey


@pytest.fixture
def anyio_backend() -> str:
    """The clients of the brokers are asyncio's."""
    return "asyncio"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
async def redis(redis_server: Valkey) -> AsyncIterator[Any]:
    """The other side of a consumer."""
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        yield client


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> str:
    """A stream of this test alone."""
    return str(request.node.name)
