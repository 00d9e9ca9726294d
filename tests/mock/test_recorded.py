"""One request as a recording keeps it: no secret, and answered the same when it is asked again."""

from typing import Any

import orjson
import pytest

from commerce_mock.journal import Entry
from commerce_mock.reading import LONG_BODY
from commerce_mock.recorded import again, answered, asked
from commerce_mock.standins import StandIns
from commerce_mock.wire import Request, Response
from harness.platform import Platform

JSON = {b"content-type": b"application/json"}
USER = {"email": "ann@example.com", "username": "ann", "password": "canary-pass-1", "first_name": "A", "last_name": "L"}


def _round(request: Request, **settings: Any) -> tuple[dict[str, Any], Response, Response]:
    """What is kept of a request, what it was answered, and what is answered when it is asked again elsewhere."""
    platform, other = Platform(judged=False, **settings), Platform(judged=False, **settings)
    before = platform.world.store.state
    said = platform.engine.respond(platform.world, request)
    entry = next(platform.world.journal.newest())
    kept = orjson.loads(orjson.dumps(asked(platform.world, request, entry, StandIns(), before)))
    repeated = other.engine.respond(other.world, again(kept, other.engine.key)) if "left_out" not in kept else said
    return kept, said, repeated


def _same(one: Response, other: Response) -> bool:
    untimed = [[header for header in said.headers if header[0] != b"server-timing"] for said in (one, other)]
    return (one.status, untimed[0], one.body) == (other.status, untimed[1], other.body)


def _post(body: bytes, path: str = "/api/users", query: bytes = b"", **headers: bytes) -> Request:
    given = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    return Request("POST", path, query, {**JSON, **given}, body, "users")


@pytest.mark.parametrize(
    "body",
    [
        orjson.dumps(USER),
        orjson.dumps(USER, option=orjson.OPT_INDENT_2),
        orjson.dumps({**USER, "canary": "canary-pass-1", "more": {"canary": ["canary-pass-1", 12345678]}}),
        orjson.dumps({**USER, "password": "canary"}),
        orjson.dumps({**USER, "password": ["canary-pass-1"]}),
        orjson.dumps({**USER, "password": 1234567890123456}),
        orjson.dumps({**USER, "first_name": {"canary": "canary-pass-1"}}),
        orjson.dumps(["canary-pass-1"]),
        b'"canary-pass-1"',
        b"null",
        b"",
        b'{"password": "canary-pass-1',
        b'{"password": canary-pass-1}',
        b'{"password": "canary-pass-1", "password": "canary-pass-1"}',
        b'{"password": "canary\\u0000pass-1"}',
        b'{"password": "canary\xff"}',
        b"[" * 300,
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_no_secret_is_kept_and_the_answer_is_the_same(body: bytes, strict: bool) -> None:  # noqa: FBT001 - a parameter
    kept, said, repeated = _round(_post(body), strict=strict)
    text = orjson.dumps(kept.get("body", kept.get("text", "")))
    names = b"canary" if b'"canary":' not in text else b"canary-pass-1"
    assert names not in text
    assert b"1234567890123456" not in text
    assert _same(said, repeated)


def test_a_long_body_stays_long_because_less_is_told_of_it() -> None:
    body = orjson.dumps({**USER, "email": 1, "username": 2}) + b" " * LONG_BODY
    kept, said, repeated = _round(_post(body))
    assert kept["size"] == len(body)
    assert _same(said, repeated)
    assert len(orjson.loads(said.body)["errors"]) == 1


@pytest.mark.parametrize(
    "query", [b"token=canary-1&a=b", b"canary=%zz", b"canary=%ff", b"canary=%00", b"=canary&x", b"x"]
)
def test_a_parameter_that_the_operation_has_not_is_known_by_its_name_only(query: bytes) -> None:
    request = Request("GET", "/__admin/inbox", query + b"&limit=3", {}, b"", "admin")
    kept, said, repeated = _round(request)
    assert "limit=3" in kept["query"]
    assert "canary" not in kept["query"].replace("canary=", "")
    assert _same(said, repeated)


def test_only_headers_that_matter_are_kept() -> None:
    request = _post(
        orjson.dumps(USER), cookie=b"session=canary", x_api_key=b"canary", user_agent=b"canary", x_request_id=b"my-id",
        traceparent=b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", authorization=b"Bearer canary",
    )  # fmt: skip
    kept, said, repeated = _round(request)
    assert kept["headers"].keys() == {"content-type", "x-request-id", "traceparent"}
    assert "authorization" not in kept  # nobody looks at it
    assert b"canary-pass" not in orjson.dumps(kept)
    assert _same(said, repeated)


def test_a_header_that_the_operation_declares_is_kept() -> None:
    request = Request(
        "POST", "/api/orders", b"", {**JSON, b"idempotency-key": b"k", b"authorization": b"Bearer x"}, b"{}", "orders"
    )
    kept, said, repeated = _round(request)
    assert kept["headers"]["idempotency-key"] == "k"
    assert kept["authorization"] == {"wrong": "token"}
    assert _same(said, repeated)


def test_a_token_that_the_mock_mailed_stays_and_a_guess_does_not() -> None:
    platform = Platform(judged=False)
    ann = platform.register()
    token = platform.mailed_token(ann)
    for given, stays in ((token, True), ("guess-" + token, False)):
        request = _post(orjson.dumps({"verification_token": given}), f"/api/users/{ann.id}/verify")
        before = platform.world.store.state
        platform.engine.respond(platform.world, request)
        kept = asked(platform.world, request, next(platform.world.journal.newest()), StandIns(), before)
        assert (kept["body"]["verification_token"] == given) is stays


def test_an_answer_is_kept_as_json_where_that_is_the_same_bytes_and_as_text_else() -> None:
    platform = Platform(judged=False)
    platform.get("admin", "/__admin/clock")
    entry: Entry = next(platform.world.journal.newest())
    headers = [(b"content-type", b"application/json"), (b"server-timing", b"app;dur=0.1")]

    def kept(body: bytes) -> dict[str, Any]:
        return answered(Response(200, list(headers), body), entry, platform.contract)

    assert kept(b'{"a":1.5}') == {"status": 200, "headers": {"content-type": "application/json"}, "body": {"a": 1.5}}
    assert kept(b'{"a": 1.5}')["text"] == '{"a": 1.5}'
    assert kept(b"\xff")["text"] == "\xff"
    assert kept(b"null")["text"] == "null"
    assert kept(b"").keys() == {"status", "headers"}


def test_what_is_measured_is_not_kept() -> None:
    platform = Platform(judged=False)
    said = platform.engine.respond(platform.world, Request("GET", "/metrics", b"", {}, b"", "orders"))
    kept = answered(said, next(platform.world.journal.newest()), platform.contract)
    assert kept["measured"] is True
    assert kept.keys() == {"status", "headers", "measured"}
