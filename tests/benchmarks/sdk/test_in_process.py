"""Calls in process: the kit against an answer that stands ready, the same one."""

from dataclasses import replace

from benchmarks.sdk.in_process import measure
from benchmarks.sdk.worker import Task


def test_both_operations_are_measured_without_a_server(task: Task) -> None:
    taken = measure(replace(task, url="http://bare.test", order=""))
    assert list(taken) == ["get.typed", "get.bare", "create.typed", "create.bare"]
    for each in taken.values():
        assert len(each.elapsed) == task.rounds
        assert min(each.elapsed) > 0
