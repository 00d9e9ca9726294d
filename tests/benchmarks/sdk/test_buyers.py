"""Both sides of a call do the same, and this is proved before anything is measured."""

from decimal import Decimal

import httpx
import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.sdk.buyers import TOKEN, Bare, Typed, arguments, prove
from benchmarks.sdk.worker import Task
from commerce_sdk import Commerce


def test_a_body_on_the_wire_becomes_exact_arguments() -> None:
    body = {"userId": "ann", "items": [{"productId": "prod-1", "quantity": 2, "price": 29.99}]}
    assert arguments(body) == ("ann", [{"product_id": "prod-1", "quantity": 2, "price": Decimal("29.99")}])


def test_both_sides_read_and_place_the_same_orders_in_the_same_sequence(task: Task) -> None:
    with Commerce(token=TOKEN, orders_url=task.url) as commerce, httpx.Client() as client:
        typed, bare = Typed(commerce, task), Bare(client, task)
        prove(typed.get(), bare.get(), "get")
        # Once more than there are bodies: they begin anew.
        for _ in range(len(task.bodies) + 1):
            prove(typed.create(), bare.create(), "create")


@pytest.mark.parametrize("change", [{"userId": "bob"}, {"totalAmount": 1}, {"items": []}])
def test_sides_that_got_different_orders_are_told(task: Task, change: dict[str, object]) -> None:
    with Commerce(token=TOKEN, orders_url=task.url) as commerce, httpx.Client() as client:
        order = Bare(client, task).get()
        with pytest.raises(BenchmarkError, match="the two sides of get did not do the same work"):
            prove(Typed(commerce, task).get(), {**order, **change}, "get")
