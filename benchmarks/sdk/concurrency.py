"""A worker: many tasks of one event loop that call at once, with the client, its fast transport and bare httpx."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

import httpx

from benchmarks.sdk.buyers import TOKEN, prove
from benchmarks.sdk.turns import Batch, Taken, take_turns
from benchmarks.sdk.worker import Task, serve
from commerce_sdk import AsyncCommerce
from commerce_sdk.transports.pyreqwest import AsyncPyreqwestTransport

Call = Callable[[], Awaitable[object]]


def crowd(runner: asyncio.Runner, call: Call, *, tasks: int, calls: int) -> Batch:
    """Make a batch in which every task makes its share of the calls, one after the other."""

    async def share() -> None:
        for _ in range(calls // tasks):
            await call()

    async def together() -> None:
        await asyncio.gather(*(share() for _ in range(tasks)))

    return lambda: runner.run(together())


def measure(task: Task) -> Mapping[str, Taken]:
    """Measure reads by `task.tasks` tasks at once: `default` and `fast` of the client, and `bare`."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            contenders = runner.run(_contenders(task, stack))
            batches = {
                name: crowd(runner, call, tasks=task.tasks, calls=task.calls) for name, call in contenders.items()
            }
            return take_turns(batches, rounds=task.rounds, turns=task.turns, calls=task.calls)
        finally:
            runner.run(stack.aclose())


async def _contenders(task: Task, stack: AsyncExitStack) -> Mapping[str, Call]:
    carrier = AsyncPyreqwestTransport()
    stack.push_async_callback(carrier.aclose)
    default = await stack.enter_async_context(AsyncCommerce(token=TOKEN, orders_url=task.url))
    fast = await stack.enter_async_context(AsyncCommerce(token=TOKEN, orders_url=task.url, transport=carrier))
    client = await stack.enter_async_context(httpx.AsyncClient())
    url = task.url + task.order

    async def bare() -> object:
        return (await client.get(url)).json()

    read = (await client.get(url)).json()
    for commerce in (default, fast):
        prove(await commerce.orders.get(task.key), read, "concurrent reads")
    return {
        "default": lambda: default.orders.get(task.key),
        "fast": lambda: fast.orders.get(task.key),
        "bare": bare,
    }


if __name__ == "__main__":
    serve(measure)
