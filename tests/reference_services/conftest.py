"""The reference services in a thread, with a broker and a witness of all answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from commerce_contract import load
from harness.brokers import valkey
from harness.reference import Hosted, hosted
from harness.shop import Shop
from harness.witness import Witness


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server.url


@pytest.fixture(scope="session")
def broker(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture(scope="module")
def witness() -> Witness:
    return Witness(load())


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mail") / "mails"


@pytest.fixture(scope="module")
def reference(redis_url: str, mailbox: Path) -> Iterator[Hosted]:
    with hosted(redis_url, mailbox=mailbox) as services:
        yield services


@pytest.fixture
def shop(reference: Hosted, broker: Redis, witness: Witness) -> Iterator[Shop]:
    """Somebody whose every answer is judged."""
    user = Shop(reference, broker, witness)
    yield user
    user.close()


@pytest.fixture
def client(reference: Hosted, broker: Redis) -> Iterator[Shop]:
    """Somebody whose answers nobody looks at."""
    user = Shop(reference, broker)
    yield user
    user.close()
