"""What the mock tells its relay."""

from pathlib import Path

from commerce_mock.transports.brokers import broker
from commerce_mock.transports.task import Task, task


def test_a_task_comes_as_it_was_given_and_shows_nothing_secret() -> None:
    brokers = [broker("redis://user:hunter2@localhost"), broker("amqp://guest:hunter2@localhost")]
    received = {"order_events": frozenset({"order_created"})}
    given = Task(
        Path("/a"), "one", brokers, ["order_events"], received, "http://127.0.0.1:3010", "hunter2", as_json=True
    )
    assert task(given.line()) == given
    assert given.line().endswith(b"\n")
    assert "hunter2" not in repr(given)
    assert task(Task(Path("/a"), "one", brokers, [], {}, None, None).line()).admin is None
