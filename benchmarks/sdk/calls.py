"""A worker: calls one after the other over one connection, with the client and with bare `httpx.Client`."""

from collections.abc import Callable, Mapping

import httpx

from benchmarks.sdk.buyers import TOKEN, Bare, Typed, prove
from benchmarks.sdk.turns import Batch, Taken, take_turns
from benchmarks.sdk.worker import Task, serve
from commerce_sdk import Commerce


def repeat(call: Callable[[], object], times: int) -> Batch:
    """Make a batch of so many calls."""

    def batch() -> None:
        for _ in range(times):
            call()

    return batch


def measure(task: Task) -> Mapping[str, Taken]:
    """Measure reads, then creates; contenders are named `<operation>.<side>`."""
    taken: dict[str, Taken] = {}
    with Commerce(token=TOKEN, orders_url=task.url) as commerce, httpx.Client() as client:
        typed, bare = Typed(commerce, task), Bare(client, task)
        pairs: Mapping[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "get": (typed.get, bare.get),
            "create": (typed.create, bare.create),
        }
        prove(typed.get(), bare.get(), "get")
        prove(typed.create(), bare.create(), "create")
        for name, (one, other) in pairs.items():
            contenders = {f"{name}.typed": repeat(one, task.calls), f"{name}.bare": repeat(other, task.calls)}
            taken |= take_turns(contenders, rounds=task.rounds, turns=task.turns, calls=task.calls)
    return taken


if __name__ == "__main__":
    serve(measure)
