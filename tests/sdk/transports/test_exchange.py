"""What every transport does with requests and answers that are in order."""

import gzip
import zlib
from dataclasses import replace
from typing import Any

import pytest

from commerce_sdk._errors import BadResponseError, ConnectionFailedError, InvalidRequestError
from sdk.carriers import Carrier, every_transport, get, post
from sdk.wire import Says, answer, serving


@every_transport
def test_a_request_arrives_as_it_was_given(carrier: Carrier) -> None:
    with serving(answer(b'{"a":1}', "X-Request-Id: r-1", status="201 Created")) as wire:
        answered = carrier.one(post(f"{wire.url}/api/a%2Fb?q=x%20y&q=1", b'{"n": 29.90}'))
    heard = wire.heard[0]
    assert heard.line == "POST /api/a%2Fb?q=x%20y&q=1 HTTP/1.1"
    assert heard.body == b'{"n": 29.90}'
    assert heard.headers["host"] == f"127.0.0.1:{wire.port}"
    assert heard.headers["content-type"] == "application/json"
    assert "," not in heard.headers["content-length"]
    assert (answered.status, answered.body, answered.headers["x-request-id"]) == (201, b'{"a":1}', "r-1")


@every_transport
def test_a_post_without_a_body_says_that_it_has_none(carrier: Carrier) -> None:
    with serving() as wire:
        carrier.one(post(wire.url + "/", None))
    assert wire.heard[0].headers["content-length"] == "0"


@every_transport
def test_what_frames_the_message_is_not_the_callers_to_say(carrier: Carrier) -> None:
    with serving() as wire:
        framing: dict[str, Any] = {"Transfer_Encoding": "chunked", "Content_Length": "5", "Connection": "close"}
        carrier.one(get(wire.url + "/", Host="elsewhere", **framing))
    heard = wire.heard[0].headers
    assert heard["host"] == f"127.0.0.1:{wire.port}"
    assert not {"transfer-encoding", "content-length"} & set(heard)
    assert heard.get("connection") != "close"


@every_transport
def test_several_values_of_a_header_are_joined(carrier: Carrier) -> None:
    with serving(answer(b"", "Vary: a", "X-One: 1", "vary: b")) as wire:
        answered = carrier.one(get(wire.url + "/"))
    assert answered.headers["vary"] == "a, b"
    assert answered.headers["x-one"] == "1"


@every_transport
def test_redirects_go_up_and_cookies_are_not_kept(carrier: Carrier) -> None:
    moved = answer(b"", "Location: /elsewhere", "Set-Cookie: a=1", status="302 Found")
    with serving(moved) as wire:
        first, second = carrier.send(get(wire.url + "/one"), get(wire.url + "/two"))
    assert (first.status, first.headers["location"], second.status) == (302, "/elsewhere", 302)
    assert [heard.line.split()[1] for heard in wire.heard] == ["/one", "/two"]
    assert not any("cookie" in heard.headers for heard in wire.heard)


@every_transport
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_bodies_are_decoded(carrier: Carrier, encoding: str) -> None:
    body = b"a long answer " * 100
    packed = gzip.compress(body) if encoding == "gzip" else zlib.compress(body)
    with serving(answer(packed, f"Content-Encoding: {encoding}")) as wire:
        assert carrier.one(get(wire.url + "/")).body == body
    assert encoding in wire.heard[0].headers["accept-encoding"]


@every_transport
def test_a_body_that_is_not_encoded_as_it_says_is_a_bad_response(carrier: Carrier) -> None:
    with (
        serving(answer(b"not gzip at all", "Content-Encoding: gzip")) as wire,
        pytest.raises(BadResponseError) as caught,
    ):
        carrier.one(get(wire.url + "/"))
    assert "not encoded as its Content-Encoding says" in str(caught.value)
    assert caught.value.__context__ is None


@every_transport
def test_chunked_bodies_are_put_together(carrier: Carrier) -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with serving(Says(chunks)) as wire:
        assert carrier.one(get(wire.url + "/")).body == b"abcde"


@every_transport
def test_a_large_body_goes_and_comes_whole(carrier: Carrier) -> None:
    body = bytes(range(256)) * 4096
    with serving(answer(body)) as wire:
        assert carrier.one(post(wire.url + "/", body)).body == body
    assert wire.heard[0].body == body


@every_transport
def test_a_connection_is_used_again(carrier: Carrier) -> None:
    with serving() as wire:
        carrier.send(*[get(wire.url + "/")] * 3)
    assert [heard.connection for heard in wire.heard] == [1, 1, 1]


@every_transport
def test_a_connection_that_the_server_closed_in_between_is_replaced_or_told_as_sent(carrier: Carrier) -> None:
    with serving(replace(answer(), hangs_up=True)) as wire:
        _, second = carrier.attempts(*[get(wire.url + "/")] * 2, between=lambda: wire.hung_up.wait(5))
    if isinstance(second, ConnectionFailedError):  # reqwest's own thread may not have seen the end yet
        assert not carrier.looks_before_use
        assert second.sent, "it cannot be known that the service did not get it"
    else:
        assert [heard.connection for heard in wire.heard] == [1, 2]


@every_transport
def test_an_answer_that_ends_the_connection_ends_it(carrier: Carrier) -> None:
    with serving(answer(b"ok", "Connection: close")) as wire:
        carrier.send(get(wire.url + "/"), get(wire.url + "/"))
    assert [heard.connection for heard in wire.heard] == [1, 2]


@every_transport
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://127.0.0.1/x", "http:// or https://"),
        ("/only/a/path", "http:// or https://"),
        ("http:///x", "http:// or https://"),
        ("http://127.0.0.1:no/x", "host or port"),
        ("http://127.0.0.1:99999/x", "host or port"),
        (f"http://{'a' * 70}.test/x", "host or port"),
        ("http://user:hunter2@127.0.0.1/x", "credentials"),
        ("http://127.0.0.1?x=1", "no path"),
        ("http://127.0.0.1/ü", "percent-encoded"),
    ],
)
def test_a_url_to_which_no_request_can_go_is_refused_without_repeating_it(carrier: Carrier, url: str, why: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        carrier.one(get(url))
    assert "the URL of the service `orders` cannot be used" in str(caught.value)
    assert why in str(caught.value)
    assert "hunter2" not in str(caught.value)


@every_transport
@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\0b", "münchen"])
def test_a_header_that_http_cannot_carry_is_named_and_its_value_is_not(carrier: Carrier, value: str) -> None:
    with serving() as wire, pytest.raises(InvalidRequestError) as caught:
        carrier.one(get(wire.url + "/", Authorization=value))
    assert "'Authorization'" in str(caught.value)
    assert value not in str(caught.value)
    assert caught.value.__context__ is None
    assert not wire.heard
