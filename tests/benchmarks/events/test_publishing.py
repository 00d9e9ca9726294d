"""A mock that publishes is loaded with its broker and relay beside it, and one whose broker is stopped without."""

from pathlib import Path

import pytest

from benchmarks.bench import Bench
from benchmarks.events import publishing
from benchmarks.events.contenders import Contender
from benchmarks.events.turns import family
from benchmarks.gates import GATES
from benchmarks.load import Round


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_is_compared_are_mocks_with_and_without_a_broker_and_one_whose_broker_is_stopped(
    bench: Bench, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Contender] = []

    def rounds(_bench: Bench, _what: str, contenders: list[Contender]) -> None:
        seen.extend(contenders)
        alone, redis, paused = contenders
        assert [len(each.workers) for each in contenders] == [1, 3, 2]
        assert set(redis.workers[:2]) == set(family(redis.server.pid))
        assert state(redis.workers[2]) != "T"
        assert not [each for each in paused.workers if state(each) == "T"]
        for each in (alone, redis, paused):
            each.rounds.append(Round(requests=1, seconds=1, p50=1, p99=2, processor=3, busy=1))

    monkeypatch.setattr(publishing, "rounds", rounds)
    monkeypatch.setattr(publishing, "has_rabbitmq", lambda: False)
    keys = {figure.key for figure in publishing.publishing(bench)}
    assert [each.name for each in seen] == ["alone", "redis", "paused"]
    gates = {gate.figure for gate in GATES if gate.figure.startswith("events.publishing.")}
    assert gates - keys == {f"events.publishing.rabbitmq.{each}" for each in ("throughput", "processor")}
    assert "RabbitMQ, which is not installed" in said[-1]
    assert not any(Path(f"/proc/{each}").exists() for each in seen[0].workers)
