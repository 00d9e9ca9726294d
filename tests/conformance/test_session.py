"""The way to the services: what is sent is what a law wants, and every exchange is seen."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import Identity
from commerce_conformance.session import MOST_AT_ONCE, Session, filled
from commerce_conformance.settings import Settings
from harness.platform import contract

ANN = Identity("ann", "ann-1", header="Bearer a.b.c")


def session(answer: Callable[[httpx.Request], httpx.Response], url: str = "http://localhost:1") -> Session:
    return Session(contract(), Settings(urls={"orders": url}), {"orders": httpx.MockTransport(answer)})


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers={"X-Seen": "Yes"}, content=request.content)


@pytest.mark.parametrize(
    ("path", "values", "target"),
    [
        ("/api/orders", (), "/api/orders"),
        ("/a/{b}/c/{d}", ["1", "2"], "/a/1/c/2"),
        ("/a/{b}/c/{d}", {"d": "2", "b": "1"}, "/a/1/c/2"),
        ("/a/{b}", ["a/b?c ä%"], "/a/a%2Fb%3Fc%20%C3%A4%25"),
    ],
)
def test_a_path_is_filled_in(path: str, values: Any, target: str) -> None:
    assert filled(path, values) == target


def test_a_call_has_its_body_its_caller_and_its_query() -> None:
    made = session(echo)
    operation = contract().operations["orders.create"]
    seen = made.call(operation, body={"a": 1}, by=ANN, query={"b": "c d"}, headers={"X-Own": "1"})
    assert seen.sent == seen.body == b'{"a":1}'
    assert seen.url == "http://localhost:1/api/orders?b=c+d"
    assert seen.request_headers == {"x-own": "1", "content-type": "application/json", "authorization": "Bearer a.b.c"}
    assert (seen.operation, seen.method, seen.status, seen.headers["x-seen"]) == (operation, "POST", 200, "Yes")
    assert seen.seconds >= 0
    made.close()


def test_content_is_sent_as_it_is_and_a_header_may_be_another() -> None:
    made = session(echo)
    headers = {"Content-Type": "text/plain", "Authorization": "Basic x"}
    seen = made.call(contract().operations["orders.create"], content=b"\xff", by=ANN, headers=headers)
    assert seen.sent == b"\xff"
    assert seen.request_headers["content-type"] == "text/plain"
    assert seen.request_headers["authorization"] == "Basic x"


def test_an_operation_without_a_body_sends_none() -> None:
    seen = session(echo).call(contract().operations["orders.get"], ["order-1"])
    assert (seen.sent, dict(seen.request_headers)) == (b"", {})


def test_every_exchange_is_seen_by_every_watcher() -> None:
    made = session(echo)
    watched: list[Exchange] = []
    made.watchers.append(watched.append)
    first = made.raw("orders", "GET", "/x")
    assert made.seen == watched == [first]


def test_only_services_with_an_address_are_reached() -> None:
    made = session(echo)
    assert made.reaches("orders")
    assert not made.reaches("users")


def test_a_redirection_is_an_answer_like_others() -> None:
    made = session(lambda _: httpx.Response(307, headers={"location": "/y"}))
    assert made.raw("orders", "GET", "/x").status == 307


@pytest.mark.parametrize(
    ("url", "target"), [("http://localhost:1", b"/a/%zz?b=%"), ("http://localhost:1/base/", b"/base/a/%zz?b=%")]
)
def test_an_escape_that_is_none_is_not_mended(url: str, target: bytes) -> None:
    targets: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        targets.append(request.extensions["target"])
        return httpx.Response(400)

    session(keep, url).raw("orders", "GET", "/a/%zz?b=%")
    assert targets == [target]


def test_what_is_called_together_meets_at_the_service() -> None:
    meeting = threading.Barrier(MOST_AT_ONCE)

    def meet(_: httpx.Request) -> httpx.Response:
        meeting.wait(timeout=5)
        return httpx.Response(200)

    made = session(meet)
    numbers = made.together([lambda n=n: (made.raw("orders", "GET", f"/{n}").status, n) for n in range(MOST_AT_ONCE)])  # type: ignore[misc] # a default binds the number
    assert numbers == [(200, n) for n in range(MOST_AT_ONCE)]
    made.close()


def test_what_one_of_several_raises_is_raised() -> None:
    def fail() -> None:
        raise ValueError("one")

    with pytest.raises(ValueError, match="one"):
        session(echo).together([fail, lambda: None])


def test_closing_closes_the_tap() -> None:
    closed: list[bool] = []

    class Listening:
        def close(self) -> None:
            closed.append(True)

    made = session(echo)
    made.tap = Listening()  # type: ignore[assignment] # only closed
    made.close()
    assert closed == [True]
