import asyncio
import json
import logging
from typing import Any

import pytest
from redis.exceptions import ConnectionError as BrokerError

from reference_services import consumer as consuming
from reference_services.bus import Bus, Event
from reference_services.consumer import Consumer
from reference_services.context import Service
from reference_services.faults import Faults
from reference_services.metrics import Metrics
from reference_services.settings import Settings


class Broker:
    """A broker that fails as often as it is told, and remembers what it was given; `entries` are what it gives out."""

    def __init__(self, failures: int = 0, entries: list[dict[str, str]] | None = None) -> None:
        self.failures = failures
        self.taken: list[str] = []
        self.acknowledged: list[str] = []
        self.entries = entries or []
        self.empty = asyncio.Event()

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise BrokerError

    async def xadd(self, _: str, fields: dict[str, str]) -> None:
        self._fail()
        self.taken.append(fields["event_type"])
        if fields["event_type"] == "user_verified":
            self.empty.set()

    async def xreadgroup(self, *_: Any, **__: Any) -> Any:
        self._fail()
        if not self.entries:
            self.empty.set()
            await asyncio.Event().wait()
        given, self.entries = self.entries, []
        return [["payment_events", [(str(number), fields) for number, fields in enumerate(given)]]]

    async def xack(self, _: str, __: str, number: str) -> None:
        self.acknowledged.append(number)


def _service() -> Service:
    return Service("users", Settings({}, "redis://broker", "secret"), Faults(), Metrics())


def _told(kind: str, identifier: str) -> dict[str, str]:
    return Event(kind, {"user_id": "1"}, {"amount": 1}, id=identifier).fields("payments")


def test_what_the_broker_could_not_take_is_published_later_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reference_services.bus._RETRY", 0)

    async def scenario() -> list[str]:
        broker, service = Broker(failures=2), _service()
        bus = Bus(service, broker, "user_events")  # type: ignore[arg-type] # a stand-in
        await bus.publish(Event("user_created", {}, {}))
        await bus.publish(Event("user_verified", {}, {}))
        assert broker.taken == []
        trying = asyncio.create_task(bus.keep_trying())
        await asyncio.wait_for(broker.empty.wait(), 5)
        await bus.flush()  # waits for the turn that is going on
        trying.cancel()
        assert b'events_published_total{event_type="user_created"} 1.0' in service.metrics.text()
        return broker.taken

    assert asyncio.run(scenario()) == ["user_created", "user_verified"]


def test_a_consumer_reacts_once_survives_failures_and_lets_pass_what_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(consuming, "_PAUSE", 0)
    heard: list[Any] = []

    async def react(payload: Any) -> None:
        heard.append(payload["data"])
        if len(heard) == 1:
            raise ZeroDivisionError

    async def scenario() -> list[str]:
        entries = [_told("known", "a"), _told("unknown", "b"), _told("known", "c"), _told("known", "c")]
        broker = Broker(failures=1, entries=entries)
        consumer = Consumer(broker, "users", ["payment_events"], {"known": react})  # type: ignore[arg-type] # a stand-in
        listening = asyncio.create_task(consumer.listen())
        await asyncio.wait_for(broker.empty.wait(), 5)
        listening.cancel()
        return broker.acknowledged

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(scenario()) == ["0", "1", "2", "3"]
    assert heard == [{"amount": 1}] * 2
    assert "the broker is down" in caplog.text
    assert "the reaction to known a failed" in caplog.text


def test_an_entry_has_flat_fields_and_its_data_as_json() -> None:
    fields = _told("payment_completed", "event-1")
    assert json.loads(fields["data"]) == {"amount": 1}
    assert {"event_type", "user_id", "ce-id", "ce-source", "ce-type", "ce-time", "ce-specversion"} < fields.keys()
    assert "order_id" not in fields
