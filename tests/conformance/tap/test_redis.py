"""The tap on Redis Streams, with a real server: what is published while it listens, and nothing left behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from commerce_conformance.tap import Tap, tap
from commerce_conformance.unreachable import UnreachableError
from harness.brokers import Valkey, valkey
from harness.platform import contract

PAYLOAD = {"event_type": "order_confirmed", "order_id": "7", "data": {"confirmed_at": "2023-01-01T00:00:00Z"}}
HEADERS = {"ce-id": "event-1", "ce-type": "order_confirmed", "correlation-id": "r-1", "mock-world": "default"}
FIELDS: dict[Any, Any] = {**PAYLOAD, **HEADERS, "data": json.dumps(PAYLOAD["data"])}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def broker(server: Valkey) -> Iterator[Redis]:
    with Redis.from_url(server.url, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def listening(server: Valkey, broker: Redis) -> Iterator[Tap]:
    broker.xadd("order_events", FIELDS)  # before anybody listens
    listening = tap(server.url, contract())
    listening.start()
    yield listening
    listening.close()


def test_what_is_published_from_now_on_is_heard_as_it_was_told(broker: Redis, listening: Tap) -> None:
    assert listening.events() == []
    broker.xadd("order_events", FIELDS)
    (heard,) = listening.events()
    assert (heard.number, heard.type, heard.channel) == (1, "order_confirmed", "order_events")
    assert (heard.payload, heard.headers) == (PAYLOAD, HEADERS)
    assert heard.identity == ("event-1",)
    assert "event-1" not in repr(heard)


def test_only_what_came_after_a_number_is_given(broker: Redis, listening: Tap) -> None:
    for number in range(3):
        broker.xadd("user_events", {**FIELDS, "ce-id": f"event-{number}"})
    assert listening.heard == 3
    broker.xadd("payment_events", FIELDS)
    assert [heard.number for heard in listening.events(3)] == [4]


def test_what_no_contract_knows_is_heard_as_it_is(broker: Redis, listening: Tap) -> None:
    broker.xadd("order_events", {"event_type": "order_lost", "order_id": "7", "data": "{nothing"})
    broker.xadd("order_events", {"ce-type": "order_lost"})
    first, second = listening.events()
    assert first.payload == {"event_type": "order_lost", "order_id": 7, "data": "{nothing"}
    assert (second.type, second.payload, second.says("order_id")) == ("order_lost", {}, None)
    assert first.identity != second.identity


def test_nothing_is_left_behind(broker: Redis, listening: Tap) -> None:
    before = broker.keys("*")
    broker.xadd("order_events", FIELDS)
    listening.events()
    listening.close()
    assert broker.keys("*") == before
    assert broker.xinfo_groups("order_events") == []


def test_who_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    lost = tap(f"unix://somebody:secret-7@{tmp_path}/none.sock", contract())
    with pytest.raises(UnreachableError, match="cannot be read: ConnectionError") as said:
        lost.start()
    assert "secret-7" not in str(said.value)
    lost.close()


def test_who_goes_away_is_said(tmp_path: Path) -> None:
    with valkey(tmp_path) as server:
        listening = tap(server.url, contract())
        listening.start()
    with pytest.raises(UnreachableError, match="Redis at redis://"):
        listening.events()
    listening.close()


def test_a_url_that_redis_cannot_use_is_said() -> None:
    with pytest.raises(UnreachableError, match="cannot be read: ValueError"):
        tap("redis://localhost:6379/first?db=x", contract())
