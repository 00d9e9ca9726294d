"""Hostile requests over real sockets, byte by byte as no client would send them: a problem each, and no harm done."""

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from itertools import chain

import orjson
import pytest

from harness.problem import problem
from harness.server import Served, served

PERSON = (
    b'{"email":"ann@example.com","username":"ann","password":"correct-horse-9","first_name":"Ann","last_name":"Lee"}'
)
JSON = b"content-type: application/json\r\n"
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def mock() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(mock: Served) -> Iterator[None]:
    """Nothing was stored, nothing was published, and the mock still answers."""
    yield
    for path, total in (("/__admin/events", 0), ("/__admin/inbox", 0)):
        status, _, body = _exchange(mock, b"GET %b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n" % path.encode())
        assert (status, orjson.loads(body)["total"]) == (200, total)


def _exchange(mock: Served, *pieces: bytes, service: str = "users") -> tuple[int, dict[str, str], bytes]:
    """Send pieces one after the other on a connection of its own; the first answer."""
    with socket.create_connection(("127.0.0.1", mock.port(service)), timeout=20) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except ConnectionError:
            pass  # the mock may have answered and closed before it has read all
        response = HTTPResponse(connection)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()


def _post(body: bytes, *lines: bytes, target: bytes = b"/api/users") -> bytes:
    head = b"".join(line + b"\r\n" for line in lines)
    return b"POST %b HTTP/1.1\r\nhost: x\r\n%bcontent-length: %d\r\n\r\n%b" % (target, head, len(body), body)


def _get(target: bytes, *lines: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\n%b\r\n" % (target, b"".join(line + b"\r\n" for line in (b"host: x", *lines)))


def _chunks(*chunks: bytes) -> Iterator[bytes]:
    yield b"POST /api/users HTTP/1.1\r\nhost: x\r\n%btransfer-encoding: chunked\r\n\r\n" % JSON
    for chunk in chunks:
        yield b"%x\r\n%b\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"


BODIES = {
    "no JSON": b"{",
    "a NUL": PERSON.replace(b"Ann", b"\\u0000"),
    "a lone surrogate": PERSON.replace(b"Ann", b"\\ud800"),
    "no UTF-8": PERSON.replace(b"Ann", b"\xff"),
    "a key twice": PERSON.replace(b"username", b"email"),
    "1e400": b'{"email":1e400}',
    "65 levels": b"[" * 65 + b"]" * 65,
    "1000 levels": b"[" * 1000 + b"]" * 1000,
    "100000 levels": b"[" * 100_000 + b"]" * 100_000,
    "a million faults": b'{"profile":[' + b"{}," * 300_000 + b"{}]}",
}


@pytest.mark.parametrize("what", BODIES)
def test_a_hostile_body_is_refused(mock: Served, what: str) -> None:
    told = problem(*_exchange(mock, _post(BODIES[what], b"content-type: application/json")))
    assert told["status"] in (400, 422)


@pytest.mark.parametrize("line", [b"content-type: text/plain", b"content-type:", b"x: y", b"content-type: \xff"])
def test_another_media_type_is_refused(mock: Served, line: bytes) -> None:
    assert problem(*_exchange(mock, _post(PERSON, line)))["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("size", [MEBIBYTE + 1, 3 * MEBIBYTE])
def test_a_body_over_a_mebibyte_is_too_large(mock: Served, size: int) -> None:
    told = problem(*_exchange(mock, _post(PERSON.ljust(size), b"content-type: application/json")))
    assert (told["status"], told["code"]) == (413, "BAD_REQUEST")


def test_a_chunked_body_over_a_mebibyte_is_too_large(mock: Served) -> None:
    told = problem(*_exchange(mock, *_chunks(PERSON, *[b" " * 65_536] * 17)))
    assert (told["status"], told["code"]) == (413, "BAD_REQUEST")


@pytest.mark.parametrize(
    "lines",
    [
        [b"x: " + b"a" * 100_000],
        [b"x-%d: %b" % (n, b"a" * 100) for n in range(1000)],
        [b"authorization: Bearer " + b"a" * 100_000],
        [b"x" * 100_000 + b": 1"],
    ],
    ids=range(4),
)
def test_100_kilobytes_of_headers_are_too_large(mock: Served, lines: list[bytes]) -> None:
    told = problem(*_exchange(mock, _get(b"/health", *lines)))
    assert (told["status"], told["code"]) == (431, "BAD_REQUEST")


@pytest.mark.parametrize("size", [300_000, 3_000_000])
def test_headers_without_end_are_cut_off(mock: Served, size: int) -> None:
    assert problem(*_exchange(mock, _get(b"/health", b"x: " + b"a" * size)))["status"] == 431


def test_a_target_of_100_kilobytes_is_refused(mock: Served) -> None:
    assert problem(*_exchange(mock, _get(b"/" + b"a" * 100_000)))["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "target",
    [
        b"/nope",
        b"//api/users",
        b"/nope#fragment",
        b"/a%20b",
        b"http://x/nope",
        b"/" + b"a" * 10_000,
        b"http://other.test:1/nope",
        b"/nope?x=%zz",
    ],
)
def test_an_unknown_target_is_not_found(mock: Served, target: bytes) -> None:
    told = problem(*_exchange(mock, _get(target)))
    assert (told["status"], told["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "target",
    [
        b"/%",
        b"/%zz",
        b"/api/users/%ff",
        b"/api/users/%00",
        b"/api/users/%ED%A0%80",
        b"/%ff",
        b"/api/users/\x00",
        b"/api/us\x01ers",
        b"nope",
        b"http://",
        b"http:///x",
        b"?",
        b"/a b",
        b"",
        b"/\x7f",
        b"/\xc3\xa9",
        b"/\xff",
    ],
)
def test_a_malformed_target_is_a_bad_request(mock: Served, target: bytes) -> None:
    told = problem(*_exchange(mock, _get(target)))
    assert (told["status"], told["code"]) in {(400, "BAD_REQUEST"), (404, "NOT_FOUND")}


def test_an_absolute_target_names_the_same_operation(mock: Served) -> None:
    status, _, body = _exchange(mock, _get(b"http://anything.test:1234/health"))
    assert (status, orjson.loads(body)["service"]) == (200, "users")


MALFORMED = {
    "another version": b"GET /health HTTP/9.9\r\nhost: x\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "garbage": b"\x00\x01\x02\x03\xff\xfe\r\n\r\n",
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32,
    "an unknown method": b"FOO /health HTTP/1.1\r\nhost: x\r\n\r\n",
    "a method in lower case": b"get /health HTTP/1.1\r\nhost: x\r\n\r\n",
    "a header without colon": b"GET /health HTTP/1.1\r\nhost x\r\n\r\n",
    "a header without name": b"GET /health HTTP/1.1\r\n: x\r\n\r\n",
    "a space in a header's name": b"GET /health HTTP/1.1\r\nho st: x\r\n\r\n",
    "a NUL in a header": b"GET /health HTTP/1.1\r\nhost: x\x00y\r\n\r\n",
    "a folded header": b"GET /health HTTP/1.1\r\nhost: x\r\n y: z\r\n\r\n",
    "a bare carriage return": b"GET /health HTTP/1.1\r\nhost: x\ry: z\r\n\r\n",
    "two lengths": b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
    "a negative length": b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n{}",
    "a length that is no number": b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: two\r\n\r\n{}",
    "a length without end": b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: %b\r\n\r\n{}" % (b"9" * 30),
    "length and chunks": (
        b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "an unknown coding": b"POST /api/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: zip\r\n\r\n{}",
    "a broken chunk": b"POST /api/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a proxy's tunnel": b"CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n",
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_http_is_a_problem_too(mock: Served, what: str) -> None:
    told = problem(*_exchange(mock, MALFORMED[what]))
    assert told["code"] in {"BAD_REQUEST", "NOT_FOUND", "METHOD_NOT_ALLOWED"}


def test_a_post_without_a_length_has_no_body(mock: Served) -> None:
    told = problem(*_exchange(mock, b"POST /api/users HTTP/1.1\r\nhost: x\r\n" + JSON + b"\r\n"))
    assert told["code"] == "BAD_REQUEST"


def test_a_client_that_leaves_in_the_middle_of_a_body_leaves_nothing_behind(mock: Served) -> None:
    with socket.create_connection(("127.0.0.1", mock.port("users")), timeout=20) as connection:
        connection.sendall(_post(PERSON, b"content-type: application/json")[:-1])


def test_one_connection_survives_its_refused_requests(mock: Served) -> None:
    requests = [_get(b"/nope"), _post(b"{", b"content-type: application/json"), _get(b"/%zz"), _get(b"/health")]
    with socket.create_connection(("127.0.0.1", mock.port("users")), timeout=20) as connection:
        statuses = []
        for request in requests:
            connection.sendall(request)
            response = HTTPResponse(connection)
            response.begin()
            response.read()
            statuses.append(response.status)
    assert statuses == [404, 400, 400, 200]


def test_hostile_requests_one_after_the_other_in_small_pieces_are_all_refused(mock: Served) -> None:
    for request in (MALFORMED["garbage"], _post(b"{", b"content-type: application/json"), _get(b"/%zz")):
        pieces = chain.from_iterable(zip([request[n : n + 1] for n in range(len(request))], strict=True))
        problem(*_exchange(mock, *pieces))
