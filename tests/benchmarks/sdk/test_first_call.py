"""The first call really reads an order, on both sides."""

import httpx
import pytest

from benchmarks.sdk.first_call import SIDES
from benchmarks.sdk.worker import Task
from commerce_sdk.errors import NotFoundError


@pytest.mark.parametrize("side", SIDES)
def test_an_order_is_read(side: str, task: Task) -> None:
    SIDES[side](task.url, task.order)


@pytest.mark.parametrize(("side", "error"), [("typed", NotFoundError), ("bare", httpx.HTTPStatusError)])
def test_an_order_that_is_not_there_ends_the_program(side: str, error: type[Exception], task: Task) -> None:
    with pytest.raises(error):
        SIDES[side](task.url, f"{task.create}/nowhere")
