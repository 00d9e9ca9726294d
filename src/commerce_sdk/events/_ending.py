"""The end of a task, for certain."""

import asyncio
from typing import Any, Final

_PATIENCE: Final = 0.05  # seconds in which a task that is cancelled ends


async def end(task: asyncio.Task[Any]) -> None:
    """Cancel a task until it has ended, with whatever outcome.

    Once is not always enough: redis-py 8 swallows a cancellation that comes while it sends a command.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_PATIENCE)
