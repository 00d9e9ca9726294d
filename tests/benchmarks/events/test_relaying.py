"""A relay's pace is measured over all of an outbox, and one that does not get to its end is an error."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.events import relaying
from benchmarks.events.brokers import valkey
from benchmarks.events.relaying import fill, pace, relay
from benchmarks.failure import BenchmarkError
from benchmarks.gates import GATES
from benchmarks.sides import free_ports
from commerce_mock.transports.cursor import end


def test_without_rabbitmq_the_relay_is_measured_with_redis_and_that_is_said(
    bench: Bench, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "has_rabbitmq", lambda: False)
    throughput, processor = relay(replace(bench, plan=replace(bench.plan, redis_events=3_000)))
    gates = {gate.figure for gate in GATES}
    assert {throughput.key, processor.key} == {each for each in gates if each.startswith("events.relay.redis.")}
    assert len(throughput.subject.samples) == bench.plan.rounds
    assert throughput.subject.low > 0
    assert said[0] == "relay: filling an outbox with 3,000 events"
    assert "RabbitMQ, which is not installed" in said[-1]


def test_a_relay_is_not_measured_by_a_broker_that_is_not_there(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = fill(tmp_path / "outbox", bench.routes, 20)
    assert end(task.directory) == 20
    monkeypatch.setattr(relaying, "_SECONDS", 0.0)
    url = f"redis://127.0.0.1:{free_ports(['redis'])['redis']}/0"
    with pytest.raises(BenchmarkError, match="did not bring 20 events to redis://127"):
        pace(task, url, None, None)


def test_an_outbox_whose_events_are_there_already_says_nothing_about_a_relay(bench: Bench, tmp_path: Path) -> None:
    task = fill(tmp_path / "outbox", bench.routes, 2_000)
    with valkey(tmp_path / "redis", None) as broker:
        assert pace(task, broker.url, None, None).throughput > 0
        with pytest.raises(BenchmarkError, match="2,000 events are too few"):
            pace(task, broker.url, None, None)


def test_an_outbox_that_the_mock_refuses_to_fill_is_an_error(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="was answered with 404"):
        fill(tmp_path / "outbox", replace(bench.routes, register="/nothing"), 20)
