"""The programs that docs/events.md shows run, against real brokers."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from redis.asyncio import Redis

from harness.brokers import Rabbit, Valkey
from harness.events import SECONDS
from harness.manual import File, read
from harness.platform import contract

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[3] / "docs" / "events.md"
PROGRAMS = {step.path: step.text for step in read(PAGE) if isinstance(step, File)}
COMPLETED = contract().events["payment_completed"].example


@contextmanager
def started(program: str, shown: str, real: str) -> Iterator["subprocess.Popen[str]"]:
    """A program of the page with another address; told to end, it does, without error."""
    assert shown in PROGRAMS[program]
    code = PROGRAMS[program].replace(shown, real)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()


async def line(process: "subprocess.Popen[str]") -> str:
    """The next line that a program prints."""
    assert process.stdout is not None
    return await asyncio.wait_for(asyncio.to_thread(process.stdout.readline), SECONDS)


async def test_the_program_for_redis_handles_events(redis_server: Valkey) -> None:
    fields: dict[Any, Any] = {
        **COMPLETED,
        "data": '{"amount": 75.48, "currency": "USD", "transaction_id": "t", "completed_at": 0}',
    }
    async with Redis.from_url(redis_server.url) as redis:
        await redis.xadd("payment_events", fields)
        with started("from_redis.py", "redis://localhost:6379/0", redis_server.url) as program:
            assert await line(program) == "pack order-123\n"
            await redis.xadd("order_events", {"event_type": "order_gift_wrapped"})
            assert await line(program) == "ignore order_gift_wrapped\n"


async def test_the_program_for_rabbitmq_handles_events(rabbit: Rabbit) -> None:
    body = b"""{"event_type": "payment_completed", "payment_id": "p", "order_id": "order-123", "user_id": "u", "data":
        {"amount": 75.48, "currency": "USD", "transaction_id": "t", "completed_at": "2023-01-01T00:00:00Z"}}"""
    async with await aio_pika.connect(rabbit.url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange("payment_events", "topic", durable=True)
        await channel.queue_delete("payment.events")  # with what other tests have left in it
        queue = await channel.declare_queue("payment.events", durable=True)
        await queue.bind(exchange, "#")
        await exchange.publish(aio_pika.Message(body), "payment_completed")
        with started("from_rabbitmq.py", "amqp://guest:guest@localhost:5672/", rabbit.url) as program:
            assert await line(program) == "pack order-123\n"
