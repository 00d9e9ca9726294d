"""Orders placed and looked up one by one, and the proof that both sides do the same work."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import orjson

from benchmarks.connection import connect, expect
from benchmarks.failure import BenchmarkError
from benchmarks.process import ServerProcess
from benchmarks.routes import Routes
from benchmarks.traffic import Owner, Placed, order_bodies

_SEED = 7
_CENTS = 100


def place(server: ServerProcess, routes: Routes, owners: Sequence[Owner], count: int) -> list[Placed]:
    """Create `count` orders and check each: 201, `Location`, the exact total, and the same order when it is read."""
    with connect(server.port) as connection:
        return [_place(connection, routes, owner, body) for owner, body in order_bodies(owners, count)]


def _place(connection: httpx.Client, routes: Routes, owner: Owner, body: bytes) -> Placed:
    headers = {**owner.headers, "content-type": "application/json"}
    made = connection.post(routes.create, content=body, headers=headers)
    expect(made, httpx.codes.CREATED)
    path = httpx.URL(made.headers["location"]).path
    read = connection.get(path, headers=owner.headers)
    expect(read, httpx.codes.OK)
    asked, order = orjson.loads(body), made.json()
    cents = sum(round(item["price"] * _CENTS) * item["quantity"] for item in asked["items"])
    same = {name: order.get(name) for name in asked} == asked
    if not same or order["totalAmount"] != cents / _CENTS or read.content != made.content:
        message = f"POST {made.url} did not do the work: asked for {body!r}, got {made.text}, then read {read.text}"
        raise BenchmarkError(message)
    return Placed(path, owner)


def sample(server: ServerProcess, routes: Routes, owners: Sequence[Owner], pages: int) -> Iterator[Placed]:
    """Find orders spread over all that the owners have, by random pages of their lists."""
    dice = random.Random(_SEED)  # noqa: S311 - load, not cryptography
    with connect(server.port) as connection:
        for owner in owners:
            path = routes.list(owner.id)
            total = _page(connection, path, owner, 0)["total"]
            for _ in range(pages):
                page = _page(connection, path, owner, dice.randrange(max(total, 1)))
                for order in page[routes.envelope]:
                    yield Placed(routes.read(order["id"]), owner)


def _page(connection: httpx.Client, path: str, owner: Owner, offset: int) -> dict[str, Any]:
    answer = connection.get(path, params={"offset": offset}, headers=owner.headers)
    expect(answer, httpx.codes.OK)
    page: dict[str, Any] = orjson.loads(answer.content)
    return page
