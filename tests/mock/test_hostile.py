"""Hostile requests in process: each is refused with a problem, stores nothing and leaves the mock healthy."""

from collections.abc import Iterator
from urllib.parse import quote

import orjson
import pytest

from harness.platform import Answered, Member, Platform
from harness.problem import problem

KEY = b"0123456789" * 30


class Victim:
    """A mock with one user; whatever it is sent must be refused without a trace."""

    def __init__(self) -> None:
        self.platform = Platform(judged=False)
        self.member: Member = self.platform.register()
        self.before = self.platform.world.store.state

    def refuses(
        self, service: str, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> dict[str, object]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer: Answered = self.platform.send(service, method, path, body, self.member.token, named)
        return problem(answer.status, answer.headers, answer.body)

    def unharmed(self) -> None:
        assert self.platform.world.store.state is self.before
        assert self.platform.get("orders", "/health").json["status"] == "healthy"
        assert self.platform.get("admin", "/__admin/requests?limit=100").status == 200


@pytest.fixture
def victim() -> Iterator[Victim]:
    made = Victim()
    yield made
    made.unharmed()


def order(victim: Victim, **replaced: bytes) -> bytes:
    """An order that would be accepted, but for what is replaced by other JSON text."""
    parts = {"productId": b'"p"', "quantity": b"1", "price": b"1.5", **replaced}
    item = b",".join(b'"%b":%b' % (name.encode(), text) for name, text in parts.items())
    return b'{"userId":"%b","items":[{%b}]}' % (victim.member.id.encode(), item)


NOT_JSON = {
    "nothing": b"",
    "spaces": b"  \n",
    "a word": b"hello",
    "cut short": b'{"email": "a',
    "a second value": b"{} {}",
    "a comment": b"{/**/}",
    "a trailing comma": b'{"a":1,}',
    "single quotes": b"{'a':1}",
    "NaN": b'{"email": NaN}',
    "Infinity": b'{"email": -Infinity}',
    "a number without end": b'{"email": 1e400}',
    "a number of 5000 digits": b'{"a:b": %b}' % (b"9" * 5000),
    "a leading zero": b'{"email": 01}',
    "Latin-1": b'{"email": "\xe9"}',
    "an overlong NUL": b'{"email": "\xc0\x80"}',
    "a surrogate as UTF-8": b'{"email": "\xed\xa0\x80"}',
    "a lone high surrogate": b'{"email": "\\ud800"}',
    "a lone low surrogate": b'{"email": "x\\udc00y"}',
    "a lone surrogate as key": b'{"\\ud800": 1}',
    "UTF-16": '{"email": "a"}'.encode("utf-16"),
    "UTF-32": '{"email": "a"}'.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a raw NUL": b'{"email": "\x00"}',
    "a raw NUL behind": b"{}\x00",
    "a NUL": b'{"email": "\\u0000"}',
    "a NUL in a key": b'{"\\u0000": 1}',
    "a NUL far below": b'{"a": [{"b": ["\\\\\\u0000"]}]}',
    "a key twice": b'{"email": "a", "email": "b"}',
    "a key twice, once escaped": b'{"email": "a", "\\u0065mail": "b"}',
    "a key twice far below": b'{"a": [{"b": 1, "c": 2, "b": 3}]}',
    "a long key twice": b'{"%b": 1, "%b": 2}' % (KEY, KEY),
    "a gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}


@pytest.mark.parametrize("what", NOT_JSON)
def test_what_is_no_json_is_a_bad_request(victim: Victim, what: str) -> None:
    told = victim.refuses("users", "POST", "/api/users", NOT_JSON[what])
    assert told["code"] == "BAD_REQUEST"
    assert len(str(told["detail"])) < 300


@pytest.mark.parametrize("levels", [65, 1000, 1024, 1025, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b"[", b"")])
def test_a_deeply_nested_body_is_refused(victim: Victim, levels: int, opening: bytes, closing: bytes) -> None:
    victim.refuses("users", "POST", "/api/users", opening * levels + b"1" + closing * levels)


@pytest.mark.parametrize("levels", [255, 1000, 100_000])
def test_a_valid_body_that_is_deeply_nested_where_nobody_looks_is_refused(victim: Victim, levels: int) -> None:
    nested = order(victim)[:-1] + b',"more":' + b"[" * levels + b"]" * levels + b"}"
    assert victim.refuses("orders", "POST", "/api/orders", nested)["code"] == "BAD_REQUEST"


NUMBERS = {"1e400", "1e308", "-1e308", "1" + "0" * 30, "0.123456789012345678901234567891", "-1", "1e15", "true", '"1"'}


@pytest.mark.parametrize("number", sorted(NUMBERS))
@pytest.mark.parametrize("name", ["quantity", "price"])
def test_a_number_that_is_none_of_the_contracts_is_refused(victim: Victim, name: str, number: str) -> None:
    told = victim.refuses("orders", "POST", "/api/orders", order(victim, **{name: number.encode()}))
    if told["code"] != "BAD_REQUEST":
        assert {error["pointer"] for error in told["errors"]} == {f"/items/0/{name}"}  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize(
    "media_type",
    [
        "",
        "text/plain",
        "application/xml",
        "application/jsonx",
        "application/json-seq",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "\xff",
        "*/*",
    ],
)
def test_another_media_type_is_refused(victim: Victim, media_type: str) -> None:
    told = victim.refuses("orders", "POST", "/api/orders", order(victim), content_type=media_type)
    assert (told["status"], told["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "*",
        "/api",
        "/api/orders/",
        "//api/orders",
        "/api//orders",
        "/API/orders",
        "/api/orders/order-1/nope",
        "/api/orders/../orders",
        "/api/orders;x=1",
        "/api/users",
        "/__admin",
        "/\u00e9",
        "/a b",
        '/"<x>',
        "//x:y",
        "/" + "a" * 70_000,
    ],
)
def test_an_unknown_route_is_not_found(victim: Victim, path: str) -> None:
    told = victim.refuses("orders", "GET", path)
    assert (told["status"], told["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "path",
    [
        "/%",
        "/%zz",
        "/api/orders/%",
        "/api/orders/%g0",
        "/api/orders/a%2",
        "/api/orders/%ff",
        "/api/orders/%00",
        "/api/orders/%ED%A0%80",
        "/api/orders/%C0%80",
        "/api/orders/%2500%00/status",
        "/api/orders/order-1/%",
        "/%ff",
        "/\ud800",
        "/\x00",
    ],
)
def test_a_malformed_path_is_a_bad_request(victim: Victim, path: str) -> None:
    told = victim.refuses("orders", "PUT" if path.endswith("/status") else "GET", path, b"{}")
    assert (told["status"], told["code"]) == (400, "BAD_REQUEST")


def test_a_name_that_no_wire_carries_is_not_found_and_told_readably(victim: Victim) -> None:
    assert victim.refuses("admin", "PUT", "/__admin/services/\ud800", b'{"up":true}')["code"] == "NOT_FOUND"


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "GET", "HEAD", "TRACE", "FOO", "post", "", "\x00"])
def test_a_wrong_method_is_told_the_right_ones(victim: Victim, method: str) -> None:
    answer = victim.platform.send("orders", method, "/api/orders")
    told = problem(answer.status, answer.headers, answer.body)
    assert (told["status"], told["code"], answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "nan",
        "inf",
        "-inf",
        "1e3",
        "1.0",
        "0x1",
        "1_0",
        "+1",
        " 1",
        "\u0661",
        "\u00b2",
        "--1",
        "0",
        "-1",
        "101",
        "9" * 30,
        "9" * 5000,
        "null",
        "[]",
        "1;offset=2",
        "\x7f",
    ],
)
def test_a_limit_that_is_no_number_of_the_contracts_is_refused(victim: Victim, number: str) -> None:
    told = victim.refuses("orders", "GET", f"/api/orders/user/{victim.member.id}?limit={quote(number)}")
    assert {error["pointer"] for error in told["errors"]} == {"/query/limit"}  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize("offset", ["2147483648", "9223372036854775807", "9223372036854775808", "9" * 4301])
def test_an_offset_beyond_any_list_is_refused(victim: Victim, offset: str) -> None:
    for service, path in (("orders", f"/api/orders/user/{victim.member.id}"), ("admin", "/__admin/inbox")):
        told = victim.refuses(service, "GET", f"{path}?offset={offset}")
        assert {error["pointer"] for error in told["errors"]} == {"/query/offset"}  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize("query", ["limit=%", "limit=%zz", "%=1", "limit=%ff", "limit=%00", "%00=1", "limit=%ED%A0%80"])
def test_a_malformed_query_is_a_bad_request(victim: Victim, query: str) -> None:
    told = victim.refuses("orders", "GET", f"/api/orders/user/{victim.member.id}?{query}")
    assert told["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("key", ["", "x" * 256, "x" * 60_000])
def test_an_idempotency_key_of_a_wrong_length_is_refused(victim: Victim, key: str) -> None:
    told = victim.refuses("orders", "POST", "/api/orders", order(victim), idempotency_key=key)
    assert {error["pointer"] for error in told["errors"]} == {"/header/Idempotency-Key"}  # type: ignore[attr-defined] # JSON


@pytest.mark.parametrize("given", ["", "x" * 129, "a\x00b", "é", "a\tb", "\x7f", "a\r\nset-cookie: x"])
def test_a_request_id_that_cannot_be_shown_is_replaced(victim: Victim, given: str) -> None:
    answer = victim.platform.send("orders", "GET", "/nope", headers={"x-request-id": given})
    assert answer.headers["x-request-id"].startswith("req-")


@pytest.mark.parametrize("items", [b"1", b"{}", b'"x"', b"null"])
def test_a_million_faults_in_one_body_are_answered_at_once_and_briefly(victim: Victim, items: bytes) -> None:
    body = b'{"userId":"%b","items":[%b]}' % (victim.member.id.encode(), b",".join([items] * (1_000_000 // 4)))
    answer = victim.platform.send("orders", "POST", "/api/orders", body, victim.member.token)
    assert problem(answer.status, answer.headers, answer.body)["code"] == "VALIDATION_ERROR"
    assert len(answer.body) < 1000


def test_unknown_properties_cannot_break_out_of_the_warning_header(victim: Victim) -> None:
    names = [b"a\\r\\nset-cookie: x=1", b"a/b~c", b"\\u007f", b"\\u2028", "é".encode(), b"\\\\"]
    body = order(victim)[:-1] + b"".join(b',"%b":1' % name for name in names) + b"}"
    answer = victim.platform.send("orders", "POST", "/api/orders", body, victim.member.token)
    assert answer.status == 201
    told = answer.headers["x-mock-warning"]
    assert told.isascii()
    assert told.isprintable()
    assert told.split(", ")[1] == "/a~1b~0c"
    victim.before = victim.platform.world.store.state


def test_many_and_long_unknown_properties_make_a_short_warning(victim: Victim) -> None:
    names = [b"k" * 100_000, *(b"n%d" % n for n in range(50_000))]
    body = order(victim)[:-1] + b"".join(b',"%b":1' % name for name in names) + b"}"
    answer = victim.platform.send("orders", "POST", "/api/orders", body, victim.member.token)
    assert answer.status == 201
    assert len(answer.headers["x-mock-warning"]) < 4096
    assert answer.headers["x-mock-warning"].endswith("and 49981 more")
    victim.before = victim.platform.world.store.state


def test_a_negative_zero_is_answered_as_zero(victim: Victim) -> None:
    answer = victim.platform.send("orders", "POST", "/api/orders", order(victim, price=b"-0.0"), victim.member.token)
    assert answer.status == 201
    assert orjson.dumps({"price": 0})[1:-1] in answer.body
    assert b"-0" not in answer.body.replace(victim.member.id.encode(), b"").replace(b"-01-", b"")
    victim.before = victim.platform.world.store.state
