"""`commerce_sdk.events`: everything by name, nothing imported before it is asked for."""

import subprocess
import sys

import pytest

from commerce_sdk import events


def python(code: str) -> str:
    """What a program says in a process of its own."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own command


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = ["pydantic", "redis", "aio_pika", "asyncio", "httpx"]
    code = f"""
import sys
from commerce_sdk import events
print([name for name in {heavy} if name in sys.modules])
events.EventHandlers, events.InvalidEventError, events.Seen
print([name for name in {heavy} if name in sys.modules])
from commerce_sdk.events.redis import RedisConsumer
events.DeadLetter
print([name for name in {heavy} if name in sys.modules])
events.parse(b'{{"event_type": "new"}}')
print([name for name in {heavy} if name in sys.modules])
"""
    assert python(code).splitlines() == [
        "[]",
        "[]",
        "['redis', 'asyncio']",
        "['pydantic', 'redis', 'asyncio']",
    ]


def test_a_consumer_without_its_extra_says_what_to_install() -> None:
    code = """
import sys
for package, module, name in (("redis", "redis", "RedisConsumer"), ("aio_pika", "rabbitmq", "RabbitConsumer")):
    sys.modules[package] = None
    try:
        exec(f"from commerce_sdk.events.{module} import {name}")
    except ImportError as error:
        print(error)
"""
    assert python(code).splitlines() == [
        "RedisConsumer needs the package redis: pip install 'commerce-sdk[events]'",
        "RabbitConsumer needs the package aio-pika: pip install 'commerce-sdk[events]'",
    ]


def test_every_name_that_is_listed_is_there() -> None:
    listed = [name for name in dir(events) if not name.startswith("_")]
    assert {"parse", "Event", "UserCreated", "UnknownEvent", "EventHandlers", "DeadLetter"} <= set(listed)
    assert all(getattr(events, name) is not None for name in listed)


@pytest.mark.parametrize("name", ["Nothing", "datetime", "Model", "_private"])
def test_a_name_that_is_not_there_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
        getattr(events, name)
