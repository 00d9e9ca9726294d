"""A message as it travels on a broker, in the words of the broker's own tools: what the AsyncAPI documents mean."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

REDIS = frozenset({"redis", "rediss"})
RABBITMQ = frozenset({"amqp", "amqps"})


def on_redis(address: str, payload: Mapping[str, Any], headers: Mapping[str, Any]) -> str:
    """The command that appends the message to its channel's stream: flat fields, what is no text as JSON."""
    fields = [f"{_word(name)} {_word(value)}" for name, value in (*payload.items(), *headers.items())]
    return " \\\n  ".join([f"redis-cli XADD {_word(address)} '*'", *fields])


def on_rabbitmq(
    exchange: str,
    routing_key: str,
    payload: Mapping[str, Any],
    headers: Mapping[str, Any],
    properties: Mapping[str, Any],
) -> dict[str, Any]:
    """The parts of the message that is published to its channel's exchange."""
    return {
        "exchange": exchange,
        "routing_key": routing_key,
        "properties": {**properties, "headers": dict(headers)},
        "body": payload,
    }


def _word(value: Any) -> str:
    """A value as the shell takes it."""
    return shlex.quote(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
