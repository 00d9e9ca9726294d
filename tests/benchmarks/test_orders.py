"""Before anything is measured, both sides prove that they do the work; a server that cheats is found out."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.orders import place, sample
from benchmarks.routes import LOADED, Routes
from benchmarks.sides import Floor
from benchmarks.traffic import Owner

ROUTES = Routes(
    services=("users", "orders"),
    create="/api/orders",
    envelope="orders",
    listen=("/listen", "admin"),
    health="/health",
    register="/api/users",
    _read="/api/orders/{order_id}",
    _list="/api/orders/user/{user_id}",
)
OWNER = Owner("550e8400-e29b-41d4-a716-446655440001", "token")


class Loaded:
    """What `place` and `sample` need of a server."""

    def __init__(self, port: int) -> None:
        self.port = port


class Handler(BaseHTTPRequestHandler):
    total: float | None = None
    status = 201

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the library's name

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.answer(self.status, {**body, "totalAmount": self.total})

    def do_GET(self) -> None:
        self.answer(200, {"orders": [{"id": "order-9"}], "total": 1})

    def answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("location", "/api/orders/order-1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(**behaviour: object) -> Iterator[Any]:
    handler = type("Cheat", (Handler,), behaviour)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Loaded(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def test_the_floor_does_the_work() -> None:
    with Floor(ROUTES).server(None) as server:
        placed = place(server, ROUTES, Floor(ROUTES).owners(server, 2), 5)
    assert [order.path for order in placed] == [f"/api/orders/order-{number}" for number in range(1, 6)]
    assert server.ports.keys() == {LOADED}


def test_a_wrong_total_is_found_out() -> None:
    with serving(total=1.0) as server, pytest.raises(BenchmarkError, match="did not do the work"):
        place(server, ROUTES, [OWNER], 1)


def test_a_refusal_is_told_with_request_and_status() -> None:
    with serving(status=401) as server, pytest.raises(BenchmarkError, match=r"POST http.*answered 401, not 201"):
        place(server, ROUTES, [OWNER], 1)


def test_stored_orders_are_found_through_the_lists_of_their_owners() -> None:
    with serving() as server:
        found = list(sample(server, ROUTES, [OWNER], 2))
    assert [order.path for order in found] == ["/api/orders/order-9"] * 2
