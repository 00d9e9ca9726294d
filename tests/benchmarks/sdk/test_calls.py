"""Calls one after the other: every sample stands for calls that were really made, as many on both sides."""

import httpx

from benchmarks.sdk.calls import measure, repeat
from benchmarks.sdk.worker import Task


def placed(task: Task) -> int:
    """Place an order and say how many there are."""
    made = httpx.post(task.url + task.create, json=task.bodies[0]).json()
    return int(made["id"].partition("-")[2])


def test_a_batch_makes_its_calls() -> None:
    calls: list[int] = []
    repeat(lambda: calls.append(1), 5)()
    assert len(calls) == 5


def test_both_sides_are_measured_in_both_operations_and_place_as_many_orders(task: Task) -> None:
    before = placed(task)
    taken = measure(task)
    assert list(taken) == ["get.typed", "get.bare", "create.typed", "create.bare"]
    for each in taken.values():
        assert len(each.elapsed) == len(each.processor) == task.rounds
        assert min(each.elapsed) > 0
    each_side = (task.rounds + 1) * task.turns * task.calls + 1
    assert placed(task) - before - 1 == 2 * each_side
