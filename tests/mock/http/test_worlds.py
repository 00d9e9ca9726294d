"""Worlds over real sockets: hundreds at once, none of which sees another; idle ones are forgotten."""

import asyncio
import time
from typing import Any

import httptools
import httpx
import orjson
import pytest

from commerce_mock.http.app import LARGEST_BODY
from commerce_mock.http.server import expire_worlds
from harness.platform import Platform
from harness.server import served

WORLDS = 500
ROUNDS = 4
CONNECTIONS = 50


class Answering:
    """One connection that asks one thing after the other, whichever world it is for."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._done, self.body = False, b""
        self.headers: dict[bytes, bytes] = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self._done = True

    async def ask(self, world: str, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer, which must name the world that was asked."""
        self._done, self.body, self.headers = False, b"", {}
        content = b"" if body is None else orjson.dumps(body)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: mock\r\nX-Mock-World: {world}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        parser = httptools.HttpResponseParser(self)
        while not self._done:
            received = await self._reader.read(65536)
            assert received, "the mock closed the connection"
            parser.feed_data(received)
        assert self.headers[b"x-mock-world"] == world.encode()
        return parser.get_status_code(), orjson.loads(self.body)


async def lives(asking: Answering, name: str, token: str, user: dict[str, Any], round_: int) -> None:
    """A user of a world registers in the first round and orders once in each; nobody else is ever seen there."""
    if round_ == 0:
        status, made = await asking.ask(name, "POST", "/api/users", token, user)
        assert status == 201, made
    status, page = await asking.ask(name, "GET", "/__admin/state?limit=100", token)
    (person,) = page["resources"]["users"].values()
    assert person["username"] == user["username"]
    assert len(page["resources"]["orders"]) == round_
    order = {"userId": person["id"], "items": [{"productId": name, "quantity": 1, "price": 1 + round_}]}
    status, made = await asking.ask(name, "POST", "/api/orders", token, order)
    assert (status, made["id"]) == (201, f"order-{round_ + 1}"), made
    status, page = await asking.ask(name, "GET", "/__admin/state?collection=orders&limit=100", token)
    products = {item["productId"] for found in page["resources"]["orders"].values() for item in found["items"]}
    assert products == {name}


def test_five_hundred_worlds_live_side_by_side_under_load_and_none_sees_another() -> None:
    with served() as mock:
        port, token = mock.port("gateway"), mock.token("somebody", "admin")

        async def work(numbers: range, round_: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            asking = Answering(reader, writer)
            for number in numbers:
                user = {
                    "email": "same@example.com",
                    "username": f"user-{number}",
                    "password": "correct-horse-9",
                    "first_name": "A",
                    "last_name": "B",
                }
                await lives(asking, f"w{number}", token, user, round_)
            writer.close()
            await writer.wait_closed()

        async def rounds() -> None:
            for round_ in range(ROUNDS):
                await asyncio.gather(*(work(range(n, WORLDS, CONNECTIONS), round_) for n in range(CONNECTIONS)))

        asyncio.run(asyncio.wait_for(rounds(), 60))
        with httpx.Client(base_url=mock.urls["admin"]) as client:
            assert client.get("/__admin/worlds", params={"limit": 1}).json()["total"] == WORLDS + 1
            assert client.get("/__admin/state").json()["totals"]["users"] == 0


def test_idle_worlds_are_forgotten_while_the_mock_runs() -> None:
    worlds = Platform().engine.worlds
    for name in ("w1", "w2"):
        worlds.fork(worlds.default, name)

    async def watch() -> None:
        job = asyncio.create_task(expire_worlds(worlds, 0.01))
        while len(worlds) > 1:
            await asyncio.wait({job}, timeout=0.01)
        job.cancel()

    asyncio.run(asyncio.wait_for(watch(), 10))
    assert list(worlds) == [worlds.default]


def test_a_served_mock_forgets_idle_worlds() -> None:
    with served(world_idle=0.05) as mock, httpx.Client(base_url=mock.urls["admin"]) as client:
        client.get("/__admin/clock", headers={"X-Mock-World": "w1"})
        until = time.monotonic() + 10
        while client.get("/__admin/worlds").json()["total"] > 1:
            assert time.monotonic() < until


def large_world(users: int) -> bytes:
    document = Platform().get("admin", "/__admin/export").json
    document["resources"]["users"] = [
        {
            "id": f"550e8400-e29b-41d4-a716-{number:012}",
            "email": f"user-{number}@example.com",
            "username": f"user-{number}",
            "first_name": "A",
            "last_name": "B",
            "is_active": True,
            "is_verified": False,
            "created_at": "2026-01-01T00:00:00Z",
            "profile": {"bio": "x" * 400},
        }
        for number in range(users)
    ]
    return orjson.dumps(document)


@pytest.mark.parametrize("headers", [{}, {"Expect": "100-continue"}])
def test_an_imported_world_may_be_larger_than_other_bodies(headers: dict[str, str]) -> None:
    content = large_world(2000)
    assert LARGEST_BODY < len(content) < 2 * LARGEST_BODY
    typed = {"Content-Type": "application/json", **headers}
    limited = served(largest_import=2 * LARGEST_BODY)
    with limited as mock, httpx.Client(base_url=mock.urls["admin"], timeout=30) as client:
        imported = client.post("/__admin/import", content=content, headers=typed)
        assert (imported.status_code, imported.json()["resources"]["users"]) == (200, 2000)
        refused = client.post("/__admin/snapshots", content=content, headers=typed)
        assert (refused.status_code, refused.json()["detail"]) == (413, "The request's body is over 1 MiB.")
        assert client.get("/__admin/export").json()["resources"] == orjson.loads(content)["resources"]
        for method, path in (("POST", "import"), ("PUT", "scenario"), ("POST", "recordings/replay")):
            over = client.request(method, f"/__admin/{path}", content=content.ljust(3 * LARGEST_BODY), headers=typed)
            assert (over.status_code, over.json()["code"]) == (413, "BAD_REQUEST")
            said, hint = over.json()["detail"].split(". ", 1)
            assert said == "The request's body is over 2 MiB"
            assert hint == "Start the mock with a larger `--largest-import` (MiB) to have it read."
        journal = client.get("/__admin/requests").json()
        assert (journal["total"], journal["evicted"]) == (6, 0)
