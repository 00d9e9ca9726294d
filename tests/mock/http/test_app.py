"""The bare ASGI app, driven without a server: bodies in pieces, limits, pages, and clients that go away."""

import asyncio
from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from commerce_mock.http.app import LARGEST_BODY, LARGEST_HEADERS, App
from harness.platform import Platform
from harness.problem import problem

USERS_PORT, GATEWAY_PORT = 3002, 8080
PERSON = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "correct-horse-9",
    "first_name": "Ann",
    "last_name": "Lee",
}
GONE = {"type": "http.disconnect"}


class Wire:
    """One app and what it sends; `ask` is one request."""

    def __init__(self) -> None:
        self.platform = Platform(judged=False)
        self.app = App(self.platform.engine, {USERS_PORT: "users", GATEWAY_PORT: None})
        self.sent: list[dict[str, Any]] = []

    def ask(
        self,
        method: str = "POST",
        path: str = "/api/users",
        messages: Iterable[dict[str, Any]] = (),
        headers: Iterable[tuple[bytes, bytes]] = (),
        port: int = USERS_PORT,
    ) -> tuple[int, dict[str, str], bytes]:
        scope = {
            "type": "http",
            "method": method,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": list(headers),
            "server": ("127.0.0.1", port),
        }
        self.run(scope, messages)
        start, body = self.sent
        return (
            start["status"],
            {name.decode(): value.decode("latin-1") for name, value in start["headers"]},
            body["body"],
        )

    def run(self, scope: dict[str, Any], messages: Iterable[dict[str, Any]]) -> None:
        queue = list(messages)
        self.sent = []

        async def receive() -> dict[str, Any]:
            return queue.pop(0)

        async def send(message: Any) -> None:
            self.sent.append(dict(message))

        asyncio.run(self.app(scope, receive, send))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def _pieces(body: bytes, count: int) -> list[dict[str, Any]]:
    size = -(-len(body) // count)
    cut = [body[start : start + size] for start in range(0, len(body), size)]
    return [
        {"type": "http.request", "body": piece, "more_body": index < len(cut) - 1} for index, piece in enumerate(cut)
    ]


def _json(body: bytes, *more: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *more]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_body_may_come_in_pieces(wire: Wire, count: int) -> None:
    body = orjson.dumps(PERSON)
    status, headers, answer = wire.ask(messages=_pieces(body, count), headers=_json(body))
    assert status == 201
    assert orjson.loads(answer)["email"] == PERSON["email"]
    assert headers["content-length"] == str(len(answer))


def test_a_body_of_unknown_length_is_read_as_well(wire: Wire) -> None:
    headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    assert wire.ask(messages=_pieces(orjson.dumps(PERSON), 3), headers=headers)[0] == 201


def test_without_a_length_and_without_chunks_no_body_is_waited_for(wire: Wire) -> None:
    assert problem(*wire.ask(headers=[(b"content-type", b"application/json")]))["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("count", [1, 4])
def test_a_body_of_exactly_one_mebibyte_is_read(wire: Wire, count: int) -> None:
    body = orjson.dumps(PERSON).ljust(LARGEST_BODY)
    assert wire.ask(messages=_pieces(body, count), headers=_json(body))[0] == 201


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("over", [1, LARGEST_BODY])
def test_a_larger_body_is_refused_and_nothing_is_stored(wire: Wire, count: int, over: int) -> None:
    before = wire.platform.world.store.state
    body = orjson.dumps(PERSON).ljust(LARGEST_BODY + over)
    told = problem(*wire.ask(messages=_pieces(body, count), headers=_json(body)))
    assert (told["status"], told["code"], told["title"]) == (413, "BAD_REQUEST", "Content too large")
    assert wire.platform.world.store.state is before


def test_headers_over_the_limit_are_refused_before_the_body_is_read(wire: Wire) -> None:
    headers = [*_json(b"{}"), (b"x-much", b"a" * LARGEST_HEADERS)]
    told = problem(*wire.ask(headers=headers))
    assert (told["status"], told["code"]) == (431, "BAD_REQUEST")


def test_a_target_over_the_limit_is_refused(wire: Wire) -> None:
    assert problem(*wire.ask("GET", "/" + "a" * LARGEST_HEADERS))["status"] == 431


@pytest.mark.parametrize("messages", [[GONE], [{"type": "http.request", "body": b"{", "more_body": True}, GONE]])
def test_a_client_that_goes_away_gets_no_answer_and_leaves_no_trace(wire: Wire, messages: list[dict[str, Any]]) -> None:
    before = wire.platform.world.store.state
    scope = {"type": "http", "method": "POST", "raw_path": b"/api/users", "query_string": b"", "server": None}
    wire.run({**scope, "headers": _json(b"{}")}, messages)
    assert wire.sent == []
    assert wire.platform.world.store.state is before


def test_the_last_of_two_headers_of_one_name_counts(wire: Wire) -> None:
    headers = [(b"x-request-id", b"first"), (b"x-request-id", b"last")]
    assert wire.ask("GET", "/health", headers=headers)[1]["x-request-id"] == "last"


def test_an_answer_to_a_page_of_another_origin_may_be_read_by_it(wire: Wire) -> None:
    own = wire.ask("GET", "/health")[1]
    other = wire.ask("GET", "/health", headers=[(b"origin", b"http://frontend.test")])[1]
    assert "access-control-allow-origin" not in own
    assert other["access-control-allow-origin"] == "*"


def test_a_preflight_says_each_thing_once(wire: Wire) -> None:
    headers = [(b"origin", b"http://frontend.test"), (b"access-control-request-method", b"POST")]
    status, _, body = wire.ask("OPTIONS", headers=headers)
    names = [name for name, _ in wire.sent[0]["headers"]]
    assert (status, body) == (204, b"")
    assert len(names) == len(set(names))
    assert b"content-length" not in names


def test_a_preflight_of_a_path_that_is_not_there_is_refused_readably(wire: Wire) -> None:
    headers = [(b"origin", b"http://frontend.test"), (b"access-control-request-method", b"POST")]
    answer = wire.ask("OPTIONS", "/nope", headers=headers)
    assert problem(*answer)["code"] == "NOT_FOUND"
    assert answer[1]["access-control-allow-origin"] == "*"


def test_plain_options_tells_the_methods(wire: Wire) -> None:
    assert wire.ask("OPTIONS")[1]["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_of_a_service_is_served_on_its_port_only(wire: Wire, method: str) -> None:
    wire.platform.engine.pages["users", "/docs"] = lambda: (b"text/html", b"<p>page</p>")
    status, headers, body = wire.ask(method, "/docs")
    assert (status, headers["content-type"], body) == (200, "text/html", b"<p>page</p>")
    assert problem(*wire.ask(method, "/docs", port=GATEWAY_PORT))["code"] == "NOT_FOUND"
    assert problem(*wire.ask("POST", "/docs"))["code"] == "NOT_FOUND"


def test_the_gateway_serves_all_services_on_one_port(wire: Wire) -> None:
    body = orjson.dumps(PERSON)
    assert wire.ask(messages=_pieces(body, 1), headers=_json(body), port=GATEWAY_PORT)[0] == 201
    assert wire.ask("GET", "/orders/health", port=GATEWAY_PORT)[0] == 200


def test_the_lifespan_is_acknowledged_to_its_end(wire: Wire) -> None:
    wire.run({"type": "lifespan"}, [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    assert [message["type"] for message in wire.sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_what_is_neither_http_nor_lifespan_is_left_alone(wire: Wire) -> None:
    wire.run({"type": "websocket"}, [])
    assert wire.sent == []
