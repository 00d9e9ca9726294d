"""Calls at once: as many tasks as asked for are under way together, and share the calls."""

import asyncio

from benchmarks.sdk.concurrency import crowd, measure
from benchmarks.sdk.worker import Task


def test_all_tasks_call_at_once_and_share_the_calls() -> None:
    under_way: list[int] = [0]
    most: list[int] = []

    async def call() -> None:
        under_way[0] += 1
        most.append(under_way[0])
        await asyncio.sleep(0)
        under_way[0] -= 1

    with asyncio.Runner() as runner:
        crowd(runner, call, tasks=4, calls=12)()
    assert (len(most), max(most)) == (12, 4)


def test_default_and_fast_transport_and_bare_httpx_are_measured(task: Task) -> None:
    taken = measure(task)
    assert list(taken) == ["default", "fast", "bare"]
    for each in taken.values():
        assert len(each.elapsed) == task.rounds
        assert min(each.elapsed) > 0
