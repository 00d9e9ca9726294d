"""The load is varied, valid, and the same in every run."""

import httptools
import orjson

from benchmarks.traffic import Owner, Placed, creates, order_bodies, reads, wire

ANN = Owner("550e8400-e29b-41d4-a716-446655440001", "token-of-ann")
BOB = Owner("550e8400-e29b-41d4-a716-446655440002", "token-of-bob")


class Seen:
    """What a parser of HTTP sees of one request."""

    def __init__(self, request: bytes) -> None:
        self.url = b""
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.complete = False
        parser = httptools.HttpRequestParser(self)
        parser.feed_data(request)
        self.method = parser.get_method()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete = True


def test_a_create_is_one_complete_request_in_the_name_of_its_owner() -> None:
    seen = Seen(wire("POST", "/api/orders", ANN, b'{"a":1}'))
    assert (seen.method, seen.url, seen.body, seen.complete) == (b"POST", b"/api/orders", b'{"a":1}', True)
    assert seen.headers[b"authorization"] == b"Bearer token-of-ann"
    assert seen.headers[b"content-type"] == b"application/json"
    assert seen.headers[b"origin"]


def test_a_read_has_no_body_and_no_content_type() -> None:
    seen = Seen(wire("GET", "/api/orders/order-1", ANN))
    assert seen.complete
    assert b"content-type" not in seen.headers


def test_bodies_are_the_same_in_every_run_and_differ_from_each_other() -> None:
    bodies = [body for _, body in order_bodies([ANN, BOB], 50)]
    assert bodies == [body for _, body in order_bodies([ANN, BOB], 50)]
    assert len(set(bodies)) == 50


def test_owners_take_turns_and_order_only_in_their_own_name() -> None:
    made = list(order_bodies([ANN, BOB], 4))
    assert [owner for owner, _ in made] == [ANN, BOB, ANN, BOB]
    assert all(orjson.loads(body)["userId"] == owner.id for owner, body in made)


def test_prices_have_at_most_two_decimals() -> None:
    items = [item for _, body in order_bodies([ANN], 200) for item in orjson.loads(body)["items"]]
    assert all(round(item["price"] * 100) / 100 == item["price"] for item in items)
    assert {len(orjson.loads(body)["items"]) for _, body in order_bodies([ANN], 200)} == {1, 2, 3}


def test_every_placed_order_is_read_once_by_its_owner() -> None:
    placed = [Placed("/api/orders/order-1", ANN), Placed("/api/orders/order-2", BOB)]
    seen = {(one.url, one.headers[b"authorization"]) for one in map(Seen, reads(placed))}
    assert seen == {
        (b"/api/orders/order-1", b"Bearer token-of-ann"),
        (b"/api/orders/order-2", b"Bearer token-of-bob"),
    }


def test_creates_go_to_the_collection() -> None:
    assert {Seen(request).url for request in creates("/api/orders", [ANN], 3)} == {b"/api/orders"}


def test_a_token_does_not_show_in_a_repr() -> None:
    assert "token-of-ann" not in repr(ANN)
