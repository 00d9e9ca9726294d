"""A message as brokers carry it is one that the client reads."""

import json
import subprocess
from decimal import Decimal
from typing import Any

import pytest

from commerce_mock.http.travelling import on_rabbitmq, on_redis
from commerce_sdk import events
from harness.platform import contract

EVENTS = list(contract().events)


def arguments(command: str) -> list[str]:
    """What `redis-cli` is given when a shell runs the command."""
    assert command.startswith("redis-cli ")
    printing = command.replace("redis-cli", "printf '%s\\0'", 1)
    told = subprocess.run(["/bin/sh", "-c", printing], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return told.stdout.split("\0")[:-1]


@pytest.mark.parametrize("name", EVENTS)
def test_the_client_reads_what_the_redis_command_appends(name: str) -> None:
    event = contract().events[name]
    (example,) = event.examples
    assert example.headers is not None
    command = arguments(on_redis(event.channel, example.payload, example.headers))
    assert command[:3] == ["XADD", event.channel, "*"]
    fields = dict(zip(command[3::2], command[4::2], strict=True))
    read = events.parse(fields)
    assert read == events.parse({"headers": example.headers, "payload": example.payload})
    assert read.metadata is not None
    assert read.metadata.id == example.headers["ce-id"]


@pytest.mark.parametrize("name", EVENTS)
def test_the_client_reads_what_is_published_to_rabbitmq(name: str) -> None:
    event = contract().events[name]
    (example,) = event.examples
    message = on_rabbitmq("exchange", name, example.payload, example.headers or {}, {"delivery_mode": 2})
    assert (message["exchange"], message["routing_key"]) == ("exchange", name)
    assert message["properties"]["delivery_mode"] == 2
    read = events.parse(json.dumps(message["body"]), message["properties"]["headers"])
    assert read.event_type == name
    assert read.metadata is not None


@pytest.mark.parametrize("value", ["it's", "two words", "$HOME", '"', "a\nb", "*"])
def test_a_value_comes_through_the_shell_as_it_is(value: str) -> None:
    assert arguments(on_redis("s", {"event_type": value}, {})) == ["XADD", "s", "*", "event_type", value]


def test_what_is_no_text_is_json() -> None:
    payload: dict[str, Any] = {"data": {"amount": 75.5, "who": "Ünal"}, "count": 3}
    words = arguments(on_redis("s", payload, {}))
    assert json.loads(words[4], parse_float=Decimal) == {"amount": Decimal("75.5"), "who": "Ünal"}
    assert words[5:] == ["count", "3"]
